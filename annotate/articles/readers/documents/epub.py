"""Read EPUB: books, issues of magazines and collections of articles, a page of HTML each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from annotate.articles.article import Article, Unread
from annotate.articles.extraction.dom import parse
from annotate.articles.readers.body_html import read_fragment
from annotate.articles.readers.column_names import Fields
from annotate.articles.readers.documents.document import by_words, opened
from annotate.articles.readers.xhtml import as_html
from annotate.core.errors import InputError, NoTextError
from annotate.core.io.files import decode
from annotate.core.records import BlockType, normalise

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_TEXT = "application/xhtml+xml"
_NOTE_MARK = re.compile(r'<a\b[^>]*epub:type="noteref"[^>]*>.*?</a>', re.DOTALL)
_NOTE = re.compile(r'<aside\b[^>]*epub:type="(?:foot|end|rear)note"[^>]*>(.*?)</aside>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Book:
    """What the EPUB says of itself, and the names of its pages, in order."""

    title: str
    author: str
    publisher: str
    date: str
    pages: tuple[str, ...]


def read_epub(path: Path, fields: Fields | None = None) -> Iterator[Article | Unread]:
    """Read each page with text as an article: its first heading is the title.

    Args:
        path: The file.
        fields: Not used: an EPUB has no columns.

    Raises:
        InputError: It is broken or has no text.
    """
    with opened(path, "EPUB") as archive:
        book = _book(archive)
        pages = [_article(archive, page, book, path) for page in book.pages]
    articles = [article for article in pages if article is not None]
    if not articles:
        raise NoTextError(f"{path}: no text in this EPUB")
    yield from articles


def _book(archive: ZipFile) -> _Book:
    container = etree.fromstring(archive.read("META-INF/container.xml"), _PARSER)
    name = container.find(".//{*}rootfile").get("full-path")
    package = etree.fromstring(archive.read(name), _PARSER)
    items = {item.get("id"): item for item in package.iterfind("{*}manifest/{*}item")}
    spine = (items.get(ref.get("idref")) for ref in package.iterfind("{*}spine/{*}itemref"))
    pages = (item.get("href") for item in spine if item is not None and _is_page(item))
    return _Book(
        title="; ".join(_metadata(package, "title")[:1]),
        author="; ".join(_metadata(package, "creator")),
        publisher="; ".join(_metadata(package, "publisher")),
        date="; ".join(_metadata(package, "date")[:1]),
        pages=tuple(normpath(join(dirname(name), unquote(page))) for page in pages),
    )


def _metadata(package: Any, name: str) -> list[str]:
    texts = (
        normalise(element.text or "") for element in package.iterfind(f"{{*}}metadata/{{*}}{name}")
    )
    return list(filter(None, texts))


def _is_page(item: Any) -> bool:
    return item.get("media-type") == _TEXT and "nav" not in item.get("properties", "").split()


def _article(archive: ZipFile, page: str, book: _Book, path: Path) -> Article | Unread | None:
    """Return the article of a page; None for a cover and the like."""
    where = Path(path, page)
    try:
        text = _with_notes_listed(as_html(decode(archive.read(page), where)))
        blocks, left_out = read_fragment(text)
    except KeyError:
        return Unread.of("article", InputError(f"{where}: missing in this EPUB"))
    except InputError as error:
        return Unread.of("article", error)
    blocks = tuple(map(by_words, blocks))
    if all(block.kind is BlockType.HEADING for block in blocks):
        return None
    titled = blocks[0].kind is BlockType.HEADING
    alone = len(book.pages) == 1
    return Article(
        article_id=normalise(path.stem if alone else f"{path.stem}-{Path(page).stem}"),
        title=blocks[0].text if titled else _title(text) or book.title,
        source=book.publisher if alone else book.title,
        url="",
        date=book.date,
        blocks=blocks[titled:],
        left_out=left_out,
        origin=str(where),
        author=book.author,
    )


def _with_notes_listed(text: str) -> str:
    """Return a page without the numbers of notes in its text, and the notes as lists."""
    return _NOTE.sub(r"<ul><li>\1</li></ul>", _NOTE_MARK.sub("", text))


def _title(text: str) -> str:
    return normalise(parse(text).findtext(".//title") or "")
