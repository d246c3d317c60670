"""Read workbooks: the first sheet with rows is a table with a header, like CSV."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from annotate.articles.article import Article, Unread
from annotate.articles.readers.column_names import Fields
from annotate.articles.readers.documents.document import reading
from annotate.articles.readers.rows import checked_names, read_record
from annotate.core.errors import InputError
from annotate.core.records import normalise

_Row = tuple[int, list[Any]]


def read_workbook(path: Path, fields: Fields) -> Iterator[Article | Unread]:
    """Read a record a row, under the header of the first sheet with rows.

    Raises:
        InputError: It is broken, protected with a password, or has no such sheet, or
            python-calamine is not installed.
    """
    columns, rows = workbook_rows(path)
    fields = checked_names(columns, fields, path)
    for number, (line, row) in enumerate(rows, 1):
        yield read_record(row, fields, path, f"{path}: row {line}", number)
    if not rows:
        raise InputError(f"{path}: no rows under the header")


def workbook_rows(path: Path) -> tuple[list[str], list[tuple[int, dict[str, Any]]]]:
    """Return the columns of the first sheet with rows, and its rows with their numbers.

    Raises:
        InputError: As `read_workbook` does.
    """
    rows = _rows(path)
    _, head = next(rows, (0, []))
    columns = [normalise(str(name)) for name in head]
    while columns and not columns[-1]:
        columns.pop()
    named = [
        (line, {name: _plain(cell) for name, cell in zip(columns, cells, strict=False)})
        for line, cells in rows
    ]
    return columns, named


def _rows(path: Path) -> Iterator[_Row]:
    """Yield the rows that are not empty, with their numbers."""
    with reading(path, "a workbook"):
        from python_calamine import CalamineWorkbook

        with CalamineWorkbook.from_path(path) as workbook:
            sheets = map(workbook.get_sheet_by_name, workbook.sheet_names)
            filled = (list(_filled(sheet.to_python())) for sheet in sheets)
            rows = next(filter(None, filled), [])
    yield from rows


def _filled(rows: Sequence[list[Any]]) -> Iterator[_Row]:
    return ((number, row) for number, row in enumerate(rows, 1) if any(cell != "" for cell in row))


def _plain(cell: Any) -> Any:
    """Return a day without the midnight that workbooks give it."""
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    return cell if isinstance(cell, str | int | float | datetime) else str(cell)
