"""The paragraphs to label, from articles or a paragraphs.jsonl, and what is left out of them."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

from annotate.articles.article import Unread
from annotate.articles.readers.column_names import DEFAULT_FIELDS, Fields
from annotate.articles.registry import find_files, scan_file
from annotate.core.errors import InputError
from annotate.core.io.files import plain_os_errors
from annotate.core.io.jsonl import to_line
from annotate.core.ledger import NOTICE, LedgerRow
from annotate.core.records import Paragraph
from annotate.paragraphs.file import is_prepared, scan_paragraphs
from annotate.paragraphs.segment import REPEATED, cut


def columns(**names: str) -> Fields:
    """Return which column of a table holds what; see `Fields`."""
    return Fields(**names)


@dataclass(slots=True)
class LeftOut:
    """What the inputs hold but no prediction is made for.

    Attributes:
        out: What errors are about.
        file: Holds the rows of the ledger until the end.
    """

    strict: bool
    out: Path
    file: IO[str]
    ids: set[str] = field(default_factory=set)
    repeated: int = 0
    unread: int = 0
    notices: int = 0
    first_error: InputError | None = None

    def add(self, row: LedgerRow) -> None:
        self.notices += row.kind == NOTICE
        with plain_os_errors(self.out):
            self.file.write(to_line(row.to_json()))

    def copy_to(self, ledger: IO[str]) -> None:
        """Copy all rows to the ledger that stays."""
        self.file.seek(0)
        shutil.copyfileobj(self.file, ledger)

    def add_unread(self, unread: Unread) -> None:
        if self.strict:
            raise unread.error
        self.unread += 1
        self.first_error = self.first_error or unread.error
        self.add(unread.row())


def read_chunks(
    inputs: Sequence[Path], left_out: LeftOut, size: int, fields: Fields = DEFAULT_FIELDS
) -> Iterator[list[Paragraph]]:
    """Yield the paragraphs of the inputs, `size` at a time, each id once.

    Raises:
        InputError: An input is missing, or there is no paragraph.
    """
    paragraphs = _unique(_paragraphs(inputs, left_out, fields), left_out)
    chunk = list(islice(paragraphs, size))
    if not chunk:
        raise _nothing(inputs, left_out)
    while chunk:
        yield chunk
        chunk = list(islice(paragraphs, size))


def _paragraphs(inputs: Sequence[Path], left_out: LeftOut, fields: Fields) -> Iterator[Paragraph]:
    for path in find_files(inputs).files:
        prepared = is_prepared(path)
        for item in scan_paragraphs(path) if prepared else scan_file(path, fields):
            if isinstance(item, Paragraph):
                yield item
            elif isinstance(item, InputError):
                left_out.add_unread(Unread.of("record", item))
            elif isinstance(item, Unread):
                left_out.add_unread(item)
            else:
                result = cut(item)
                for row in result.ledger:
                    left_out.add(row)
                yield from result.paragraphs


def _unique(paragraphs: Iterator[Paragraph], left_out: LeftOut) -> Iterator[Paragraph]:
    """Yield the first paragraph of each id, by which predictions are looked up."""
    for paragraph in paragraphs:
        if paragraph.id in left_out.ids:
            left_out.repeated += 1
            left_out.add(LedgerRow.of(paragraph, REPEATED))
        else:
            left_out.ids.add(paragraph.id)
            yield paragraph


def _nothing(inputs: Sequence[Path], left_out: LeftOut) -> InputError:
    if left_out.first_error is None:
        return InputError(f"{inputs[0]}: nothing to label; the input has headings or captions only")
    more = f" (and {left_out.unread - 1} more)" if left_out.unread > 1 else ""
    return InputError(f"{left_out.first_error}{more}")
