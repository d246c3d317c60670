"""Put tasks right that are on the server: stale context, and paragraphs that are there twice.

The server has no uniqueness of its own, so two pushes at once can double a paragraph. Whoever finds
it keeps the lowest task number. Numbers only grow, so all who find it keep the same one.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol

from annotate.core.records import Paragraph
from annotate.label_studio.retry import until_certain
from annotate.label_studio.task_data import data_digest, task_data
from annotate.label_studio.tasks import TaskSummary
from annotate.paragraphs.index import Load, Planned, whole


class MendStore(Protocol):
    """What mending needs of a `TaskStore`."""

    def summaries(self) -> Iterable[TaskSummary]:
        """See `TaskStore`."""

    def count(self) -> int:
        """See `TaskStore`."""

    def touched(self, numbers: Sequence[int]) -> frozenset[int]:
        """See `TaskStore`."""

    def update(self, number: int, paragraph: Paragraph) -> None:
        """See `TaskStore`."""

    def remove(self, number: int) -> None:
        """See `TaskStore`."""


def stale(
    paragraphs: Iterable[Planned], held: Iterable[TaskSummary], load: Load = whole
) -> dict[int, Planned]:
    """Task number -> the paragraph, where a task of it has other data than it has now.

    All tasks of a paragraph that is there twice are named: which of them stays is seen later.
    """
    there: dict[str, list[TaskSummary]] = {}
    for task in held:
        there.setdefault(task.paragraph_id, []).append(task)
    known = [paragraph for paragraph in paragraphs if paragraph.id in there]
    found: dict[int, Planned] = {}
    for planned, paragraph in zip(known, load(known), strict=True):
        digest = data_digest(task_data(paragraph))
        tasks = there[paragraph.id]
        found |= {task.number: planned for task in tasks if task.digest != digest}
    return found


def doubles(held: Iterable[TaskSummary]) -> list[int]:
    """The tasks of paragraphs that are there twice, but for the first of each."""
    first: dict[str, int] = {}
    found = []
    for task in sorted(held, key=lambda task: task.number):
        if task.sound and first.setdefault(task.paragraph_id, task.number) != task.number:
            found.append(task.number)
    return found


def update(
    changed: Mapping[int, Planned],
    store: MendStore,
    load: Load = whole,
    *,
    advance: Callable[[int], None] = lambda count: None,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[int, int]:
    """Give tasks their present context and metadata, unless somebody worked on them.

    Args:
        changed: See `stale`.
        store: Where they are.
        load: What reads the texts.
        advance: Told how many tasks are done with.
        sleep: Waits when it is not certain whether a change was made.

    Returns:
        How many were updated, and how many were labelled and stay as they are.
    """
    labelled = store.touched(sorted(changed)) if changed else frozenset()
    for number, paragraph in zip(changed, load(changed.values()), strict=True):
        if number not in labelled:
            _certainly(partial(store.update, number, paragraph), sleep)
        advance(1)
    return len(changed) - len(labelled), len(labelled)


def remove_doubles(
    store: MendStore, expected: int | None, sleep: Callable[[float], None] = time.sleep
) -> int:
    """Take away second tasks of a paragraph on which nobody worked.

    Args:
        store: Where they are.
        expected: How many tasks there are when nobody else has added any; then nothing is looked
            for. None to look in any case.
        sleep: Waits when it is not certain whether a task was taken away.

    Returns:
        How many were taken away. One that somebody worked on stays, and a pull takes both.
    """
    if expected is not None and store.count() == expected:
        return 0
    found = doubles(store.summaries())
    free = sorted(set(found) - store.touched(found)) if found else []
    for number in free:
        _certainly(partial(store.remove, number), sleep)
    return len(free)


def _certainly(act: Callable[[], None], sleep: Callable[[float], None]) -> None:
    until_certain(act, lambda: False, sleep)
