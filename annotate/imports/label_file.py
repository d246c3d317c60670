"""A file of labels: its text, and its rows if it has any."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from annotate.articles.content import is_tab_separated, suffix_of
from annotate.articles.readers.documents.workbook import workbook_rows
from annotate.articles.readers.rows import open_parquet, plain_value
from annotate.core.dataset_folder import parquet_features
from annotate.core.errors import InputError
from annotate.core.io.csv_rows import check_columns, scan_csv_lines
from annotate.core.io.encodings import open_repaired, read_repaired
from annotate.imports.json_rows import is_json, read_json_rows

_PARQUET = ".parquet"
_SHEET_SUFFIXES = (".xlsx", ".xls", ".ods", _PARQUET)
TABLE_SUFFIXES = (".csv", ".tsv", ".tab", *_SHEET_SUFFIXES)
_SAMPLE = 200  # rows that are looked at to tell the format

_Rows = list[tuple[int, dict[str, Any]]]


@dataclass(frozen=True)
class LabelFile:
    """A file of labels; its content is read when it is first asked for.

    Attributes:
        path: The file.
        shown: How rejected.jsonl names it.
        folder: Its folder below the one that was given; empty if it was given itself.
    """

    path: Path
    shown: str
    folder: str = ""

    def where(self, line: int) -> str:
        """Say where a line is."""
        return f"{self.shown}:{line}"

    @cached_property
    def raw(self) -> str:
        """The whole text, line breaks as they are; empty if there is none, as in a workbook."""
        return "" if self._is_sheet else read_repaired(self.path)[0]

    @property
    def text(self) -> str:
        """The whole text.

        Raises:
            InputError: The file is empty.
        """
        if not self.raw.strip():
            raise InputError(f"{self.path}: the file is empty")
        return self.raw

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing in it."""
        return not self._is_sheet and not self.raw.strip()

    @cached_property
    def _is_sheet(self) -> bool:
        """Whether it is a workbook or Parquet, which are no text."""
        return suffix_of(self.path) in _SHEET_SUFFIXES

    @cached_property
    def is_json(self) -> bool:
        """Tell JSON and JSON Lines from everything else."""
        return not self._is_sheet and is_json(self.text)

    @cached_property
    def is_table(self) -> bool:
        """Tell whether it is a table with a header: by its name, or by the tabs in it."""
        suffix = self.path.suffix.lower()
        tabs = suffix == ".txt" and is_tab_separated(self.text)
        return not self.is_json and (self._is_sheet or suffix in TABLE_SUFFIXES or tabs)

    @cached_property
    def rows(self) -> _Rows:
        """The rows of a table, of JSON Lines or of a JSON list, with their line numbers.

        Raises:
            InputError: The file is none of these.
        """
        if self._is_sheet:
            is_parquet = suffix_of(self.path) == _PARQUET
            return _parquet_rows(self.path) if is_parquet else self._workbook_rows()
        return read_json_rows(self.text, self.path) if self.is_json else self._table_rows()

    def _workbook_rows(self) -> _Rows:
        columns, rows = workbook_rows(self.path)
        self._check(columns)
        return [(n, {name: plain_value(cell) for name, cell in row.items()}) for n, row in rows]

    def _table_rows(self) -> _Rows:
        rows: _Rows = []
        lines, *_ = open_repaired(self.path)
        with lines:
            for line, row in scan_csv_lines(lines, self._check, self.path):
                if isinstance(row, InputError):
                    raise row
                rows.append((line, dict(row)))
        return rows

    def _check(self, columns: list[str]) -> None:
        check_columns(columns, columns[0], "--text-field", self.path)

    @property
    def sample(self) -> list[dict[str, Any]]:
        """The first rows of JSON; empty for other files."""
        return [row for _, row in self.rows[:_SAMPLE]] if self.is_json else []

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns of a table with a header; empty for other files."""
        return frozenset(self.rows[0][1]) if self.is_table and self.rows else frozenset()


def _parquet_rows(path: Path) -> _Rows:
    with open_parquet(path) as file:
        classes = _class_names(parquet_features(file.schema_arrow.metadata))
        rows = file.read().to_pylist()
    named = (
        {name: _named(cell, classes[name]) if name in classes else cell for name, cell in r.items()}
        for r in rows
    )
    return list(enumerate(named, 1))


def _class_names(features: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return column -> names of the classes that its numbers stand for."""
    inner = {
        column: feature.get("feature", feature)
        for column, feature in features.items()
        if isinstance(feature, Mapping)
    }
    return {
        column: feature["names"]
        for column, feature in inner.items()
        if isinstance(feature, Mapping) and isinstance(feature.get("names"), list)
    }


def _named(cell: Any, names: list[str]) -> Any:
    if isinstance(cell, list):
        return [_named(item, names) for item in cell]
    return names[cell] if isinstance(cell, int) and 0 <= cell < len(names) else None
