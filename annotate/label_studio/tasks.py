"""Tasks as push and pull see them, and the protocols that they talk to.

`Project` implements the protocols on a real server, and a list in the tests; label files and
external projects implement `TaskSource`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

from annotate.core.records import Origin


@dataclass(frozen=True, slots=True)
class Work:
    """What one person left on a task: an annotation, or a draft that was never submitted.

    Attributes:
        user: The person's number on the server; never an e-mail.
        result: As the server stores it, unchecked.
        updated_at: ISO 8601 in UTC, so that it can be compared as text.
        edited: Somebody else changed it last, so that it is not this person's answer any more.
        problem: Why it cannot be used, if the source knows.
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
        """Return the arguments that make an equal `Work`, as JSON can hold them."""
        return [getattr(self, field.name) for field in fields(self)]


@dataclass(frozen=True, slots=True)
class Task:
    """A paragraph on the server: its number there, its data and what people did with it.

    Attributes:
        problem: Why its data are no paragraph, if the source knows.
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
        paragraph_id: The paragraph that it says it is of.
        digest: Digest of its data, to compare with the paragraph's.
        sound: Whether the id is that of its article and text: it came from a push, unchanged.
    """

    number: int
    paragraph_id: str
    digest: str
    sound: bool


class TaskSource(Protocol):
    """What pull needs of a project: its tasks, and whose they are."""

    @property
    def server(self) -> str:
        """Name of the server; a person's number means something only together with it."""

    @property
    def annotator(self) -> str:
        """Name of the person whose project it is; empty for a shared one."""

    @property
    def owner(self) -> int | None:
        """That person's number on the server; None when shared, or the account is gone."""

    @property
    def administrator(self) -> int | None:
        """The account whose answers do not count here; None where everybody's do.

        In an annotator's project they are trials and corrections, not another annotator's.
        """

    @property
    def origin(self) -> Origin:
        """Tell whether the answers are annotations or, in a review project, adjudications."""

    def tasks(self) -> Iterator[Task]:
        """Yield everything, by task number."""

    def place(self, number: int) -> str:
        """Say where a person finds the task: its address, or the file and line."""


@dataclass(frozen=True, slots=True)
class DerivedSource:
    """Base of sources that read the tasks of another one in their own way.

    Attributes:
        source: The other one; whose tasks they are, and where they are found, is as there.
    """

    source: TaskSource

    @property
    def server(self) -> str:
        return self.source.server

    @property
    def annotator(self) -> str:
        return self.source.annotator

    @property
    def owner(self) -> int | None:
        return self.source.owner

    @property
    def administrator(self) -> int | None:
        return self.source.administrator

    @property
    def origin(self) -> Origin:
        return self.source.origin

    def place(self, number: int) -> str:
        return self.source.place(number)


@dataclass(frozen=True, slots=True)
class TaskState:
    """Tell whether somebody touched a task, as far as it shows without reading it.

    Attributes:
        number: Of the task on the server.
        mark: Changes whenever its data or an annotation changes, comes or goes.
        drafted: Whether there is a draft: these change without changing the mark.
    """

    number: int
    mark: str
    drafted: bool


class WatchedSource(TaskSource, Protocol):
    """A source of which only what changed can be read."""

    @property
    def key(self) -> str:
        """Identifies the project among all projects of all servers."""

    def people(self) -> frozenset[int]:
        """Return everybody's number; work of a deleted account changes without a mark."""

    def states(self) -> Iterator[TaskState]:
        """Yield the states of all tasks, by number; cheap."""

    def some_tasks(self, numbers: Sequence[int]) -> Iterator[Task]:
        """Yield those of these tasks that exist, by number."""


class TaskStore(Protocol):
    """What push needs of a project: to see and change its tasks."""

    @property
    def twins(self) -> Sequence[int]:
        """Numbers of other projects with the same title, which are read along with this one."""

    def parts(self) -> "Sequence[TaskStore]":
        """Return the project without its twins, and each of these alone."""

    def delete_if_empty(self) -> None:
        """Delete the project, but not its twins, if it has no tasks; it may be gone already.

        Raises:
            InDoubtError: It may be done; doing it again does no harm.
        """

    def task_data(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield number and data of every task, by number."""

    def summaries(self) -> Iterator[TaskSummary]:
        """Yield the project's tasks, by number."""

    def count(self) -> int:
        """Return how many tasks there are; cheap."""

    def has_work(self, numbers: Sequence[int]) -> Mapping[int, bool]:
        """Tell of each of these tasks that exists whether somebody worked on it.

        Work is an answer, a skip or a draft.
        """

    def add(self, data: Sequence[Mapping[str, Any]]) -> None:
        """Add tasks with these data, all or none.

        Raises:
            InDoubtError: It is not known which.
            ServerError: None was added.
        """

    def update(self, number: int, data: Mapping[str, Any]) -> None:
        """Replace the data of a task; one that is gone needs none.

        Raises:
            InDoubtError: It may be done; doing it again does no harm.
        """

    def remove(self, numbers: Sequence[int]) -> None:
        """Delete those of these tasks on which nobody worked; they fit into an address.

        Raises:
            InDoubtError: It may be done; doing it again does no harm.
        """

    def predicted(self) -> frozenset[tuple[int, str]]:
        """Return task number and model of the predictions on the server."""

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """Add predictions, hidden from annotators, and return how many the server made.

        Raises:
            InDoubtError: It is not known how many.
        """
