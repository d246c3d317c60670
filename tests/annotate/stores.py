"""A labelling server as a list, which can fail in the ways that the real one was seen to fail."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

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
    """A TaskStore in memory.

    Attributes:
        faults: For each coming call of `add`; taken from the front.
        sent: Sizes of the batches that `add` was given.
        looks: How often it was asked what is there.
        doubts: For each coming update or removal, whether it fails before it is done.
    """

    server: str = "studio"
    faults: list[Fault] = field(default_factory=list)
    held: list[Task] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    looks: int = 0
    doubts: list[bool] = field(default_factory=list)
    annotator: str = ""
    owner: int | None = None
    origin: Origin = Origin.ANNOTATION
    labelling_url: str = "http://127.0.0.1:1/projects/1/data?labeling=1"

    def known_ids(self) -> frozenset[str]:
        self.looks += 1
        return frozenset(str(task.data["id"]) for task in self.held)

    def summaries(self) -> Iterator[TaskSummary]:
        for task in self.held:
            data = task.data
            yield TaskSummary(task.number, str(data.get("id")), data_digest(data), is_sound(data))

    def count(self) -> int:
        return len(self.held)

    def touched(self, numbers: Sequence[int]) -> frozenset[int]:
        return frozenset(task.number for task in self.held if task.work and task.number in numbers)

    def update(self, number: int, paragraph: Paragraph) -> None:
        self._doubt()
        fresh = [
            replace(t, data=task_data(paragraph)) if t.number == number else t for t in self.held
        ]
        self.held = fresh

    def remove(self, number: int) -> None:
        self._doubt()
        self.held = [task for task in self.held if task.number != number]

    def _doubt(self) -> None:
        if self.doubts and self.doubts.pop(0):
            raise InDoubtError("the connection broke")

    def add(self, paragraphs: Sequence[Paragraph]) -> None:
        self.sent.append(len(paragraphs))
        fault = self.faults.pop(0) if self.faults else Fault.NONE
        if fault is Fault.REFUSES:
            raise ServerError("the server refused it")
        if fault is Fault.FAILS_BEFORE:
            raise InDoubtError("the connection broke")
        taken = len(paragraphs) // 2 if fault is Fault.SHORT_COUNT else len(paragraphs)
        for paragraph in paragraphs[:taken]:
            self.held.append(Task(len(self.held) + 1, task_data(paragraph)))
        if fault is not Fault.NONE:
            raise InDoubtError(f"took {taken} of {len(paragraphs)}")

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
