"""Correct tasks that are on the server: stale context, and paragraphs that are there twice.

The server has no uniqueness of its own, so two pushes at once can double a paragraph. Every push
that sees it keeps the lowest task number. Numbers only grow, so all of them keep the same task.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from annotate.label_studio.retry import write_until_certain
from annotate.label_studio.task_data import data_digest, task_data
from annotate.label_studio.tasks import TaskStore, TaskSummary
from annotate.paragraphs.index import Load, Planned, whole


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
    labelled = project.touched(sorted(changed)) if changed else frozenset()
    for number, paragraph in zip(changed, load(changed.values()), strict=True):
        if number not in labelled:
            _certainly(partial(project.update, number, task_data(paragraph)), sleep)
        advance(1)
    return len(changed) - len(labelled), len(labelled)


def remove_doubles(
    numbers: Sequence[int], project: TaskStore, sleep: Callable[[float], None] = time.sleep
) -> frozenset[int]:
    """Remove those of these tasks on which nobody worked, and return them.

    A double that somebody worked on stays, and a pull takes the work on both.
    """
    free = frozenset(numbers) - project.touched(numbers) if numbers else frozenset()
    for number in sorted(free):
        _certainly(partial(project.remove, number), sleep)
    return free


def _certainly(act: Callable[[], None], sleep: Callable[[float], None]) -> None:
    write_until_certain(act, lambda: False, sleep)
