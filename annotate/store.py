"""What push and pull need of a labelling server: a real one in use, a list in tests."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from annotate.core.errors import ServerError
from annotate.core.records import Origin, Paragraph


class InDoubtError(ServerError):
    """The server may have done what was asked, or not: look before asking again."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one person left on a task: an annotation, or a draft that was never submitted.

    Attributes:
        user: The person's number on the server; never an e-mail.
        result: As the server stores it, unchecked.
        updated_at: ISO 8601 in UTC, so that it can be compared as text.
        edited: Somebody else changed it last, so that it is not this person's answer any more.
    """

    number: int
    user: int
    result: Any
    skipped: bool
    draft: bool
    seconds: float
    updated_at: str
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """A paragraph on the server: its number there, its data and what people did with it."""

    number: int
    data: Mapping[str, Any]
    work: tuple[Work, ...] = ()


class TaskStore(Protocol):
    """Holds paragraphs to label."""

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

    def known_ids(self) -> frozenset[str]:
        """Ids of the paragraphs that are there."""

    def add(self, paragraphs: Sequence[Paragraph]) -> None:
        """Add all of these or none.

        Raises:
            InDoubtError: It is not known which.
            ServerError: None was added.
        """

    def tasks(self) -> Iterator[Task]:
        """Everything, by task number."""
