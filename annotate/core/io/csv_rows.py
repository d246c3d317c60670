"""Read the rows of a CSV file, whatever its delimiter and encoding."""

import csv
import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.core.errors import InputError
from annotate.core.io.encodings import open_encoded
from annotate.core.records import normalise

if TYPE_CHECKING:
    import _csv

_FIELD_CHARACTERS = 10_000_000
_DELIMITERS = ",;\t|"
_AHEAD = 1000  # lines that tell how quotation marks within cells are written
_ESCAPED = re.compile(
    r"""(?<!\\)(?:\\\\)*\\"[^",;\s]"""
)  # \" and not "", as a cell's end would have
_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


def read_csv_rows(
    path: Path, check: Callable[[list[str]], None]
) -> Iterator[tuple[int, dict[str, str], str]]:
    """Yield the line on which each row ends, its cells by column name, and the encoding.

    Args:
        path: A header, and one record a row; between cells are commas, semicolons, tabs or strokes.
        check: Called with the column names; raises an error for columns that cannot be used.

    Raises:
        InputError: The file is not such a table; with its line.
    """
    for line, row, encoding in scan_csv_rows(path, check):
        if isinstance(row, InputError):
            raise row
        yield line, row, encoding


def scan_csv_rows(
    path: Path, check: Callable[[list[str]], None]
) -> Iterator[tuple[int, dict[str, str] | InputError, str]]:
    """Yield what `read_csv_rows` does, and in place of a row that cannot be read the error.

    Raises:
        InputError: The file or its header cannot be used.
    """
    lines, encoding = open_encoded(path)
    with lines:
        for line, row in scan_csv_lines(lines, check, path):
            yield line, row, encoding


def scan_csv_lines(
    lines: Iterator[str], check: Callable[[list[str]], None], path: Path
) -> Iterator[tuple[int, dict[str, str] | InputError]]:
    """Yield what `scan_csv_rows` does, without the encoding, from lines that end as in the file.

    Raises:
        InputError: The header cannot be used, or there is nothing under it.
    """
    csv.field_size_limit(_FIELD_CHARACTERS)
    head = next(lines, "")
    named = _SEPARATOR.fullmatch(head)  # by which Excel tells itself the delimiter
    if named:
        head = next(lines, "")
    if not normalise(head):
        raise InputError(f"{path}: the first line must be a header that names the columns")
    delimiter = named[1] if named else max(_DELIMITERS, key=head.count)
    first = [head, *islice(lines, _AHEAD)]
    escape = "\\" if any(map(_ESCAPED.search, first)) else None
    reader = csv.reader(chain(first, lines), delimiter=delimiter, escapechar=escape, strict=True)
    line = 0
    for line, row in _rows(reader, delimiter, check, path):
        yield line + bool(named), row
    if not line:
        raise InputError(f"{path}: no rows under the header")


def _rows(
    reader: "_csv.Reader", delimiter: str, check: Callable[[list[str]], None], path: Path
) -> Iterator[tuple[int, dict[str, str] | InputError]]:
    cells = _cells(reader, path)
    head = next(cells)
    if isinstance(head, InputError):
        raise head
    columns = [name.strip() for name in head]
    while columns and not columns[-1]:  # as a spreadsheet saves columns that were once used
        columns.pop()
    check(columns)
    for row in cells:
        if isinstance(row, InputError):
            yield reader.line_num, row
            continue
        while len(row) > len(columns) and not row[-1].strip():
            row.pop()
        if not any(map(str.strip, row)):
            continue
        if len(row) != len(columns):
            yield (
                reader.line_num,
                InputError(
                    f"{path}:{reader.line_num}: {len(row)} cells under {len(columns)} columns; "
                    f"put a cell that holds {delimiter!r} or a line break in double quotes"
                ),
            )
        else:
            yield reader.line_num, dict(zip(columns, row, strict=True))


def _cells(reader: "_csv.Reader", path: Path) -> Iterator[list[str] | InputError]:
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield InputError(f"{path}:{reader.line_num}: not CSV: {error}")


def check_columns(columns: list[str], needed: str, option: str, path: Path) -> None:
    """Refuse a table without a column, or with two of one name.

    Args:
        columns: Their names.
        needed: The column that must exist.
        option: The option that names it, such as --text-field.
        path: The table.

    Raises:
        InputError: What is wrong with the header.
    """
    if needed not in columns:
        what = option.rpartition("--")[2].removesuffix("-field")
        raise InputError(
            f"{path}: no column {needed!r}; say with {option} which one has the {what}: "
            f"{', '.join(map(normalise, columns))}"
        )
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise InputError(f"{path}: the column {twice[0]!r} occurs twice; rename one of them")
