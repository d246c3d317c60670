"""Read PDF: pdfium finds the lines, and their places on the page tell where paragraphs begin."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from annotate.articles.article import Article
from annotate.articles.readers.documents.document import reading, with_bullet
from annotate.articles.readers.plain_text import read_plain_text
from annotate.core.errors import InputError, NoTextError
from annotate.core.io.files import read_bytes
from annotate.core.records import normalise

_HYPHEN = "\ufffe"  # stands for a hyphen and the line's end behind it
_LINE = re.compile(f"([^\r\n{_HYPHEN}]*)({_HYPHEN}|\r?\n|$)")
_WIDER = 1.2  # times the usual distance of two lines: white space between paragraphs
_INDENT = 4.0  # points
_LARGER = 1.1  # times the size of the letters: a heading


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page; sizes are in points, from the page's lower left corner."""

    text: str
    left: float
    base: float
    size: float


def read_pdf(path: Path) -> Article:
    """Read a PDF with text in it, as plain text whose paragraphs have blank lines between them.

    Raises:
        InputError: It is broken, protected with a password, or holds only pictures of pages, or
            pypdfium2 is not installed.
    """
    with reading(path, "PDF"):
        pages = list(_pages(read_bytes(path), path))
        usual = _usual_step(pages)
        text = "\f".join(_joined(lines, usual) for lines in pages)
    if not normalise(text):
        raise NoTextError(
            f"{path}: no text in this PDF, only pictures of pages; run OCR on it first: "
            "ocrmypdf IN.pdf OUT.pdf"
        )
    return read_plain_text(text, path)


def _pages(raw: bytes, path: Path) -> Iterator[list[_Line]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if "password" not in str(error):
            raise
        raise InputError(
            f"{path}: protected with a password; save it without one: qpdf --decrypt "
            "--password=... IN.pdf OUT.pdf"
        ) from error
    with document:
        for page in document:
            yield list(_lines(page.get_textpage()))
            page.close()


def _lines(page: Any) -> Iterator[_Line]:
    text = page.get_text_range()
    for match in _LINE.finditer(text):
        words = with_bullet(normalise(match[1]))
        if words:
            first = match.start() + len(match[1]) - len(match[1].lstrip())
            hyphen = "-" * (match[2] == _HYPHEN)
            left, base = _origin(page, first)
            size = _size(page, (first + match.end(1)) // 2)  # a first letter may be a large initial
            yield _Line(words + hyphen, left, base, size)


def _origin(page: Any, character: int) -> tuple[float, float]:
    from pypdfium2 import raw

    left, base = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(page, character, left, base)
    return left.value, base.value


def _size(page: Any, character: int) -> float:
    from pypdfium2 import raw

    return float(raw.FPDFText_GetFontSize(page, character))


def _usual_step(pages: Sequence[Sequence[_Line]]) -> float:
    """Return the distance that most lines have from the next one, in points."""
    pairs = [pair for lines in pages for pair in pairwise(lines)]
    steps = Counter(round(a.base - b.base, 1) for a, b in pairs if a.base > b.base)
    return min(steps, key=lambda step: (-steps[step], step), default=0.0)


def _joined(lines: Sequence[_Line], usual: float) -> str:
    """Return the text of a page, with a blank line where a paragraph begins."""
    pieces = [line.text for line in lines[:1]]
    for before, line, after in zip(lines, lines[1:], [*lines[2:], None], strict=False):
        wide = before.base - line.base > _WIDER * usual
        sizes = sorted((before.size, line.size))
        begins = wide or sizes[1] > _LARGER * sizes[0] or _is_indented(before, line, after)
        pieces.append("\n\n" * begins + "\n" * (not begins) + line.text)
    return "".join(pieces)


def _is_indented(before: _Line, line: _Line, after: _Line | None) -> bool:
    """Tell whether only this line is moved to the right; lists and quotations are as a whole."""
    edge = line.left - _INDENT
    return before.left < edge and (after is None or after.left < edge)
