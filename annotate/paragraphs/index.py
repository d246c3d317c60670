"""Paragraphs of a file without their texts: what planning needs, while the rest waits on disk."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from sys import intern
from typing import Protocol, TypeVar

from annotate.core.io.database import temporary_database
from annotate.core.records import BlockType, Paragraph
from annotate.paragraphs.file import read_paragraphs

# A column for each argument of a paragraph: JSON would cost more time than all else here.
_COLUMNS = [field.name for field in fields(Paragraph) if field.init]
_TABLES = f"CREATE TABLE paragraphs (row INTEGER PRIMARY KEY, {', '.join(_COLUMNS)});"
_ADD = f"INSERT INTO paragraphs VALUES (?, {', '.join('?' * len(_COLUMNS))})"
_values = attrgetter(*_COLUMNS)


class Planned(Protocol):
    """A paragraph as planning sees it: whole, or without its text."""

    @property
    def id(self) -> str: ...

    @property
    def article_id(self) -> str: ...

    @property
    def url(self) -> str: ...


AnyPlanned = TypeVar("AnyPlanned", bound=Planned)
Load = Callable[[Iterable[Planned]], Iterator[Paragraph]]


@dataclass(frozen=True, slots=True)
class PlannedParagraph:
    """A paragraph of an index.

    Attributes:
        row: Its row in the index.
    """

    id: str
    article_id: str
    url: str
    row: int


@dataclass(frozen=True, slots=True)
class ParagraphIndex:
    """The paragraphs of a file as they were when it was read.

    Attributes:
        paragraphs: In the order of the file, without their texts.
    """

    paragraphs: Sequence[PlannedParagraph]
    _database: sqlite3.Connection

    def load(self, wanted: Iterable[Planned]) -> Iterator[Paragraph]:
        """Yield the paragraphs with their texts; those that have them pass through."""
        query = f"SELECT {', '.join(_COLUMNS)} FROM paragraphs WHERE row = ?"
        for planned in wanted:
            if isinstance(planned, PlannedParagraph):
                values = self._database.execute(query, [planned.row]).fetchone()
                arguments = dict(zip(_COLUMNS, values, strict=True))
                yield Paragraph(**arguments | {"kind": BlockType(arguments["kind"])})
            else:
                yield from whole([planned])


@contextmanager
def open_index(path: Path) -> Iterator[ParagraphIndex]:
    """Read a paragraphs.jsonl once; memory hardly grows with it.

    Raises:
        InputError: As `read_paragraphs` does.
    """
    with temporary_database(_TABLES) as database:
        planned = []
        for row, p in enumerate(read_paragraphs(path)):
            database.execute(_ADD, (row, *_values(p)))
            planned.append(PlannedParagraph(p.id, intern(p.article_id), intern(p.url), row))
        yield ParagraphIndex(planned, database)


def whole(wanted: Iterable[Planned]) -> Iterator[Paragraph]:
    """Yield paragraphs that have their texts."""
    for planned in wanted:
        assert isinstance(planned, Paragraph)
        yield planned
