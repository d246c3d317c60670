"""A labelling server as a list, which can fail in the ways that the real one was seen to fail."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from annotate.core.errors import InDoubtError, ServerError
from annotate.core.records import Origin, Paragraph
from annotate.label_studio.task_data import data_digest, is_sound, task_data
from annotate.label_studio.tasks import Task, TaskSummary, Work


class Fault(StrEnum):
    """How one call of `add` ends; a call without a fault does what it should."""

    NONE = "none"
    COMMITS_THEN_FAILS = "commits, then fails"
    FAILS_BEFORE = "fails before"
    SHORT_COUNT = "takes half of them"
    REFUSES = "refuses"


@dataclass
class ListStore:
    """A project in memory: a TaskSource and a TaskStore.

    Attributes:
        faults: For each coming call of `add`; taken from the front.
        sent: Sizes of the batches that `add` was given.
        looks: How often its tasks were listed.
        doubts: For each coming update or removal, whether it fails before it is done.
        removals: Sizes of the batches that `remove` was given.
        younger: Other projects of the same title.
        deleted: Whether the project itself was deleted.
        predictions: What `predict` added.
        takes: For each coming call of `predict` how many it takes at most; it confirms that.
        cut_off: For each coming call of `predict` whether the connection breaks after it.
    """

    server: str = "studio"
    faults: list[Fault] = field(default_factory=list)
    held: list[Task] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    looks: int = 0
    doubts: list[bool] = field(default_factory=list)
    removals: list[int] = field(default_factory=list)
    younger: list["ListStore"] = field(default_factory=list)
    deleted: bool = False
    predictions: list[Mapping[str, Any]] = field(default_factory=list)
    takes: list[int] = field(default_factory=list)
    cut_off: list[bool] = field(default_factory=list)
    annotator: str = ""
    owner: int | None = None
    administrator: int | None = None
    origin: Origin = Origin.ANNOTATION
    labelling_url: str = "http://127.0.0.1:1/projects/1/data?labeling=1"

    def summaries(self) -> Iterator[TaskSummary]:
        self.looks += 1
        return (_summary(task) for task in list(self.held))

    def count(self) -> int:
        return len(self.held)

    @property
    def twins(self) -> list[int]:
        return list(range(2, 2 + len(self.younger)))

    def parts(self) -> list["ListStore"]:
        return [self, *self.younger]

    def delete_if_empty(self) -> None:
        self.deleted = not self.held

    def task_data(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        return ((task.number, task.data) for task in list(self.held))

    def has_work(self, numbers: Sequence[int]) -> dict[int, bool]:
        return {task.number: bool(task.work) for task in self.held if task.number in numbers}

    def update(self, number: int, data: Mapping[str, Any]) -> None:
        self._doubt()
        self.held = [replace(t, data=data) if t.number == number else t for t in self.held]

    def remove(self, numbers: Sequence[int]) -> None:
        self._doubt()
        self.removals.append(len(numbers))
        self.held = [task for task in self.held if task.number not in numbers or task.work]

    def _doubt(self) -> None:
        if self.doubts and self.doubts.pop(0):
            raise InDoubtError("the connection broke")

    def add(self, data: Sequence[Mapping[str, Any]]) -> None:
        self.sent.append(len(data))
        fault = self.faults.pop(0) if self.faults else Fault.NONE
        if fault is Fault.REFUSES:
            raise ServerError("the server refused it")
        if fault is Fault.FAILS_BEFORE:
            raise InDoubtError("the connection broke")
        taken = len(data) // 2 if fault is Fault.SHORT_COUNT else len(data)
        for row in data[:taken]:
            self.held.append(Task(len(self.held) + 1, row))
        if fault is not Fault.NONE:
            raise InDoubtError(f"took {taken} of {len(data)}")

    def fill(self, *paragraphs: Paragraph) -> None:
        """Add a task for each."""
        for paragraph in paragraphs:
            self.add([task_data(paragraph)])

    def predicted(self) -> frozenset[tuple[int, str]]:
        return frozenset((row["task"], row["model_version"]) for row in self.predictions)

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> int:
        taken = rows[: self.takes.pop(0)] if self.takes else rows
        self.predictions += taken
        if self.cut_off and self.cut_off.pop(0):
            raise InDoubtError("the connection broke")
        return len(taken)

    def tasks(self) -> Iterator[Task]:
        yield from self.held

    def place(self, number: int) -> str:
        return f"{self.server} task {number}"

    def copies(self) -> Counter[str]:
        """Paragraph id -> number of tasks that hold it."""
        return Counter(str(task.data["id"]) for task in self.held)

    def leave(self, number: int, *work: Work) -> None:
        """People leave work on the task of this number, from 1."""
        task = self.held[number - 1]
        self.held[number - 1] = replace(task, work=(*task.work, *work))


def _summary(task: Task) -> TaskSummary:
    data = task.data
    return TaskSummary(task.number, str(data.get("id")), data_digest(data), is_sound(data))
