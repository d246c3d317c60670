"""Articles that come as rows, one each: of JSON Lines, CSV or Parquet.

Rows name what they hold as they like: `Fields` says which key is what.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from annotate.articles.article import Article, Block, with_title_apart
from annotate.articles.extraction.block_types import kind_of
from annotate.articles.extraction.fragments import Parts, read_fragment
from annotate.articles.readers.plain_text import split_text
from annotate.core.errors import InputError
from annotate.core.io.csv_rows import check_columns, read_csv_rows
from annotate.core.io.jsonl import read_rows
from annotate.core.records import BlockType, author_of, normalise

_BATCH = 256  # rows of Parquet at once


@dataclass(frozen=True, slots=True)
class Fields:
    """What a row calls its parts. JSON Lines may have `paragraphs` in place of the text.

    Attributes:
        text: Needed in a table, unless there is a column of HTML.
        html: An article's body as HTML, read in place of the text where a row has it; empty for
            rows without.
        id: Text or a whole number.
        source: The outlet; `outlet` is read as well unless this is named otherwise.
        author: Text, or a list of names.
    """

    text: str = "text"
    title: str = "title"
    id: str = "id"
    source: str = "source"
    author: str = "author"
    date: str = "date"
    url: str = "url"
    html: str = ""


DEFAULT_FIELDS = Fields()


def read_jsonl(path: Path, fields: Fields) -> Iterator[Article]:
    """A record a line: url, id, title, author, source or outlet, date, and text or paragraphs."""
    number = 0
    for number, row in read_rows(path):
        yield _article(row, fields, path, f"{path}:{number}", number)
    if not number:
        raise InputError(f"{path}: the file is empty")


def read_csv(path: Path, fields: Fields) -> Iterator[Article]:
    """A header and a record a row; commas, semicolons or tabs part the cells."""

    def check(columns: list[str]) -> None:
        _check_columns(columns, fields, path)

    for number, (line, row, encoding) in enumerate(read_csv_rows(path, check), 1):
        yield replace(_article(row, fields, path, f"{path}:{line}", number), encoding=encoding)


def read_parquet(path: Path, fields: Fields) -> Iterator[Article]:
    """A record a row; of a folder of shards each file is read by itself."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            _check_columns(names, fields, path)
            wanted = [name for name in (*asdict(fields).values(), "outlet") if name in names]
            rows = (
                row
                for batch in file.iter_batches(_BATCH, columns=wanted)
                for row in batch.to_pylist()
            )
            for number, row in enumerate(rows, 1):
                yield _article(_plain(row), fields, path, f"{path}: row {number}", number)
            if not file.metadata.num_rows:
                raise InputError(f"{path}: no rows")
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"{path}: cannot be read as Parquet: {said[0]}") from error


def _check_columns(columns: list[str], fields: Fields, path: Path) -> None:
    wanted, option = (fields.html, "--html-field") if fields.html else (fields.text, "--text-field")
    check_columns(columns, wanted, option, path)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Parquet has days and times as such."""
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()}


def _article(
    row: Mapping[str, Any], fields: Fields, path: Path, where: str, number: int
) -> Article:
    id_ = row.get(fields.id)
    id_ = normalise(str(id_)) if type(id_) is int else _text_of(row, fields.id, where)
    title, url = _text_of(row, fields.title, where), _text_of(row, fields.url, where)
    source = _text_of(row, fields.source, where)
    if not source and fields.source == DEFAULT_FIELDS.source:
        source = _text_of(row, "outlet", where)
    found, furniture = _parts(row, fields, where)
    blocks, repeated = with_title_apart(title, found)
    if not blocks:
        html = f"{fields.html!r}, " * bool(fields.html)
        raise InputError(
            f"{where}: the record has no text; give it {html}{fields.text!r} or 'paragraphs'"
        )
    return Article(
        article_id=url or id_ or normalise(f"{path.stem}-{number}"),
        title=title,
        source=source,
        url=url,
        date=_text_of(row, fields.date, where),
        blocks=blocks,
        left_out=(*repeated, *furniture),
        origin=where,
        author=_author(row, fields.author, where),
    )


def _text_of(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{where}: {key!r} must be text, not {type(value).__name__}")
    return normalise(value)


def _author(row: Mapping[str, Any], key: str, where: str) -> str:
    found = author_of(row.get(key))
    if found is None:
        raise InputError(f"{where}: {key!r} must be text or a list of names")
    return found


def _parts(row: Mapping[str, Any], fields: Fields, where: str) -> Parts:
    """The blocks of a row, and what in its HTML is no part of the article."""
    html = row.get(fields.html) if fields.html else None
    if html is None:
        return tuple(_blocks(row, fields, where)), ()
    if not isinstance(html, str):
        raise InputError(f"{where}: {fields.html!r} must be text, not {type(html).__name__}")
    if not normalise(html):
        return tuple(_blocks(row, fields, where)), ()
    return read_fragment(html, Path(where))


def _blocks(row: Mapping[str, Any], fields: Fields, where: str) -> Iterator[Block]:
    text, paragraphs = row.get(fields.text), row.get("paragraphs")
    if text is not None and paragraphs is not None:
        raise InputError(f"{where}: {fields.text!r} and 'paragraphs' are both there; keep one")
    if paragraphs is None:
        yield from _text_blocks(text, fields.text, where)
    elif isinstance(paragraphs, list):
        yield from filter(None, (_given_block(item, where) for item in paragraphs))
    else:
        raise InputError(f"{where}: 'paragraphs' must be a list")


def _text_blocks(text: object, key: str, where: str) -> Iterator[Block]:
    if text is None:
        return
    if not isinstance(text, str):
        raise InputError(f"{where}: {key!r} must be text, not {type(text).__name__}")
    for chunk in split_text(text):
        yield Block(kind_of(chunk.text, lines=len(chunk.lines)), chunk.text)


def _given_block(item: object, where: str) -> Block | None:
    given = {"text": item} if isinstance(item, str) else item
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise InputError(f"{where}: each of 'paragraphs' must be text or {{'kind', 'text'}}")
    kind, text = given.get("kind"), given["text"]
    if kind is not None and kind not in list(BlockType):
        raise InputError(f"{where}: unknown kind {kind!r}; known: {', '.join(BlockType)}")
    if not normalise(text):
        return None
    return Block(BlockType(kind) if kind else kind_of(text), text)
