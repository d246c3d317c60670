"""What push and pull need of a labelling server: a real one in use, a list in tests."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

from annotate.core.records import Origin, Paragraph


@dataclass(frozen=True, slots=True)
class Work:
    """What one person left on a task: an annotation, or a draft that was never submitted.

    Attributes:
        user: The person's number on the server; never an e-mail.
        result: As the server stores it, unchecked.
        updated_at: ISO 8601 in UTC, so that it can be compared as text.
        edited: Somebody else changed it last, so that it is not this person's answer any more.
        problem: Why it cannot be used, where the store knows.
    """

    number: int
    user: int
    result: Any
    skipped: bool
    draft: bool
    seconds: float
    updated_at: str
    edited: bool = False
    problem: str = ""

    def fields(self) -> list[Any]:
        """What `Work` is made of again, as JSON can hold it."""
        return [getattr(self, field.name) for field in fields(self)]


@dataclass(frozen=True, slots=True)
class Task:
    """A paragraph on the server: its number there, its data and what people did with it.

    Attributes:
        problem: Why its data are no paragraph, where the store knows.
    """

    number: int
    data: Mapping[str, Any]
    work: tuple[Work, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """A task without what people did with it.

    Attributes:
        number: Of the task on the server.
        paragraph_id: Whose task it says to be.
        digest: Of its data: another one means that they differ from the paragraph's.
        sound: The id is that of its article and text: it came from a push, and nobody changed it.
    """

    number: int
    paragraph_id: str
    digest: str
    sound: bool


class TaskSource(Protocol):
    """What pull needs of a `TaskStore`: the tasks, and whose they are."""

    @property
    def server(self) -> str:
        """Names the server; a person's number means something only together with it."""

    @property
    def annotator(self) -> str:
        """Whose stream it is, by name; empty for one that everybody shares."""

    @property
    def owner(self) -> int | None:
        """That person's number on the server; None when shared, or the account is gone."""

    @property
    def origin(self) -> Origin:
        """What the answers in it are: annotations, or adjudications in a review project."""

    def tasks(self) -> Iterator[Task]:
        """Everything, by task number."""

    def place(self, number: int) -> str:
        """Where a person finds the task: its address, or the file and line."""


@dataclass(frozen=True, slots=True)
class TaskState:
    """What shows, without reading a task, whether somebody touched it.

    Attributes:
        number: Of the task on the server.
        mark: Another one where its data or an annotation changed, came or went.
        drafted: There is a draft: these change without any mark.
    """

    number: int
    mark: str
    drafted: bool


class WatchedSource(TaskSource, Protocol):
    """A source of which only what changed can be read."""

    @property
    def key(self) -> str:
        """Names the stream among all streams of all servers."""

    def people(self) -> frozenset[int]:
        """Everybody there; work of an account that is gone changes without a mark."""

    def states(self) -> Iterator[TaskState]:
        """Of all tasks, by number; cheap."""

    def some_tasks(self, numbers: Sequence[int]) -> Iterator[Task]:
        """Those of these tasks that are there, by number."""


class TaskStore(TaskSource, Protocol):
    """Holds paragraphs to label."""

    def summaries(self) -> Iterator[TaskSummary]:
        """The tasks that are there, by number."""

    def count(self) -> int:
        """How many tasks are there; cheap."""

    def touched(self, numbers: Sequence[int]) -> frozenset[int]:
        """Which of these tasks somebody answered, skipped or left a draft on."""

    def update(self, number: int, paragraph: Paragraph) -> None:
        """Give a task the paragraph's present context and metadata.

        Raises:
            InDoubtError: It may be done; doing it again does no harm.
        """

    def remove(self, number: int) -> None:
        """Take a task away; one that is gone already is no error.

        Raises:
            InDoubtError: It may be done; doing it again does no harm.
        """

    def add(self, paragraphs: Sequence[Paragraph]) -> None:
        """Add all of these or none.

        Raises:
            InDoubtError: It is not known which.
            ServerError: None was added.
        """
