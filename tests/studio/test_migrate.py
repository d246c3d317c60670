"""A project on the real server is taken to another taxonomy while people are at work."""

import json
from pathlib import Path
from typing import Any

import pytest

from annotate.core.errors import ServerError, TaxonomyError
from annotate.core.records import Annotation, Status
from annotate.label_studio.annotator_projects import find_projects, open_projects
from annotate.label_studio.project import Project
from annotate.migration.migrate import ProjectChange, migrate_project
from annotate.migration.plan import Migration
from annotate.sync.collect import collect
from annotate.sync.upload import upload
from tests.annotate.migration.migrations import planned
from tests.studio.desk import Desk, paragraphs, task_numbers, words
from tests.studio.server import TAXONOMY

pytestmark = pytest.mark.studio

ROWS = paragraphs(
    "Shame on them!", "And what of you?", "Now or never!", "Again and again.", "Rain."
)


@pytest.fixture
def plan(tmp_path: Path) -> Migration:
    return planned(tmp_path, TAXONOMY)[0]


@pytest.fixture
def busy(desk: Desk) -> Project:
    """Renamed, merged, split, removed: an answer of each, and a draft."""
    (stream,) = desk.streams("dan").values()
    upload(ROWS, stream)
    said: list[dict[str, Any]] = [
        {"labels": ("Doubt",), "spans": (words(ROWS[0].text, "Shame", "Doubt"),), "comment": "Hm."},
        {"labels": ("Whataboutism", "Red_Herring")},
        {"labels": ("Slogans", "Loaded_Language")},
        {"labels": ("Repetition",)},
    ]
    numbers = task_numbers(stream)
    for row, fields in zip(ROWS, said, strict=False):
        answer = desk.result(row, Status.LABELLED, **fields)
        stream.annotate(numbers[row.id], answer, seconds=2.0)
    draft = desk.result(ROWS[4], Status.LABELLED, labels=("Doubt",))
    stream.save_draft(numbers[ROWS[4].id], draft, seconds=1.0)
    return stream


def pulled(desk: Desk, plan: Migration, folder: Path) -> dict[str, Annotation]:
    """What a pull under the new taxonomy reads: paragraph id -> the only annotation."""
    streams = open_projects(desk.connection, desk.title, plan.new)
    harvest = collect(list(streams.values()), plan.new, folder / "key.json")
    assert harvest.rejected == []
    assert len({a.paragraph_id for a in harvest.annotations}) == len(harvest.annotations)
    return {a.paragraph_id: a for a in harvest.annotations}


def check_all_moved(found: dict[str, Annotation]) -> None:
    renamed, merged, split, removed, draft = (found[row.id] for row in ROWS)
    assert (renamed.status, renamed.labels) == (Status.LABELLED, ("Casting_Doubt",))
    assert renamed.spans == (words(ROWS[0].text, "Shame", "Casting_Doubt"),)
    assert renamed.comment == "Hm."
    assert (merged.status, merged.labels) == (Status.LABELLED, ("Red_Herring",))
    assert (split.status, split.labels) == (Status.DRAFT, ("Loaded_Language",))
    assert (removed.status, removed.labels) == (Status.NONE, ())
    assert (draft.status, draft.labels) == (Status.DRAFT, ("Casting_Doubt",))


def test_answers_and_drafts_follow_and_a_split_comes_back_to_its_annotator(
    desk: Desk, busy: Project, plan: Migration, tmp_path: Path
) -> None:
    before = desk.gather(tmp_path).annotations
    asked = migrate_project(busy, desk.title, plan, dry_run=True, folder=tmp_path / "backups")
    assert asked == ProjectChange("dan", 4, 1, None)
    assert desk.gather(tmp_path).annotations == before

    done = migrate_project(busy, desk.title, plan, dry_run=False, folder=tmp_path / "backups")

    assert (done.rewritten, done.sent_back) == (4, 1)
    check_all_moved(pulled(desk, plan, tmp_path))
    assert done.backup is not None
    kept = [json.loads(line) for line in done.backup.read_text().splitlines()]
    assert len(kept) == 5
    assert "Slogans" in json.dumps(kept)
    assert done.backup.stat().st_mode & 0o077 == 0
    with desk.http("dan") as http:  # the next task that the labelling page asks for
        offered = {http.get(f"/api/projects/{busy.number}/next").json()["data"]["id"]}
    assert offered <= {ROWS[2].id, ROWS[4].id}
    again = migrate_project(busy, desk.title, plan, dry_run=False, folder=tmp_path / "backups")
    assert again == ProjectChange("dan", 0, 0, None)


@pytest.mark.parametrize("steps", range(6))
def test_a_run_that_broke_off_is_finished_by_the_next(
    desk: Desk,
    busy: Project,
    plan: Migration,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    steps: int,
) -> None:
    left = iter(range(steps))
    send = type(busy.client).send

    def break_off(self: object, *args: object) -> object:
        if next(left, None) is None:
            raise ServerError("the server went away")
        return send(self, *args)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(type(busy.client), "send", break_off)
        with pytest.raises(ServerError, match="went away"):
            migrate_project(busy, desk.title, plan, dry_run=False, folder=tmp_path / "backups")

    migrate_project(busy, desk.title, plan, dry_run=False, folder=tmp_path / "backups")

    check_all_moved(pulled(desk, plan, tmp_path))


def test_a_shared_projects_answers_stay_their_owners(
    desk: Desk, plan: Migration, tmp_path: Path
) -> None:
    """The administrator rewrites them; a pull must not take that for somebody's meddling."""
    upload(ROWS[:2], desk.make())
    for name in ("ana", "ben"):
        stream = desk.open(name)
        answer = desk.result(ROWS[0], Status.LABELLED, labels=("Doubt",))
        stream.annotate(task_numbers(stream)[ROWS[0].id], answer, seconds=1.0)

    (shared,) = find_projects(desk.elsewhere(), desk.title).values()
    migrate_project(shared, desk.title, plan, dry_run=False, folder=tmp_path / "backups")

    streams = open_projects(desk.elsewhere(), desk.title, plan.new)
    harvest = collect(list(streams.values()), plan.new, tmp_path / "key.json")
    assert harvest.rejected == []
    assert [a.labels for a in harvest.annotations] == [("Casting_Doubt",)] * 2
    assert len({a.annotator for a in harvest.annotations}) == 2


def test_a_project_with_other_labels_is_left_alone(
    desk: Desk, busy: Project, plan: Migration, tmp_path: Path
) -> None:
    config = busy.config()
    other = Migration(plan.new, plan.new, {}, {})

    with pytest.raises(TaxonomyError, match="has the labels of neither"):
        migrate_project(busy, desk.title, other, dry_run=False, folder=tmp_path / "backups")

    assert busy.config() == config
