"""Read the rows of workbooks and Parquet, which are no text."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.articles.content import content_suffix
from annotate.articles.readers.documents.workbook import workbook_rows
from annotate.articles.readers.rows import open_parquet, plain_value

if TYPE_CHECKING:
    from pyarrow import Schema

_PARQUET = ".parquet"
SHEET_SUFFIXES = (".xlsx", ".xls", ".ods", _PARQUET)
_FEATURES = b"huggingface"  # under which the library `datasets` keeps the names of classes

_Rows = list[tuple[int, dict[str, Any]]]


def is_sheet(path: Path) -> bool:
    """Tell by the content, as far as that says it."""
    return (content_suffix(path) or path.suffix.lower()) in SHEET_SUFFIXES


def read_sheet_rows(path: Path, check: Callable[[list[str]], None]) -> _Rows:
    """Return the rows with their numbers.

    Args:
        path: A file that `is_sheet`.
        check: Called with the names of the columns of a workbook.

    Raises:
        InputError: It cannot be read.
    """
    if (content_suffix(path) or path.suffix.lower()) == _PARQUET:
        return _parquet_rows(path)
    columns, rows = workbook_rows(path)
    check(columns)
    return [(line, {name: plain_value(cell) for name, cell in row.items()}) for line, row in rows]


def _parquet_rows(path: Path) -> _Rows:
    with open_parquet(path) as file:
        classes = _class_names(file.schema_arrow)
        rows = file.read().to_pylist()
    named = (
        {name: _named(cell, classes[name]) if name in classes else cell for name, cell in r.items()}
        for r in rows
    )
    return list(enumerate(named, 1))


def _class_names(schema: "Schema") -> dict[str, list[str]]:
    """Return column -> names of the classes that its numbers stand for."""
    info = json.loads((schema.metadata or {}).get(_FEATURES, b"{}")).get("info", {})
    inner = {
        column: feature.get("feature", feature)
        for column, feature in info.get("features", {}).items()
        if isinstance(feature, Mapping)
    }
    return {c: f["names"] for c, f in inner.items() if isinstance(f, Mapping) and "names" in f}


def _named(cell: Any, names: list[str]) -> Any:
    if isinstance(cell, list):
        return [_named(item, names) for item in cell]
    return names[cell] if isinstance(cell, int) and 0 <= cell < len(names) else None
