"""A labelling server as a list, which can fail in the ways that the real one was seen to fail."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from annotate.core.errors import ServerError
from annotate.core.records import Origin, Paragraph
from annotate.page import task_data
from annotate.store import InDoubtError, Task, Work


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
    """

    server: str = "studio"
    faults: list[Fault] = field(default_factory=list)
    held: list[Task] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    looks: int = 0
    annotator: str = ""
    owner: int | None = None
    origin: Origin = Origin.ANNOTATION
    labelling_url: str = "http://127.0.0.1:1/projects/1/data?labeling=1"

    def known_ids(self) -> frozenset[str]:
        self.looks += 1
        return frozenset(str(task.data["id"]) for task in self.held)

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

    def copies(self) -> Counter[str]:
        """Paragraph id -> number of tasks that hold it."""
        return Counter(str(task.data["id"]) for task in self.held)

    def leave(self, number: int, *work: Work) -> None:
        """People leave work on the task of this number, from 1."""
        task = self.held[number - 1]
        self.held[number - 1] = replace(task, work=(*task.work, *work))
