"""Read the rows of JSON: JSON Lines, a list, an object around a list, what pandas writes."""

import json
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.jsonl import json_problem, scan_lines, with_characters

_BLANKS = " \t\r\n\ufeff"
_WRAPPERS = ("data", "rows", "records", "items", "examples", "instances", "paragraphs", "results")

_Row = dict[str, Any]


def is_json(text: str) -> bool:
    """Tell JSON and JSON Lines from everything else."""
    text = text.lstrip(_BLANKS)
    return text.startswith("{") or (
        text.startswith("[") and text[1:].lstrip(_BLANKS)[:1] in ("{", "]")
    )


def read_json_rows(text: str, path: Path) -> list[tuple[int, _Row]]:
    """Return the objects of a text that `is_json`, with the lines on which they begin.

    Invalid characters, such as half of a surrogate pair, become U+FFFD.

    Raises:
        InputError: It is no JSON, or holds something else; with its line.
    """
    rows: list[tuple[int, _Row]] = []
    for line, row in _rows(text, path):
        try:
            rows.append((line, with_characters(row)))
        except RecursionError as error:
            raise InputError(f"{path}:{line}: {json_problem(error)}; export it again") from error
    return rows


def _rows(text: str, path: Path) -> Iterator[tuple[int, _Row]]:
    begin = len(text) - len(text.lstrip(_BLANKS))
    if text[begin] == "[":
        return _list_items(text, begin, path)
    content = _only_object(text, begin)
    if content is None:
        return _line_rows(text, path)
    if rows := _pandas_rows(content, path):
        return enumerate(rows, 1)
    start = _wrapped_list(content, text)
    if start is not None:
        return _list_items(text, start, path)
    return iter([(text.count("\n", 0, begin) + 1, content)])


def _line_rows(text: str, path: Path) -> Iterator[tuple[int, _Row]]:
    for line, row in scan_lines(StringIO(text, newline=""), path, checked=False):
        if isinstance(row, InputError):
            raise row
        yield line, row


def _only_object(text: str, begin: int) -> _Row | None:
    """Return the object that is the whole text; None if there are several, or it is broken."""
    try:
        content, end = json.JSONDecoder().raw_decode(text, begin)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) and not text[end:].strip() else None


def _wrapped_list(content: _Row, text: str) -> int | None:
    """Return where the list begins, if the text is one object around a list of rows."""
    lists = [key for key, value in content.items() if isinstance(value, list) and value]
    if len(lists) != 1 or lists[0] not in _WRAPPERS or "text" in content:
        return None
    starts = [m.end() - 1 for m in re.finditer(rf'"{lists[0]}"\s*:\s*\[', text)]
    return starts[0] if len(starts) == 1 else None


def _pandas_rows(content: Mapping[str, Any], path: Path) -> list[_Row]:
    """Return the rows of an object of columns, or of rows by index, or of both apart; else none.

    So pandas writes a table, unless it is told to write records.

    Raises:
        InputError: A column has several names, one below the other.
    """
    names, data = content.get("columns"), content.get("data")
    if isinstance(names, list) and isinstance(data, list):
        if any(isinstance(name, list | dict) for name in names):
            raise InputError(
                f"{path}: a column has several names; give each one name, and export again"
            )
        keys = list(map(str, names))
        return [dict(zip(keys, cells, strict=False)) for cells in data if isinstance(cells, list)]
    parts = [*content.values()]
    if not parts or not all(isinstance(part, dict) for part in parts):
        return []
    if any(part.keys() != parts[0].keys() for part in parts):
        return []
    columns = list(parts[0])
    if "text" in content or ("0" in columns and "0" not in content):
        return [{name: part[at] for name, part in content.items()} for at in columns]
    return parts if "0" in content or "text" in columns else []


def _list_items(text: str, start: int, path: Path) -> Iterator[tuple[int, _Row]]:
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
        except (ValueError, RecursionError) as error:
            at_line = error.lineno if isinstance(error, json.JSONDecodeError) else line
            problem = f"{path}:{at_line}: not JSON: {json_problem(error)}"
            raise InputError(f"{problem}; export it again") from error
        if not isinstance(row, dict):
            raise InputError(f"{path}:{line}: the list must hold objects, one for each answer")
        yield line, row
