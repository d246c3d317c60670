"""Read and write paragraphs.jsonl."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.io.jsonl import scan_rows, to_line
from annotate.core.records import BlockType, Paragraph

_KEYS = frozenset({"id", "article_id", "position", "kind", "text", "previous", "next"})


def write_paragraphs(path: Path, paragraphs: Iterable[Paragraph]) -> None:
    """Write paragraphs.jsonl, whole or not at all."""
    with writing(path) as file:
        file.writelines(to_line(paragraph.to_json()) for paragraph in paragraphs)


def read_paragraphs(path: Path) -> Iterator[Paragraph]:
    """Yield the paragraphs of a paragraphs.jsonl.

    Raises:
        InputError: A line is no paragraph, an id occurs twice (both lines are named), or the file
            is empty.
    """
    for paragraph in scan_paragraphs(path):
        if isinstance(paragraph, InputError):
            raise paragraph
        yield paragraph


def scan_paragraphs(path: Path) -> Iterator[Paragraph | InputError]:
    """Yield what `read_paragraphs` does, and in place of a line that is no paragraph the error.

    Raises:
        InputError: The file cannot be read, or is empty.
    """
    lines: dict[str, int] = {}
    number = 0
    for number, row in scan_rows(path):
        try:
            paragraph = _paragraph(row, f"{path}:{number}")
        except InputError as error:
            yield error
            continue
        first = lines.setdefault(paragraph.id, number)
        if first == number:
            yield paragraph
        else:
            yield InputError(
                f"{path}:{number}: paragraph {paragraph.id} is in line {first} already; "
                "remove one of them"
            )
    if not number:
        raise InputError(f"{path}: no paragraphs; make the file with 'rhetoric-annotate prepare'")


def is_prepared(path: Path) -> bool:
    """Return whether the first line has the keys that 'rhetoric-annotate prepare' writes."""
    if path.suffix.lower() != ".jsonl":
        return False
    try:
        rows = [row for _, row in islice(scan_rows(path), 1)]
    except InputError:
        return False  # reading the articles tells the error
    return any(isinstance(row, dict) and row.keys() >= _KEYS for row in rows)


def _paragraph(row: dict[str, Any] | InputError, where: str) -> Paragraph:
    if isinstance(row, InputError):
        raise row
    try:
        return Paragraph.from_json(row)
    except InputError as error:
        raise InputError(
            f"{where}: {error}; make the file again with 'rhetoric-annotate prepare'"
        ) from error


def to_text(paragraph: Paragraph) -> str:
    """Return a valid paragraph as its line without the end; `from_text` reads it."""
    return to_line(paragraph.to_json()).removesuffix("\n")


def from_text(text: str) -> Paragraph:
    """Return the paragraph that `to_text` wrote; it is not checked again."""
    fields = json.loads(text)
    del fields["id"]
    return Paragraph(**fields | {"kind": BlockType(fields["kind"])})
