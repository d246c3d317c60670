"""Read the rows of a CSV file, whatever its delimiter and encoding."""

import csv
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.core.errors import InputError
from annotate.core.io.encodings import open_encoded
from annotate.core.records import normalise

if TYPE_CHECKING:
    import _csv

_FIELD_CHARACTERS = 10_000_000
_DELIMITERS = ",;\t"


def read_csv_rows(
    path: Path, check: Callable[[list[str]], None]
) -> Iterator[tuple[int, dict[str, str], str]]:
    """Yield the line on which each row ends, its cells by column name, and the encoding.

    Args:
        path: A header, and one record a row; cells are separated by commas, semicolons or tabs.
        check: Called with the column names; raises an error for columns that cannot be used.

    Raises:
        InputError: The file is not such a table; with its line.
    """
    csv.field_size_limit(_FIELD_CHARACTERS)
    lines, encoding = open_encoded(path)
    with lines:
        head = next(lines, "")
        if not normalise(head):
            raise InputError(f"{path}: the first line must be a header that names the columns")
        delimiter = max(_DELIMITERS, key=head.count)
        reader = csv.reader(chain([head], lines), delimiter=delimiter, strict=True)
        line = 0
        for line, row in _rows(reader, delimiter, check, path):
            yield line, row, encoding
        if not line:
            raise InputError(f"{path}: no rows under the header")


def _rows(
    reader: "_csv.Reader", delimiter: str, check: Callable[[list[str]], None], path: Path
) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        columns = [name.strip() for name in next(reader)]
        check(columns)
        for cells in filter(None, reader):
            if len(cells) != len(columns):
                raise InputError(
                    f"{path}:{reader.line_num}: {len(cells)} cells under {len(columns)} columns; "
                    f"put a cell that holds {delimiter!r} or a line break in double quotes"
                )
            yield reader.line_num, dict(zip(columns, cells, strict=True))
    except csv.Error as error:
        raise InputError(f"{path}:{reader.line_num}: not CSV: {error}") from error


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
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise InputError(f"{path}: the column {twice[0]!r} occurs twice; rename one of them")
