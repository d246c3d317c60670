"""Read and write paragraphs.jsonl."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.io.jsonl import read_rows, to_line
from annotate.core.records import Paragraph


def write_paragraphs(path: Path, paragraphs: Iterable[Paragraph]) -> None:
    """Write paragraphs.jsonl, whole or not at all."""
    with writing(path) as file:
        file.writelines(to_line(paragraph.to_json()) for paragraph in paragraphs)


def read_paragraphs(path: Path) -> Iterator[Paragraph]:
    """The paragraphs of a paragraphs.jsonl, one after the other.

    Raises:
        InputError: A line is no paragraph, an id stands twice (both lines are named), or the file
            is empty.
    """
    return (paragraph for _, paragraph in numbered_paragraphs(path))


def numbered_paragraphs(path: Path) -> Iterator[tuple[int, Paragraph]]:
    """The same with the numbers of their lines, from 1."""
    lines: dict[str, int] = {}
    for number, row in read_rows(path):
        paragraph = _paragraph(row, f"{path}:{number}")
        if paragraph.id in lines:
            raise InputError(
                f"{path}:{number}: paragraph {paragraph.id} stands in line {lines[paragraph.id]} "
                "already; remove one of them"
            )
        lines[paragraph.id] = number
        yield number, paragraph
    if not lines:
        raise InputError(f"{path}: no paragraphs; make the file with 'rhetoric-annotate prepare'")


def _paragraph(row: dict[str, Any], where: str) -> Paragraph:
    try:
        return Paragraph.from_json(row)
    except InputError as error:
        raise InputError(
            f"{where}: {error}; make the file again with 'rhetoric-annotate prepare'"
        ) from error
