"""The record that every label format is read into, and the file that it is read from."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.csv_rows import check_columns, read_csv_rows
from annotate.core.io.encodings import read_encoded
from annotate.core.io.jsonl import json_problem, read_rows
from annotate.imports.mapping import FIELDS, LabelMap
from annotate.imports.texts import Texts

CSV_SUFFIXES = (".csv", ".tsv", ".tab")
_SAMPLE = 200  # rows that are looked at to tell the format
_BLANKS = " \t\r\n"
_WRAPPERS = ("data", "rows", "records", "items", "examples", "instances", "paragraphs", "results")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One answer of one annotator to one paragraph, unchecked.

    Attributes:
        where: File and line.
        values: By our names of the columns, without those that are empty. `spans` is a list of
            {start, end, label}; `status` is the tool's word for it.
        labels: As the file has them; None if it does not say.
        partial: Says one of several labels: rows of one annotator and paragraph are united.
        problem: Why it cannot be used; empty if it can.
    """

    where: str
    values: Row
    labels: tuple[str, ...] | None = None
    partial: bool = False
    problem: str = ""

    def aside(self, problem: str) -> "LabelRow":
        """Return the row, set aside for this reason."""
        return replace(self, problem=problem)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a reader may ask about a file's content.

    Attributes:
        map: Their names and ours.
        separator: Stands between the labels of a cell; empty to find out.
        texts: Texts and articles that the labels are of, from --texts.
    """

    map: LabelMap
    separator: str = ""
    texts: Texts = field(default_factory=Texts)

    def values(self, row: Row) -> dict[str, Any]:
        """Return the row's values by our names, without those that are empty."""
        pairs = ((name, row.get(self.map.field(name))) for name in FIELDS)
        values = {name: value for name, value in pairs if value not in ("", None)}
        if isinstance(values.get("spans"), str):
            values["spans"] = parsed_literal(values["spans"])
        return values

    def knows(self, label: Any) -> bool:
        """Tell whether the map or the taxonomy defines the label."""
        return isinstance(label, str) and self.map.targets(label.strip()) is not None


def parsed_literal(cell: str) -> Any:
    """Return what JSON or the repr of a Python value stands for; other text as it is."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return cell


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
        """The whole text, line breaks as they are; perhaps empty."""
        return read_encoded(self.path)[0]

    @property
    def text(self) -> str:
        """The whole text.

        Raises:
            InputError: The file is empty.
        """
        if not self.raw.strip():
            raise InputError(f"{self.path}: the file is empty")
        return self.raw

    @cached_property
    def is_json(self) -> bool:
        """Tell JSON and JSON Lines from everything else."""
        text = self.text.lstrip(f"{_BLANKS}\ufeff")
        return text.startswith("{") or (
            text.startswith("[") and text[1:].lstrip(_BLANKS)[:1] in ("{", "]")
        )

    @cached_property
    def is_table(self) -> bool:
        """Tell whether the file's name says that it is a table with a header."""
        return not self.is_json and self.path.suffix.lower() in CSV_SUFFIXES

    @cached_property
    def rows(self) -> list[tuple[int, dict[str, Any]]]:
        """The rows of a table, of JSON Lines or of a JSON list, with their line numbers.

        Raises:
            InputError: The file is none of these.
        """
        if self.is_json:
            listed = self.text.lstrip(f"{_BLANKS}\ufeff").startswith("[")
            start = self.text.index("[") if listed else _wrapped_list(self.text)
            if start is not None:
                return list(_list_items(self.text, start, self.path))
            return _pandas_rows(self.text) or list(read_rows(self.path))
        return [(line, row) for line, row, _ in read_csv_rows(self.path, self._check)]

    def _check(self, columns: list[str]) -> None:
        check_columns(columns, columns[0], "--text-field", self.path)

    @property
    def sample(self) -> list[dict[str, Any]]:
        """The first rows of JSON; empty for other files."""
        return [row for _, row in self.rows[:_SAMPLE]] if self.is_json else []

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns of a table with a header; empty for other files."""
        return frozenset(self.rows[0][1]) if self.is_table else frozenset()


def _wrapped_list(text: str) -> int | None:
    """Return where the list begins, if the text is one object around a list of rows."""
    begin = text.index("{")
    try:
        content, end = json.JSONDecoder().raw_decode(text, begin)
    except (ValueError, RecursionError):
        return None
    lists = [key for key, value in content.items() if isinstance(value, list) and value]
    if text[end:].strip() or len(lists) != 1 or lists[0] not in _WRAPPERS or "text" in content:
        return None
    starts = [m.end() - 1 for m in re.finditer(rf'"{lists[0]}"\s*:\s*\[', text)]
    return starts[0] if len(starts) == 1 else None


def _pandas_rows(text: str) -> list[tuple[int, dict[str, Any]]]:
    """Return the rows of an object of columns, or of rows by index, with their numbers; else none.

    So pandas writes a table, unless it is told to write records.
    """
    try:
        content = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return []
    parts = [*content.values()] if isinstance(content, dict) else []
    if not parts or not all(isinstance(part, dict) for part in parts):
        return []
    if any(part.keys() != parts[0].keys() for part in parts):
        return []
    columns = list(parts[0])
    if "0" in columns and "0" not in content:
        rows = [{name: part[at] for name, part in content.items()} for at in columns]
    else:
        rows = parts if "0" in content else []
    return list(enumerate(rows, 1))


def _list_items(text: str, start: int, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of the JSON list that begins there, with the lines on which they begin."""
    decoder, at, line, counted = json.JSONDecoder(), start + 1, 1, 0
    while True:
        while at < len(text) and text[at] in f"{_BLANKS},":
            at += 1
        line, counted = line + text.count("\n", counted, at), at
        if text[at : at + 1] == "]":
            return
        try:
            row, at = decoder.raw_decode(text, at)
            json.dumps(row, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            at_line = error.lineno if isinstance(error, json.JSONDecodeError) else line
            problem = f"{path}:{at_line}: not JSON: {json_problem(error)}"
            raise InputError(f"{problem}; export it again") from error
        if not isinstance(row, dict):
            raise InputError(f"{path}:{line}: the list must hold objects, one for each answer")
        yield line, row
