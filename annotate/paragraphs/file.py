"""Read and write paragraphs.jsonl."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.io.jsonl import read_rows, to_line
from annotate.core.records import BlockType, Paragraph


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
    lines: dict[str, int] = {}
    for number, row in read_rows(path):
        paragraph = _paragraph(row, f"{path}:{number}")
        if paragraph.id in lines:
            raise InputError(
                f"{path}:{number}: paragraph {paragraph.id} is in line {lines[paragraph.id]} "
                "already; remove one of them"
            )
        lines[paragraph.id] = number
        yield paragraph
    if not lines:
        raise InputError(f"{path}: no paragraphs; make the file with 'rhetoric-annotate prepare'")


def _paragraph(row: dict[str, Any], where: str) -> Paragraph:
    try:
        return Paragraph.from_json(row)
    except InputError as error:
        raise InputError(
            f"{where}: {error}; make the file again with 'rhetoric-annotate prepare'"
        ) from error


def to_text(paragraph: Paragraph) -> str:
    """Return a valid paragraph as text for a database; `from_text` reads it."""
    return json.dumps(paragraph.to_json(), ensure_ascii=False)


def from_text(text: str) -> Paragraph:
    """Return the paragraph that `to_text` wrote; it is not checked again."""
    fields = json.loads(text)
    del fields["id"]
    return Paragraph(**fields | {"kind": BlockType(fields["kind"])})
