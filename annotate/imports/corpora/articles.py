"""What corpora of whole articles share: article files, and tables with tabs that name them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.encodings import read_encoded
from annotate.core.plurals import counted
from annotate.core.records import normalise
from annotate.imports.corpora.corpus import CorpusRows
from annotate.imports.documents import DocumentSpan
from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow

# Python counts these as line breaks, and the corpora do not.
_NO_BREAKS = {ord(c): " " for c in "\v\f\x1c\x1d\x1e\x85\u2028\u2029"}


def read_article(path: Path) -> str:
    """Return the text that offsets and line numbers are of: a line break is one character.

    Raises:
        InputError: The file cannot be read.
    """
    text = read_encoded(path)[0]
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_NO_BREAKS)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table.

    Attributes:
        where: File and line.
        cells: Without blanks around them.
    """

    where: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file that have its form, and rows for those that do not."""

    lines: Sequence[Line]
    bad: Sequence[LabelRow]


def read_table(file: LabelFile, form: str, fits: Callable[[Sequence[str]], bool]) -> Table:
    """Read a file of cells with tabs between; an empty file has no lines.

    Args:
        file: The file.
        form: Of a line, in words.
        fits: Tells whether cells have the form.

    Raises:
        InputError: No line has the form; names the first.
    """
    lines = [
        Line(file.where(number), tuple(cell.strip() for cell in line.split("\t")))
        for number, line in enumerate(file.raw.split("\n"), 1)
        if line.strip()
    ]
    good = [line for line in lines if fits(line.cells)]
    others = [line for line in lines if not fits(line.cells)]
    if lines and not good:
        number = lines[0].where.rpartition(":")[2]
        raise InputError(f"{file.path}:{number}: expected {form}, with tabs between")
    return Table(good, [LabelRow(line.where, {}).aside(f"not {form}") for line in others])


def are_offsets(start: str, end: str) -> bool:
    """Tell whether two cells are the offsets of some words."""
    return is_number(start) and is_number(end) and int(start) < int(end)


def is_number(cell: str) -> bool:
    """Tell whether a cell can be the number of a line, or an offset."""
    return bool(re.fullmatch(r"[0-9]{1,9}", cell))


def read_tables(
    files: Iterable[LabelFile], form: str, fits: Callable[[Sequence[str]], bool]
) -> Table:
    """Read several files of one form; see `read_table`."""
    tables = [read_table(file, form, fits) for file in files]
    return Table([x for t in tables for x in t.lines], [row for t in tables for row in t.bad])


def letters(text: str) -> str:
    """Return letters and digits alone, to compare texts of two files."""
    return "".join(filter(str.isalnum, normalise(text)))


class MarkedWords:
    """Marked words of articles whose paragraphs have labels too: where the two differ, these win.

    Attributes:
        unused: Those that no paragraph took.
    """

    def __init__(self, spans: Mapping[str, Sequence[DocumentSpan]]) -> None:
        """Take the spans of each article."""
        self._of = spans
        self.unused = {span.where: span for those in spans.values() for span in those}

    def of(self, article: str, start: int, end: int, labels: Sequence[str]) -> list[dict[str, Any]]:
        """Return the spans of a paragraph that have one of its labels, by offsets into its text.

        Args:
            article: Its article.
            start: Where it begins there.
            end: Where it ends.
            labels: Its labels.
        """
        inside = [
            span
            for span in self._of.get(article, ())
            if span.label in labels and span.start < end and span.end > start
        ]
        for span in inside:
            self.unused.pop(span.where, None)
        return [
            {"start": max(s.start - start, 0), "end": min(s.end, end) - start, "label": s.label}
            for s in inside
        ]

    def note(self, name: str) -> list[str]:
        """Return a sentence about the spans that no paragraph took; none if all were taken."""
        if not self.unused:
            return []
        spans = counted(len(self.unused), "span")
        return [f"{name}: {spans} left out, whose label the paragraph does not have"]


def united_rows(
    files: Iterable[Path], rows: Iterable[LabelRow], notes: Sequence[str]
) -> CorpusRows:
    """Unite paragraphs that repeat an earlier one of their article: the labels of both count.

    Args:
        files: That were read.
        rows: The paragraphs, each with its whole text.
        notes: See `CorpusRows`; a sentence about how many were united is added.
    """
    first: dict[tuple[str, str], int] = {}
    kept: list[LabelRow] = []
    repeats = 0
    for row in rows:
        key = (str(row.values.get("article_id")), str(row.values.get("text")).strip())
        at = len(kept) if row.problem else first.setdefault(key, len(kept))
        if at < len(kept):
            kept[at] = _both(kept[at], row)
            repeats += 1
        else:
            kept.append(row)
    if repeats:
        count = counted(repeats, "paragraph repeats", "paragraphs repeat")
        notes = [*notes, f"{count} an earlier one of the same article; the labels of both count"]
    return CorpusRows(tuple(dict.fromkeys(files)), kept, tuple(notes), repeats)


def _both(one: LabelRow, other: LabelRow) -> LabelRow:
    labels = dict.fromkeys((*(one.labels or ()), *(other.labels or ())))
    spans = [*one.values.get("spans", ())]
    spans += [span for span in other.values.get("spans", ()) if span not in spans]
    values = {**one.values, **({"spans": spans} if spans else {})}
    return replace(one, values=values, labels=tuple(labels))
