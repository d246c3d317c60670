"""Read CSV and Parquet, with an article in each row, and the rows of other formats.

Rows may name their columns in any way: `Fields` says which is which, and usual names are known.
"""

import ast
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.articles.article import DAMAGED, Article, Block, Notice, Unread, with_title_apart
from annotate.articles.extraction.block_types import block_type
from annotate.articles.readers.body_html import Parts, read_fragment, read_text_or_html
from annotate.articles.readers.column_names import DEFAULT_FIELDS, Fields, names_in
from annotate.articles.readers.html import read_page
from annotate.core.errors import InputError, NoTextError
from annotate.core.io.csv_rows import check_columns, scan_csv_lines
from annotate.core.io.encodings import REPLACEMENT, open_repaired
from annotate.core.records import BlockType, author_of, normalise

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_PAGE = (  # what no fragment has
    re.compile(r"\A\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!doctype html\b|<html\b)", re.IGNORECASE),
    re.compile(r"<head[\s>]", re.IGNORECASE),
    re.compile(r"<body[\s>]", re.IGNORECASE),
)
_BASIC_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)T\d{4,6}(?:Z|[+-]\d{4})?")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_START = "introtext"
_MISSING = frozenset({"NA", "N/A", "#N/A", "<NA>", "NaN", "nan", "None", "NULL", "null"})
_LIST = re.compile(r"\s*\[\s*['\"].*['\"]\s*+,?\s*+\]\s*", re.DOTALL)
_CARRIAGE_RETURN = "_x000D_"
_LISTED = re.compile(  # an item, and whether the next one follows without a comma, as in NumPy
    r"""('(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")(\s+(?=['"]))?""", re.DOTALL
)
_BATCH = 256  # rows of Parquet read at once
_DAY_DIGITS = 8  # of 20240305
_UNITS = (1, 10**3, 10**6, 10**9)  # a second
_LEAST_SECONDS = 10**8  # since 1970: in 1973; with fewer, 20240305 and the like are no moments


def read_csv(path: Path, fields: Fields) -> Iterator[Article | Unread]:
    """Read a header and a record a row, with commas, semicolons or tabs between the cells."""
    names = fields

    def check(columns: list[str]) -> None:
        nonlocal names
        names = checked_names(columns, fields, path)

    lines, encoding, repaired = open_repaired(path)
    with lines:
        for number, (line, row) in enumerate(scan_csv_lines(lines, check, path), 1):
            where = f"{path}:{line}"
            article = read_record(row, names, path, where, number)
            damaged = repaired and REPLACEMENT in str(row)
            yield with_encoding(article, encoding, where if damaged else "")


def with_paragraphs_joined(
    articles: Iterable[Article | Unread],
) -> Iterator[Article | Unread]:
    """Yield the articles; records of one paragraph each, alike but for it, are one article."""
    parts: list[Article] = []
    for record in articles:
        if parts and not (isinstance(record, Article) and _goes_on(parts[-1], record)):
            yield _joined(parts)
            parts = []
        if isinstance(record, Article):
            parts.append(record)
        else:
            yield record
    if parts:
        yield _joined(parts)


def _goes_on(before: Article, after: Article) -> bool:
    alike = all(
        getattr(before, name) == getattr(after, name)
        for name in ("article_id", "title", "author", "date", "source")
    )
    return alike and len(before.blocks) == len(after.blocks) == 1


def _joined(parts: Sequence[Article]) -> Article:
    return replace(
        parts[0],
        blocks=tuple(block for part in parts for block in part.blocks),
        left_out=tuple(out for part in parts for out in part.left_out),
        notices=tuple(notice for part in parts for notice in part.notices),
    )


def with_encoding(article: Article | Unread, encoding: str, damaged: str) -> Article | Unread:
    """Return an article with the encoding of its file, and a notice about damaged bytes.

    Args:
        article: As it was read.
        encoding: Of the file.
        damaged: Where bytes became U+FFFD; empty if none did.
    """
    if isinstance(article, Unread):
        return article
    notices = (*article.notices, *damage_notices(damaged))
    return replace(article, encoding=encoding, notices=notices)


def damage_notices(where: str) -> tuple[Notice, ...]:
    """Return the notice about a place where bytes became U+FFFD; none if there is no place."""
    return (Notice(DAMAGED, f"{where}: read as {REPLACEMENT} (U+FFFD)"),) if where else ()


def read_parquet(path: Path, fields: Fields) -> Iterator[Article | Unread]:
    """Read a record a row."""
    with open_parquet(path) as file:
        columns = file.schema_arrow.names
        fields = checked_names(columns, fields, path)
        wanted = [name for name in (*asdict(fields).values(), "outlet") if name in columns]
        batches = file.iter_batches(_BATCH, columns=wanted)
        rows = (row for batch in batches for row in batch.to_pylist())
        for number, row in enumerate(rows, 1):
            yield read_record(row, fields, path, f"{path}: row {number}", number)
        if not file.metadata.num_rows:
            raise NoTextError(f"{path}: no rows")


@contextmanager
def open_parquet(path: Path) -> "Iterator[ParquetFile]":
    """Open a Parquet file.

    Raises:
        InputError: It is none, or is damaged; also while it is read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            yield file
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"{path}: cannot be read as Parquet: {lines[0]}") from error


def checked_names(columns: list[str], fields: Fields, path: Path) -> Fields:
    """Return what a table calls its columns; see `names_in`.

    Raises:
        InputError: The column of the text is missing, or a column occurs twice.
    """
    names = names_in(columns, fields)
    wanted, option = (names.html, "--html-field") if names.html else (names.text, "--text-field")
    try:
        check_columns(columns, wanted, option, path)
    except InputError as error:
        if wanted in columns or names.url not in columns:
            raise
        fetch = (
            f"the pages of column {names.url!r} can be fetched: --urls names a file of addresses"
        )
        raise InputError(f"{error}; {fetch}") from error
    return names


def read_record(
    row: Mapping[str, Any] | InputError, fields: Fields, path: Path, where: str, number: int
) -> Article | Unread:
    """Read a record.

    Args:
        row: Its columns, or why it cannot be read.
        fields: What they are called.
        path: The file; its name is a part of the id of a record without one.
        where: The record's place, for messages.
        number: The record's number, from 1.
    """
    try:
        if isinstance(row, InputError):
            raise row
        plain = {key: plain_value(value) for key, value in row.items()}
        plain |= {key: _listed(plain.get(key)) for key in (fields.text, fields.author)}
        plain[fields.text] = _with_start(plain, fields.text)
        return _article(plain, fields, path, where, number)
    except InputError as error:
        return Unread.of("record", error)


def plain_value(value: Any) -> Any:
    """Return a value for what it means: pandas writes a missing one as NaN, and 1 as 1.0.

    Workbooks write a carriage return as _x000D_.
    """
    if isinstance(value, str) and value.strip() in _MISSING:
        return None
    if isinstance(value, str) and _CARRIAGE_RETURN in value:
        return value.replace(f"{_CARRIAGE_RETURN}\n", "\n").replace(_CARRIAGE_RETURN, "\n")
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() else value


def _listed(value: Any) -> Any:
    """Return a list that was written into a cell, as pandas does, as a list again."""
    if not isinstance(value, str) or not _LIST.fullmatch(value):
        return value
    divided = _LISTED.sub(lambda item: item[1] + ("," if item[2] else ""), value)
    try:
        items = ast.literal_eval(divided.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return value
    return items if all(isinstance(item, str) for item in items) else value


def _with_start(row: Mapping[str, Any], key: str) -> Any:
    """Return a text with its start, which some systems keep in a column of its own."""
    text, start = row.get(key), row.get(_START)
    both = isinstance(text, str) and isinstance(start, str) and start not in text
    return f"{start}\n\n{text}" if both else text or start


def _article(
    row: Mapping[str, Any], fields: Fields, path: Path, where: str, number: int
) -> Article:
    id_, title = _text_of(row, fields.id, where), _text_of(row, fields.title, where)
    url = normalise(_string(row, fields.url, where))
    source = _text_of(row, fields.source, where)
    if not source and fields.source == DEFAULT_FIELDS.source:
        source = _text_of(row, "outlet", where)
    date, author = _day(row, fields.date, where), _author(row, fields.author, where)
    page = _whole_page(row, fields, path)
    if page:
        title, source, url = title or page.title, source or page.source, url or page.url
        date, author = date or page.date, author or page.author
    blocks, boilerplate = (page.blocks, page.left_out) if page else _parts(row, fields, where)
    blocks, repeated = with_title_apart(title, blocks)
    if not blocks:
        html = f"{fields.html!r}, " * bool(fields.html)
        raise NoTextError(
            f"{where}: the record has no text; give it {html}{fields.text!r} or 'paragraphs'"
        )
    return Article(
        article_id=url or id_ or normalise(f"{path.stem}-{number}"),
        title=title,
        source=source,
        url=url,
        date=date,
        blocks=blocks,
        left_out=(*repeated, *boilerplate),
        origin=where,
        author=author,
    )


def _whole_page(row: Mapping[str, Any], fields: Fields, path: Path) -> Article | None:
    """Read a column that holds a whole web page, as crawls do; None if it is none."""
    html = (row.get(fields.html) if fields.html else None) or row.get(fields.text)
    if not isinstance(html, str) or not all(part.search(html) for part in _PAGE):
        return None
    try:
        return read_page(html, path)
    except NoTextError:
        return None


def _text_of(row: Mapping[str, Any], key: str, where: str) -> str:
    """Return a text, or a number as text."""
    value = row.get(key)
    return str(value) if type(value) in (int, float) else normalise(_string(row, key, where))


def _day(row: Mapping[str, Any], key: str, where: str) -> str:
    """Return a date as it is written; a number that can only be a moment or day as an ISO date."""
    text = _text_of(row, key, where)
    if basic := _BASIC_DATE.fullmatch(text):
        return "-".join(basic.groups())
    if not re.fullmatch(r"-?[0-9]{8,19}(?:\.[0-9]+)?", text):
        return text
    try:
        if len(text) == _DAY_DIGITS:
            return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date().isoformat()
        return _moment(float(text)).date().isoformat()
    except (ValueError, OverflowError):
        return text


def _moment(number: float) -> datetime:
    """Return the moment so long after 1970: the unit is that which gives 1973 to 5138.

    Raises:
        ValueError: The number is too small for any unit.
    """
    for unit in _UNITS:
        if _LEAST_SECONDS <= abs(number) / unit < 1000 * _LEAST_SECONDS:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number / unit)
    raise ValueError(number)


def _string(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise InputError(f"{where}: {key!r} must be text, not {type(value).__name__}")
    return value or ""


def _author(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    author = str(value) if type(value) in (int, float) else author_of(value)
    if author is None:
        raise InputError(f"{where}: {key!r} must be text or a list of names")
    return author


def _parts(row: Mapping[str, Any], fields: Fields, where: str) -> Parts:
    """Return the blocks of a row, and the boilerplate in its HTML."""
    html = _string(row, fields.html, where) if fields.html else ""
    if normalise(html):
        return read_fragment(html)
    text = row.get(fields.text)
    if row.get("paragraphs") is None and isinstance(text, list):
        texts = list(_listed_texts(text, fields.text, where))
        if any(map(_TAG.search, texts)):
            return read_text_or_html("\n\n".join(texts))
        return tuple(Block(block_type(text), text) for text in texts), ()
    if row.get("paragraphs") is None:
        return read_text_or_html(_string(row, fields.text, where))
    return tuple(_listed_blocks(row, fields, where)), ()


def _listed_texts(texts: list[Any], key: str, where: str) -> Iterator[str]:
    for item in texts:
        text = item.get("text") or item.get("html") if isinstance(item, dict) else item
        if not isinstance(text, str):
            raise InputError(f"{where}: {key!r} must be text, or a list of texts")
        if normalise(text):
            yield text


def _listed_blocks(row: Mapping[str, Any], fields: Fields, where: str) -> Iterator[Block]:
    paragraphs = row["paragraphs"]
    if row.get(fields.text) is not None:
        raise InputError(f"{where}: has both {fields.text!r} and 'paragraphs'; keep one")
    if not isinstance(paragraphs, list):
        raise InputError(f"{where}: 'paragraphs' must be a list")
    yield from filter(None, (_listed_block(item, where) for item in paragraphs))


def _listed_block(item: object, where: str) -> Block | None:
    block = {"text": item} if isinstance(item, str) else item
    if not isinstance(block, dict) or not isinstance(block.get("text"), str):
        raise InputError(f"{where}: each of 'paragraphs' must be text or {{'kind', 'text'}}")
    kind, text = block.get("kind"), block["text"]
    if kind is not None and kind not in list(BlockType):
        raise InputError(f"{where}: unknown kind {kind!r}; known: {', '.join(BlockType)}")
    if not normalise(text):
        return None
    return Block(BlockType(kind) if kind else block_type(text), text)
