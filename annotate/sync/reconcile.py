"""Correct what is on the server: stale context, and paragraphs and projects that are there twice.

The server has no uniqueness of its own, so two pushes at once can double a paragraph or a project.
Every push that sees it keeps the lowest number. Numbers only grow, so all of them keep the same.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice

from annotate.core.errors import NotFoundError
from annotate.label_studio.retry import write_until_certain
from annotate.label_studio.task_data import data_digest, task_data
from annotate.label_studio.tasks import TaskStore, TaskSummary
from annotate.paragraphs.index import Load, Planned, whole
from annotate.sync.upload import BATCH, PushReport, add_rows

_REMOVED = 200  # tasks that are looked at and removed at a time; the server takes all in an address


def stale(
    paragraphs: Iterable[Planned], tasks: Iterable[TaskSummary], load: Load = whole
) -> dict[int, Planned]:
    """Task number -> the paragraph, where a task has other data than the paragraph has now.

    All tasks of a paragraph that is there twice are named: which of them stays is seen later.
    """
    tasks_of: dict[str, list[TaskSummary]] = {}
    for task in tasks:
        tasks_of.setdefault(task.paragraph_id, []).append(task)
    existing = [paragraph for paragraph in paragraphs if paragraph.id in tasks_of]
    changed: dict[int, Planned] = {}
    for planned, paragraph in zip(existing, load(existing), strict=True):
        digest = data_digest(task_data(paragraph))
        for task in tasks_of[paragraph.id]:
            if task.digest != digest:
                changed[task.number] = planned
    return changed


def doubles(tasks: Iterable[TaskSummary]) -> list[int]:
    """Return the tasks of paragraphs that are there twice, but for the first of each."""
    first: dict[str, int] = {}
    later = []
    for task in sorted(tasks, key=lambda task: task.number):
        if task.sound and first.setdefault(task.paragraph_id, task.number) != task.number:
            later.append(task.number)
    return later


def update(
    changed: Mapping[int, Planned],
    project: TaskStore,
    load: Load = whole,
    *,
    advance: Callable[[int], None] = lambda count: None,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[int, int]:
    """Give tasks their present context and metadata, unless somebody worked on them.

    Args:
        changed: See `stale`.
        project: Where the tasks are.
        load: Reads the texts.
        advance: Told how many tasks are done.
        sleep: Waits when it is not certain whether a change was made.

    Returns:
        How many were updated, and how many stay as they are because of work on them.
    """
    works = project.has_work(sorted(changed)) if changed else {}
    labelled = {number for number, work in works.items() if work}
    for number, paragraph in zip(changed, load(changed.values()), strict=True):
        if number not in labelled:
            _certainly(partial(project.update, number, task_data(paragraph)), sleep)
        advance(1)
    return len(changed) - len(labelled), len(labelled)


def remove_untouched(
    numbers: Sequence[int], project: TaskStore, sleep: Callable[[float], None] = time.sleep
) -> frozenset[int]:
    """Remove those of these tasks on which nobody worked, and return them.

    A double that somebody worked on stays, and a pull takes the work on both.
    """
    removed: set[int] = set()
    for start in range(0, len(numbers), _REMOVED):
        works = project.has_work(numbers[start : start + _REMOVED])
        free = sorted(number for number, work in works.items() if not work)
        if free:
            _certainly(partial(project.remove, free), sleep)
            removed.update(set(free) - project.has_work(free).keys())
    return frozenset(removed)


def unite(project: TaskStore, sleep: Callable[[float], None] = time.sleep) -> PushReport:
    """Move to the project what nobody worked on in its twins, and delete those that are empty then.

    A twin that somebody worked in stays with that work, and is read along with the project.
    """
    first, *twins = project.parts()
    report = PushReport(0, 0, 0)
    for twin in twins:
        with suppress(NotFoundError):  # whoever made it deleted it
            report += _move(twin, first, sleep)
            _certainly(twin.delete_if_empty, sleep)
    if report.moved:  # somebody else may have moved the same meanwhile
        removed = remove_untouched(doubles(first.summaries()), first, sleep)
        report += PushReport(0, 0, 0, doubles=len(removed))
    return report


def _move(twin: TaskStore, project: TaskStore, sleep: Callable[[float], None]) -> PushReport:
    """Move tasks that came from a push and have no work; those that the project has just go."""
    pushed = {task.number: task.paragraph_id for task in twin.summaries() if task.sound}
    works = twin.has_work(sorted(pushed)) if pushed else {}
    free = [number for number, work in works.items() if not work]
    existing = {task.paragraph_id for task in project.summaries()}
    wanted = {pushed[number]: number for number in free if pushed[number] not in existing}
    numbers = set(wanted.values())
    rows = (data for number, data in twin.task_data() if number in numbers)
    while batch := list(islice(rows, BATCH)):
        add_rows(batch, project, sleep)
    removed = remove_untouched(free, twin, sleep)
    return PushReport(0, 0, 0, moved=len(wanted), doubles=len(removed - numbers))


def _certainly(act: Callable[[], None], sleep: Callable[[float], None]) -> None:
    write_until_certain(act, lambda: False, sleep)
