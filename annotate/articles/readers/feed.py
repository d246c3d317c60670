"""An RSS or Atom feed: each entry is an article, by its full text or else by its summary.

feedparser reads the feed, mended where it is broken; the entries' HTML is read as fragments are.
"""

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from annotate.articles.article import Article, Block, LeftOut, with_title_apart
from annotate.articles.extraction.block_types import kind_of
from annotate.articles.extraction.dom import parse, visible_text
from annotate.articles.extraction.fragments import Parts, read_fragment
from annotate.articles.readers.plain_text import split_text
from annotate.articles.web.urls import is_web_address, saved_from
from annotate.core.errors import InputError
from annotate.core.records import BlockType, normalise

NO_TEXT = "feed entry without text"
_TEASER_WORDS = 100  # a summary of fewer words announces a text; it is not the text
_HEAD = 2_000
# Atomic: what stands before the root is passed over in one way only, however long it is.
_ROOT = re.compile(
    r"\ufeff?(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>)*+<(?:rss|(?:\w+:)?feed|rdf:RDF)\b",
    re.DOTALL,
)
_E_MAIL = re.compile(r"\s*[(<\[]?[^\s(<\[]+@[^\s)>\],;]+[)>\]]?")
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_LONGEST_NUMBER = 7


@dataclass(frozen=True, slots=True)
class Announced:
    """An entry whose text stands elsewhere; `address` is empty when it does not say where."""

    address: str
    title: str


def is_feed(text: str) -> bool:
    """Whether a text begins as an RSS or Atom feed does."""
    return bool(_ROOT.match(text[:_HEAD]))


def is_feed_file(path: Path) -> bool:
    """Whether a file that can be read begins as a feed does."""
    try:
        with path.open("rb") as file:
            return is_feed(file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").decode("latin-1"))
    except OSError:
        return False


def read_feed(path: Path) -> Iterator[Article]:
    """The entries of a feed; one without text only leaves its row in the ledger.

    Raises:
        InputError: The file is no feed, or none of its entries has text.
    """
    feed = _parse(path)
    articles = list(_articles(feed, path))
    if not any(article.blocks for article in articles):
        link = next((article.url for article in articles if article.url), "https://...")
        raise InputError(
            f"{path}: no entry of this feed has text; have the pages fetched by giving their "
            f"addresses: rhetoric-annotate prepare {link}"
        )
    yield from articles


def announced(path: Path) -> tuple[Announced, ...]:
    """The entries of a feed that only announces its articles; none where it has their text.

    Raises:
        InputError: The file is no feed.
    """
    entries = _parse(path)["entries"]
    if any(_is_whole(entry, path) for entry in entries):
        return ()
    return tuple(Announced(_link(e), _words(e.get("title_detail"), path)) for e in entries)


def _parse(path: Path) -> Any:
    import feedparser

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    address = saved_from(raw[-2 * _HEAD :].decode("latin-1"))
    # A base for relative links; the type is said so that it goes on to believe the XML's encoding.
    base = {"content-location": address, "content-type": "application/xml"} if address else {}
    # A stream, because feedparser takes bytes for the name of a file. What it calls sanitizing
    # would turn what stands in frames and templates into text.
    try:
        feed = feedparser.parse(
            io.BytesIO(_without_bad_numbers(raw)),
            response_headers=base,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, OverflowError) as error:  # bad references in UTF-16, among others
        raise InputError(
            f"{path}: this feed cannot be read ({type(error).__name__}); save it anew as UTF-8"
        ) from error
    if not feed.get("version"):
        raise InputError(
            f"{path}: no RSS or Atom feed; save an article as .html or .txt, records as .jsonl"
        )
    if not feed["entries"]:
        raise InputError(f"{path}: the feed has no entries")
    return feed


def _without_bad_numbers(raw: bytes) -> bytes:
    """The feed without references to what is no character, at which feedparser breaks off."""
    return _REFERENCE.sub(lambda found: found[0] if _is_character(found) else b" ", raw)


def _is_character(found: re.Match[bytes]) -> bool:
    digits, base = (found[1], 16) if found[1] else (found[2], 10)
    if len(digits.lstrip(b"0")) > _LONGEST_NUMBER:
        return False
    number = int(digits, base)
    return number <= sys.maxunicode and not 0xD800 <= number <= 0xDFFF


def _articles(feed: Any, path: Path) -> Iterator[Article]:
    source = _words(feed["feed"].get("title_detail"), path)
    seen: set[str] = set()
    for number, entry in enumerate(feed["entries"], 1):
        title, url = _words(entry.get("title_detail"), path), _link(entry)
        blocks, left_out = _parts(entry, title, path)
        # Without text under a name of its own: the page at its address may be read beside it.
        names = (url, normalise(str(entry.get("id", "")))) if blocks else ()
        ids = (*names, normalise(f"{path.stem}-{number}"))
        id_ = next(one for one in ids if one and one not in seen)
        seen.add(id_)
        yield Article(
            article_id=id_,
            title=title,
            source=source,
            url=url,
            date=_day(entry),
            blocks=blocks,
            left_out=left_out,
            origin=f"{path}: entry {number}",
            author=_authors(entry),
        )


def _parts(entry: Any, title: str, path: Path) -> Parts:
    """The blocks of an entry and what is left out; one without blocks leaves one row."""
    blocks, furniture = _read(_text(entry), path)
    blocks, repeated = with_title_apart(title, blocks)
    if blocks:
        return blocks, (*repeated, *furniture)
    return (), (LeftOut(BlockType.BODY, NO_TEXT, f"{title} {_link(entry)}".strip() or NO_TEXT),)


def _link(entry: Any) -> str:
    link = normalise(str(entry.get("link", "")))
    return link if is_web_address(link) else ""  # an id that is no address is given as link too


def _text(entry: Any) -> Any:
    """The part of an entry that has its text: the full content, else the summary."""
    contents = (part for part in entry.get("content", ()) if normalise(part.get("value", "")))
    return next(contents, entry.get("summary_detail"))


def _is_whole(entry: Any, path: Path) -> bool:
    blocks, _ = _read(_text(entry), path)
    if any(normalise(part.get("value", "")) for part in entry.get("content", ())):
        return bool(blocks)
    return sum(len(block.text.split()) for block in blocks) >= _TEASER_WORDS


def _read(part: Any, path: Path) -> Parts:
    """The blocks of a text that feedparser gave, and what in it is the feed's own."""
    if not part or not _is_readable(part):
        return (), ()
    if part["type"] == "text/plain":
        chunks = split_text(part["value"])
        return tuple(Block(kind_of(c.text, lines=len(c.lines)), c.text) for c in chunks), ()
    return read_fragment(part["value"], path)


def _is_readable(part: Any) -> bool:
    """Atom may hold a picture or other data in the place of a text."""
    type_ = str(part.get("type", ""))
    return bool(part.get("value")) and (type_.startswith("text/") or "html" in type_)


def _words(detail: Any, path: Path) -> str:
    """A title as plain text; HTML may stand in it."""
    if not detail or not detail.get("value"):
        return ""
    root = parse(detail["value"], path) if "html" in detail["type"] else None
    return normalise(detail["value"] if root is None else visible_text(root))


def _authors(entry: Any) -> str:
    """Their names; feeds may have e-mails too, which are left out."""
    given = (_E_MAIL.sub("", str(author.get("name", ""))) for author in entry.get("authors", ()))
    names = (normalise(name).replace(" ,", ",").strip(" ,;()<>") for name in given)
    return "; ".join(dict.fromkeys(name for name in names if name))


def _day(entry: Any) -> str:
    """The day of publication at the place of publication, else of the last change."""
    for key in ("published", "updated"):
        if key in entry:  # feedparser warns when one is asked for that is not there
            return _as_written(entry[key]) or _in_utc(entry.get(f"{key}_parsed"))
    return ""


def _as_written(text: str) -> str:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text.strip()).date().isoformat()
        except (ValueError, TypeError):
            continue
    return ""


def _in_utc(moment: Any) -> str:
    return date(*moment[:3]).isoformat() if moment else ""
