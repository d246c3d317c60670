"""What changed since the last pull, as the real server tells it."""

from pathlib import Path

import pytest

from annotate.core.records import Status
from annotate.label_studio.project import Project
from annotate.label_studio.tasks import Work
from annotate.sync.task_cache import Refreshed, TaskCache, open_task_cache
from annotate.sync.upload import upload
from tests.studio.desk import Desk, paragraphs, task_numbers, verdict

pytestmark = pytest.mark.studio


def refreshed(cache: TaskCache, project: Project) -> Refreshed:
    """What is kept is what a read in full gives."""
    found = cache.refresh(project, full=False)
    assert list(found.source.tasks()) == list(project.tasks())
    return found


def test_each_kind_of_change_is_noticed_and_nothing_else_is_read(
    desk: Desk, tmp_path: Path
) -> None:
    rows = paragraphs(*(f"They lied to you {n} times." for n in range(8)))
    shared = desk.make()
    upload(rows, shared)
    numbers = [task_numbers(shared)[row.id] for row in rows]
    ana, ben = desk.open("ana"), desk.open("ben")
    doubt = desk.result(rows[0], Status.LABELLED, labels=("Doubt",))
    none = desk.result(rows[0], Status.NONE)
    with open_task_cache(tmp_path / "memory") as cache:
        assert refreshed(cache, shared).read == 8
        assert refreshed(cache, shared).read == 0

        ana.annotate(numbers[0], doubt, 1.0)
        ben.annotate(numbers[0], none, 1.0)
        ben.skip(numbers[1], 1.0)
        assert refreshed(cache, shared).read == 2

        (mine,) = [w for w in first(shared, numbers[0]) if w.result[0]["from_name"] != "verdict"]
        ana.rewrite("annotations", mine.number, [verdict("unusable")])
        assert refreshed(cache, shared).read == 1
        ana.delete_annotation(mine.number)
        assert refreshed(cache, shared).read == 1

        ben.save_draft(numbers[2], doubt, 1.0)
        assert refreshed(cache, shared).read == 1
        (draft,) = first(shared, numbers[2])
        ben.rewrite("drafts", draft.number, none)
        assert refreshed(cache, shared).read == 1
        ben.client.send("DELETE", f"api/drafts/{draft.number}/", {})
        assert refreshed(cache, shared).read == 1
        assert refreshed(cache, shared).read == 0

        shared.client.send("PATCH", f"api/tasks/{numbers[3]}/", {"data": dict(changed(shared))})
        shared.remove([numbers[4]])
        upload(paragraphs("Somebody came late."), shared)
        found = refreshed(cache, shared)
        assert (found.read, found.total) == (2, 8)


def first(project: Project, number: int) -> tuple[Work, ...]:
    (task,) = project.some_tasks([number])
    return task.work


def changed(project: Project) -> dict[str, object]:
    return {**next(project.task_data())[1], "title": "Another title"}
