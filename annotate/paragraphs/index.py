"""Paragraphs of a file without their texts: what planning needs, and where the rest stands."""

import json
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from sys import intern
from typing import Protocol, TypeVar

from annotate.core.errors import InputError
from annotate.core.io.files import plain_reading
from annotate.core.records import Paragraph
from annotate.paragraphs.file import numbered_paragraphs


class Planned(Protocol):
    """A paragraph as planning sees it: itself, or its stub."""

    @property
    def id(self) -> str: ...

    @property
    def article_id(self) -> str: ...

    @property
    def url(self) -> str: ...


AnyPlanned = TypeVar("AnyPlanned", bound=Planned)
Load = Callable[[Iterable[Planned]], Iterator[Paragraph]]


@dataclass(frozen=True, slots=True)
class Stub:
    """A paragraph of a file.

    Attributes:
        at: The byte at which its line begins.
    """

    id: str
    article_id: str
    url: str
    at: int


def read_stubs(path: Path) -> list[Stub]:
    """The paragraphs of a paragraphs.jsonl; memory hardly grows with them.

    Raises:
        InputError: As `read_paragraphs` does; or it is no file that can be read again.
    """
    if not path.is_file():
        raise InputError(f"{path}: is read more than once, so it must be a file: save it first")
    with plain_reading(path), path.open("rb") as file:
        starts = array("Q", accumulate(map(len, file), initial=0))
    stubs = []
    for number, p in numbered_paragraphs(path):
        if number >= len(starts):  # longer than a moment ago
            raise _changed(path)
        stubs.append(Stub(p.id, intern(p.article_id), intern(p.url), starts[number - 1]))
    return stubs


def loader(path: Path) -> Load:
    """What reads the paragraphs of stubs anew; a paragraph that is there whole passes through."""

    def load(wanted: Iterable[Planned]) -> Iterator[Paragraph]:
        with plain_reading(path), path.open("rb") as file:
            for one in wanted:
                if isinstance(one, Stub):
                    file.seek(one.at)
                    yield _read(file.readline(), one, path)
                else:
                    yield from whole([one])

    return load


def _read(line: bytes, stub: Stub, path: Path) -> Paragraph:
    try:
        paragraph = Paragraph.from_json(json.loads(line))
    except (ValueError, AttributeError, InputError):
        paragraph = None
    if paragraph is None or paragraph.id != stub.id:
        raise _changed(path)
    return paragraph


def _changed(path: Path) -> InputError:
    return InputError(f"{path}: was changed meanwhile; run the same command again")


def whole(wanted: Iterable[Planned]) -> Iterator[Paragraph]:
    """Paragraphs that are there with their texts."""
    for one in wanted:
        assert isinstance(one, Paragraph)
        yield one
