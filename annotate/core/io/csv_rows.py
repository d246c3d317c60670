"""Read the rows of a CSV file, whatever its delimiter and encoding."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Literal

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
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_FIRST_ROWS = 5
_MOST_TITLES = 20  # lines above a header
_UNENDED = "unexpected end of data"  # of the csv module
_NAME = 60  # characters of a column's name
_NAME_WORDS = 5
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
    above, head = _first_line(lines)
    named = _SEPARATOR.fullmatch(head)  # by which Excel tells itself the delimiter
    if named:
        more, head = _first_line(lines)
        above += more + 1
    if not head:
        raise InputError(f"{path}: the first line must be a header that names the columns")
    first = [head, *islice(lines, _AHEAD)]
    titles = _titles(first, check)
    above, first = above + titles, first[titles:]
    head = first[0]
    delimiter = named[1] if named else max(_DELIMITERS, key=head.count)
    # "title, text" above "A pier", "It is lost"
    spaced = f"{delimiter} " in head and any(
        re.search(rf'{re.escape(delimiter)} +"[^"]', line) for line in first
    )
    escape = "\\" if any(map(_ESCAPED.search, first)) else None
    quoting: Literal[0, 3] = csv.QUOTE_NONE if _is_unquoted(first, delimiter) else csv.QUOTE_MINIMAL
    reader = csv.reader(
        chain(first, lines),
        delimiter=delimiter,
        escapechar=escape,
        strict=True,
        quoting=quoting,
        skipinitialspace=spaced,
    )
    line = 0
    for line, row in _rows(reader, delimiter, check, path, above):
        yield line, row
    if not line:
        raise InputError(f"{path}: no rows under the header")


def _first_line(lines: Iterator[str]) -> tuple[int, str]:
    """Return the first line with words in it, empty if there is none, and how many are above."""
    return next(((above, line) for above, line in enumerate(lines) if normalise(line)), (0, ""))


def _titles(lines: Sequence[str], check: Callable[[list[str]], None]) -> int:
    """Return how many lines above the header are comments, or what a report is called.

    Where the line below them names no columns that can be used, one of them may.
    """
    at = _titles_by_form(lines)
    return next((n for n in (at, *range(at)) if _names_columns(lines[n], check)), at)


def _names_columns(line: str, check: Callable[[list[str]], None]) -> bool:
    names = list(dict.fromkeys(_cells_of(line)))  # a name that occurs twice is another problem
    try:
        check(names)
    except InputError:
        return False
    return any(names)


def _titles_by_form(lines: Sequence[str]) -> int:
    at = next((at for at, line in enumerate(lines[:_MOST_TITLES]) if not _is_title(line)), 0)
    names = _cells_of(lines[at])
    short = all(len(name) <= _NAME and len(name.split()) <= _NAME_WORDS for name in names)
    several = sum(map(bool, names)) > 1
    # "#id" is the name of a column, "# about this table" is none
    marked = (line for line in lines[:at] if re.match(r"#\S", line))
    named = any(len(_cells_of(line)) >= len(names) for line in marked)
    return at if short and several and not named else 0


def _is_title(line: str) -> bool:
    """Tell a comment, an empty line, or a cell with delimiters up to the table's width."""
    single = sum(map(bool, _cells_of(line))) < 2 and line.strip()[-1:] in (*_DELIMITERS, "")
    return line.startswith("#") or single


def _cells_of(line: str) -> list[str]:
    row = next(csv.reader([line], delimiter=max(_DELIMITERS, key=line.count)), [])
    return [normalise(cell) for cell in row] or [""]


def _is_unquoted(lines: Sequence[str], delimiter: str) -> bool:
    """Tell a table whose quotation marks are a part of the text: with tabs, and a line a row."""
    if delimiter != "\t":
        return False
    rows = [line.rstrip("\r\n").split("\t") for line in lines if normalise(line)]
    whole = all(len(row) == len(rows[0]) for row in rows)
    quoted = (cell for row in rows for cell in row if cell.startswith('"'))
    return whole and not all(map(_QUOTED.fullmatch, quoted))


def _rows(
    reader: "_csv.Reader",
    delimiter: str,
    check: Callable[[list[str]], None],
    path: Path,
    above: int,
) -> Iterator[tuple[int, dict[str, str] | InputError]]:
    """Yield the rows, and their lines; `above` so many lines is the header."""
    cells = _cells(reader, path, above)
    _, head = next(cells)
    if isinstance(head, InputError):
        raise head
    columns = [name.strip() for name in head]
    while columns and not columns[-1]:  # as a spreadsheet saves columns that were once used
        columns.pop()
    check(columns)
    ahead = list(islice(cells, _FIRST_ROWS))
    if _are_numbered([row for _, row in ahead], len(columns)):
        columns = ["", *columns]
    for line, row in chain(ahead, cells):
        if isinstance(row, InputError):
            yield line, row
        elif any(map(str.strip, row)):
            yield line, _named(row, columns, delimiter, f"{path}:{line}")


def _named(
    row: list[str], columns: Sequence[str], delimiter: str, where: str
) -> dict[str, str] | InputError:
    """Return the cells by the names of their columns, or why they do not fit them."""
    while len(row) > len(columns) and not row[-1].strip():
        row.pop()
    if len(row) == len(columns):
        return dict(zip(columns, row, strict=True))
    return InputError(
        f"{where}: {len(row)} cells under {len(columns)} columns; put a cell that holds "
        f"{delimiter!r} or a line break in double quotes"
    )


def _are_numbered(rows: Sequence[list[str] | InputError], columns: int) -> bool:
    """Tell whether rows begin with a name that no column has: as R writes them."""
    names = [row[0] for row in rows if not isinstance(row, InputError) and len(row) == columns + 1]
    numbered = len(names) == len(rows) > 1 and all(map(str.isdecimal, names))
    return numbered and len(set(names)) == len(names)


def _cells(
    reader: "_csv.Reader", path: Path, above: int
) -> Iterator[tuple[int, list[str] | InputError]]:
    """Yield the cells of each row, and the line on which it ends."""
    while True:
        start = reader.line_num + above + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            line = reader.line_num + above
            problem = f"{path}:{line}: not CSV: {error}"
            if line > start and str(error) == _UNENDED:
                problem = (
                    f"{path}:{start}: not CSV: a double quote begins a cell here that never ends"
                )
            yield line, InputError(problem)
        else:
            yield reader.line_num + above, cells


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
        names = [shorten(normalise(name), _NAME, placeholder=" ...") for name in columns]
        header = (
            "the first line must name the columns, or "
            if max(map(len, columns), default=0) > _NAME
            else ""
        )
        raise InputError(
            f"{path}: no column {needed!r}; {header}say with {option} which one has the {what}: "
            f"{', '.join(names)}"
        )
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise InputError(f"{path}: the column {twice[0]!r} occurs twice; rename one of them")
