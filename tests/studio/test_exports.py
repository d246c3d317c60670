"""What a pull leaves behind on the real server: nothing; its files are for their owner alone."""

from pathlib import Path

import pytest

from annotate.core.records import Status
from annotate.sync.reconcile import remove_untouched
from annotate.sync.task_cache import open_task_cache
from annotate.sync.upload import upload
from tests.studio.desk import Desk, paragraphs, task_numbers

pytestmark = pytest.mark.studio


def test_reading_everybodys_drafts_leaves_no_export_on_the_server(
    desk: Desk, tmp_path: Path
) -> None:
    before = exports(desk)  # what other tests left by the page's Export
    rows = paragraphs("They lied to you.", "They lie still.")
    shared = desk.make()
    upload(rows, shared)
    first, second = (task_numbers(shared)[row.id] for row in rows)
    result = desk.result(rows[0], Status.NONE)
    desk.open("ben").save_draft(first, result, 1.0)
    desk.open("ana").annotate(second, result, 1.0)

    with open_task_cache(tmp_path / "cache") as cache:
        cache.refresh(shared, full=True)
        refreshed = cache.refresh(shared, full=False)
    harvest = desk.gather(tmp_path)

    assert refreshed.read == 1
    assert sorted(a.status for a in harvest.annotations) == [Status.DRAFT, Status.NONE]
    assert shared.has_work([second, first]) == {first: True, second: True}
    assert remove_untouched([first, second], shared) == frozenset()
    assert exports(desk) == before


def exports(desk: Desk) -> set[Path]:
    return set((desk.opened.studio.folder / "export").glob("*"))


def test_the_servers_files_are_for_their_owner_alone(desk: Desk) -> None:
    folder, before = desk.opened.studio.folder, exports(desk)
    with desk.http() as http:  # as the page's Export button does
        number = desk.make().number
        http.get(f"/api/projects/{number}/export?exportType=JSON").raise_for_status()

    left = exports(desk) - before
    try:
        assert len(left) == 2
        files = [*left, *folder.glob("*.sqlite3*")]
        assert [path for path in files if path.stat().st_mode & 0o077] == []
    finally:
        for path in left:
            path.unlink()
