"""Read JSON Lines and JSON: records of any source, the answers of news services among them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from annotate.articles.article import Article, LeftOut, Unread
from annotate.articles.readers.column_names import Fields, is_given, with_usual_names
from annotate.articles.readers.rows import read_record, with_encoding
from annotate.articles.web.urls import is_web_address
from annotate.core.errors import InputError, NoTextError
from annotate.core.io.encodings import REPLACEMENT, UTF_8, open_repaired, read_repaired
from annotate.core.io.jsonl import json_problem, scan_lines, scan_rows, with_characters
from annotate.core.records import BlockType, normalise

_UNPUBLISHED = frozenset({"draft", "scheduled", "future", "pending", "private", "trash"})
_CUT = "cut off by the source"  # the ledger's word
_MARK = re.compile(r"\s*\[\+\d+ chars\]\s*$")  # behind the first 200 characters of an article
_HEAD = 1000  # characters
_BETWEEN = re.compile(r"[\s,\ufeff]*")
_DECODER = json.JSONDecoder()
_DEPTH = 4  # of the list of articles in an answer
_NOT_JSON = (ValueError, RecursionError)  # also numbers too long and nests too deep


@dataclass(frozen=True, slots=True)
class _File:
    """A file of records: their columns, its encoding, and whether it was repaired."""

    path: Path
    fields: Fields
    encoding: str = UTF_8
    repaired: bool = False

    def read(self, row: Any, where: str, number: int) -> Article | Unread:
        try:
            repaired = row if isinstance(row, InputError) else with_characters(row)
        except RecursionError:
            repaired = row = InputError(f"{where}: nested too deeply to be read")
        damaged = repaired is not row or (self.repaired and REPLACEMENT in str(row))
        article = _read(repaired, self.fields, self.path, where, number)
        return with_encoding(article, self.encoding, where if damaged else "")


def read_json_lines(path: Path, fields: Fields) -> Iterator[Article | Unread]:
    """Read a record a line: url, id, title, author, source or outlet, date, text or paragraphs.

    A list, or an object over several lines, is read as `read_json` does.

    Raises:
        InputError: The file cannot be read, or is empty.
    """
    try:
        lines, encoding, repaired = open_repaired(path)
    except InputError:  # the damage may be in a few of its lines
        yield from _rows(_File(path, fields), scan_rows(path))
        return
    file = _File(path, fields, encoding, repaired)
    with lines:
        value = _one_value(lines, path)
        lines.seek(0)
        records = (
            _rows(file, scan_lines(lines, path, checked=False))
            if value is None
            else _articles(file, value)
        )
        yield from records


def read_json(path: Path, fields: Fields) -> Iterator[Article | Unread]:
    """Read a list of records, an object with such a list in it, or one record.

    JSON Feed, the answers of news services, and all that pandas writes have this form. JSON Lines
    are read as such.

    Raises:
        InputError: The file cannot be read, or is no JSON.
    """
    text, encoding, damage = read_repaired(path)
    file = _File(path, fields, encoding, bool(damage))
    if not normalise(text):
        raise NoTextError(f"{path}: the file is empty")
    try:
        value = json.loads(text)
    except _NOT_JSON as error:
        if values := _several(text):
            yield from _articles(file, values)
            return
        if str(error).startswith("Extra data"):
            yield from _rows(file, scan_lines(StringIO(text, newline=""), path, checked=False))
            return
        where = f"{path}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else str(path)
        problem = f"{where}: not JSON: {json_problem(error)}"
        raise InputError(f"{problem}; fix the file, or save it again") from error
    yield from _articles(file, value)


def _rows(
    file: _File, rows: Iterator[tuple[int, dict[str, Any] | InputError]]
) -> Iterator[Article | Unread]:
    number = 0
    for number, row in rows:
        where = f"{file.path}:{number}"
        if records := _envelope(row, file.fields):
            for at, record in enumerate(records, 1):
                yield file.read(record, f"{where}: record {at}", at)
        else:
            yield file.read(row, where, number)
    if not number:
        raise NoTextError(f"{file.path}: the file is empty")


def _envelope(row: dict[str, Any] | InputError, fields: Fields) -> Sequence[Any]:
    """Return the records of a line that is a whole answer of a news service."""
    if isinstance(row, InputError) or _has_text(row, fields):
        return ()
    return records_of(row, fields)


def _one_value(lines: TextIO, path: Path) -> Any:
    """Return the list, or the object over several lines, that a file holds; None if neither."""
    rows = [row for _, row in islice(scan_lines(lines, path), 2)]
    over_lines = len(rows) > 1 and all(isinstance(row, InputError) for row in rows)
    lines.seek(0)
    if not (over_lines or lines.read(_HEAD).lstrip("\ufeff \t\r\n").startswith("[")):
        return None
    lines.seek(0)
    try:
        value = json.loads(text := lines.read())
    except _NOT_JSON:  # else the lines tell what is wrong with them
        return _several(text) or None
    return value if isinstance(value, list | dict) else None


def _several(text: str) -> list[Any]:
    """Return objects over several lines that stand one after the other, with commas or without.

    None if each has a line to itself, or one cannot be read.
    """
    values: list[Any] = []
    at = _BETWEEN.match(text).end()  # type: ignore[union-attr]  # it matches nothing, too
    lines = text.count("\n", at)
    try:
        while at < len(text):
            value, at = _DECODER.raw_decode(text, at)
            values.append(value)
            at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
    except _NOT_JSON:
        return []
    return (
        values if len(values) < lines and all(isinstance(value, dict) for value in values) else []
    )


def _articles(file: _File, value: Any) -> Iterator[Article | Unread]:
    records = records_of(value, file.fields)
    if not records:
        raise NoTextError(
            f"{file.path}: no articles in this JSON; it may be a list of objects, or an object "
            "with such a list; --text-field names the key of the text"
        )
    for number, record in enumerate(records, 1):
        yield file.read(record, f"{file.path}: record {number}", number)


def _read(row: Any, fields: Fields, path: Path, where: str, number: int) -> Article | Unread:
    if isinstance(row, InputError):
        return Unread.of("record", row)
    if not isinstance(row, dict):
        return Unread.of("record", InputError(f"{where}: a record must be a JSON object"))
    row, fields = with_usual_names(row, fields)
    address = row.get(fields.url)
    if isinstance(address, str) and is_web_address(address) and not _holds_text(row, fields):
        return Unread.of("record", _only_announced(where, address))
    if str(row.get("status")) in _UNPUBLISHED and "slug" in row:
        return _as_draft(read_record(row, fields, path, where, number), str(row["status"]))
    if row.get("type") == "page" and "slug" in row:
        return _as_draft(read_record(row, fields, path, where, number), "page")
    text = row.get(fields.text)
    cut = _MARK.search(text) if isinstance(text, str) else None
    if not cut:
        return read_record(row, fields, path, where, number)
    article = read_record(row | {fields.text: text[: cut.start()]}, fields, path, where, number)
    if isinstance(article, Unread):
        return article
    mark = LeftOut(BlockType.BODY, _CUT, normalise(cut[0]))
    return replace(article, left_out=(*article.left_out, mark))


def _as_draft(article: Article | Unread, status: str) -> Article | Unread:
    """Return a post that a site has not published, or a page, with all of it left out."""
    if isinstance(article, Unread):
        return article
    blocks = tuple(LeftOut(block.kind, f"post: {status}", block.text) for block in article.blocks)
    return replace(article, blocks=(), left_out=(*article.left_out, *blocks))


def _only_announced(where: str, address: str) -> NoTextError:
    return NoTextError(
        f"{where}: the record has an address but no text; to fetch the page: "
        f"rhetoric-annotate prepare {address}"
    )


def records_of(value: Any, fields: Fields) -> Sequence[Any]:
    """Return the records of a JSON value: its longest list of objects, or the value itself."""
    if isinstance(value, dict):
        value = _with_outlet(value)
    elif isinstance(value, list):
        value = [{fields.text: item} if isinstance(item, str) else item for item in value]
    return _table(value, fields) or _find(value, fields, _DEPTH)


def _find(value: Any, fields: Fields, depth: int) -> Sequence[Any]:
    if isinstance(value, list) and len(value) == 1 and _is_wrapper(value[0], fields):
        return _find(value[0], fields, depth) or value
    if isinstance(value, list):
        records = value if any(isinstance(record, dict) for record in value) else []
        return _within(records, fields, depth) or records
    if not isinstance(value, dict) or not depth:
        return []
    if _has_text(value, fields):
        return [value]
    lists = (_find(inner, fields, depth - 1) for inner in value.values())
    return max(lists, key=lambda records: _worth(records, fields), default=[])


def _within(records: Sequence[Any], fields: Fields, depth: int) -> Sequence[Any]:
    """Return the records within a list of other objects, as a database is saved."""
    if not depth or _worth(records, fields)[0]:
        return []
    wrappers = (record for record in records if _is_wrapper(record, fields))
    tables = (_find(record, fields, depth - 1) for record in wrappers)
    longest = max(tables, key=lambda table: _worth(table, fields), default=[])
    return longest if _worth(longest, fields)[0] else []


def _is_wrapper(record: Any, fields: Fields) -> bool:
    """Tell an object that is no record itself: it has no text, title or address."""
    if not isinstance(record, dict):
        return False
    row, names = with_usual_names(record, fields)
    given = (row.get(name) for name in (names.title, names.url))
    return not _holds_text(row, names) and not any(map(is_given, given))


def _worth(records: Sequence[Any], fields: Fields) -> tuple[bool, int]:
    return any(_has_text(record, fields) for record in records), len(records)


def _has_text(record: Any, fields: Fields) -> bool:
    if not isinstance(record, dict):
        return False
    if is_given(record.get(fields.text)):
        return True
    return _holds_text(*with_usual_names(record, fields))


def _holds_text(row: Mapping[str, Any], names: Fields) -> bool:
    return any(is_given(row.get(name)) for name in (names.text, names.html, "paragraphs"))


def _with_outlet(feed: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON Feed whose items have its title as their source."""
    items, title = feed.get("items"), feed.get("title")
    if "jsonfeed.org" not in str(feed.get("version")) or not isinstance(items, list):
        return feed
    return {
        "items": [{"source": title} | item if isinstance(item, dict) else item for item in items]
    }


def _table(value: Any, fields: Fields) -> Sequence[Any]:
    """Return the records of pandas' other forms: split, by column, by index."""
    if not isinstance(value, dict) or not value:
        return []
    columns, rows = value.get("columns"), value.get("data")
    if isinstance(columns, list) and isinstance(rows, list):
        names = [str(column) for column in columns]
        return [dict(zip(names, row, strict=False)) for row in rows if isinstance(row, list)]
    if isinstance(texts := value.get(fields.text), dict):
        by_column = {name: cells for name, cells in value.items() if isinstance(cells, dict)}
        return [{name: cells.get(at) for name, cells in by_column.items()} for at in texts]
    records = list(value.values())
    if all(map(is_web_address, value)):
        records = [
            {fields.url: url} | ({fields.text: record} if isinstance(record, str) else record)
            for url, record in value.items()
            if isinstance(record, str | dict)
        ]
    return records if all(_has_text(record, fields) for record in records) else []
