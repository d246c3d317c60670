"""Read RSS and Atom feeds: each entry is an article, with its full text or else its summary.

feedparser parses the feed, and repairs it where it is broken.
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

from annotate.articles.article import Article, LeftOut, with_title_apart
from annotate.articles.extraction.dom import parse, visible_text
from annotate.articles.readers.body_html import Parts, read_fragment, read_text_or_html
from annotate.articles.readers.column_names import Fields
from annotate.articles.readers.rows import damage_notices
from annotate.articles.web.urls import is_web_address, saved_from
from annotate.core.errors import InputError, NoTextError
from annotate.core.io.encodings import REPLACEMENT, UTF_8, read_repaired
from annotate.core.records import BlockType, normalise

NO_TEXT = "feed entry without text"
_TEASER_WORDS = 100  # a shorter summary only announces the text
_HEAD = 2_000
# Atomic groups: what precedes the root can be skipped in one way only, however long it is.
_ROOT = re.compile(
    r"\ufeff?(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*+"
    r"<(?:[\w.-]+:)?([\w.-]+)",
    re.DOTALL,
)
FEEDS = frozenset({"rss", "feed", "rdf"})
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_DECLARATION = re.compile(r"^\ufeff?<\?xml.*?\?>", re.DOTALL)
_ENCODING = re.compile(r"""<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)""")
_E_MAIL = re.compile(r"\s*[(<\[]?[^\s(<\[]+@[^\s)>\],;]+[)>\]]?")
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_AMPERSAND = re.compile(  # and what may hold one, as it is
    rb"<!\[CDATA\[(?:(?!<!\[CDATA\[).)*?\]\]>|&(?!#?\w{1,32};)", re.DOTALL
)
_LONGEST_NUMBER = 7
# Sites add types of their own, such as "news", which are articles.
_NO_POST = re.compile(
    r"(?:page|attachment|revision|nav_menu_item|custom_css|customize_changeset|oembed_cache|"
    r"user_request|feedback|product\w*|shop_\w+|forum|topic|reply|event|wp_\w+|wpcf7\w*|mc4wp\w*|"
    r"acf\w*|elementor_\w+|jp_\w+|safecss|amp_\w+|popup)$"
)
_PUBLISHED = ("", "publish")
_KIND = re.compile(r"^http://schemas\.google\.com/blogger/2008/kind#(\w+)$")


@dataclass(frozen=True, slots=True)
class Announced:
    """An entry whose text is elsewhere; `address` is empty if it does not say where."""

    address: str
    title: str


def is_feed(text: str) -> bool:
    """Tell whether a text begins like an RSS or Atom feed."""
    return _root(text) in FEEDS


def root_name(path: Path) -> str:
    """Return the name of an XML file's root element, in small letters; empty if it has none."""
    try:
        with path.open("rb") as file:
            return _root(_head(file.read(2 * _HEAD)))
    except OSError:
        return ""


def _root(text: str) -> str:
    match = _ROOT.match(text[:_HEAD])
    return match[1].lower() if match else ""


def _head(raw: bytes) -> str:
    return raw.removeprefix(b"\xef\xbb\xbf").decode(_wide(raw) or "latin-1", "ignore")


def _wide(raw: bytes) -> str:
    return next((name for start, name in _WIDE.items() if raw.startswith(start)), "")


def _as_utf_8(raw: bytes) -> bytes:
    """Turn UTF-16 into UTF-8: only there feedparser repairs what is broken."""
    encoding = _wide(raw)
    if not encoding:
        return raw
    return _DECLARATION.sub("", raw.decode(encoding, "replace"), count=1).encode()


def read_feed(path: Path, fields: Fields | None = None) -> Iterator[Article]:
    """Read the entries of a feed; one without text only leaves a row in the ledger.

    Args:
        path: The file.
        fields: Not used: a feed's elements have fixed names.

    Raises:
        InputError: The file is not a feed, or none of its entries has text.
    """
    feed, repaired = _parse(path)
    articles = list(_articles(feed, path, repaired))
    if not any(article.blocks for article in articles):
        link = next((article.url for article in articles if article.url), "https://...")
        raise NoTextError(
            f"{path}: no entry of this feed has text; to fetch the pages, give their "
            f"addresses: rhetoric-annotate prepare {link}"
        )
    yield from articles


def announced(path: Path) -> tuple[Announced, ...]:
    """Return the entries of a feed of teasers; none if the feed has the articles' text.

    Raises:
        InputError: The file is not a feed.
    """
    entries = _parse(path)[0]["entries"]
    if any(_is_whole(entry) for entry in entries):
        return ()
    return tuple(Announced(_link(e), _words(e.get("title_detail"))) for e in entries)


def _parse(path: Path) -> tuple[Any, bool]:
    """Return the feed, and whether damaged bytes in it became U+FFFD."""
    import feedparser

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    address = saved_from(raw[-2 * _HEAD :].decode("latin-1"))
    whole = _repaired(raw, path)
    # A base for relative links; with this type feedparser still trusts the XML's encoding.
    base = {"content-location": address, "content-type": "application/xml"} if address else {}
    # A stream, because feedparser takes bytes for the name of a file. Its sanitizing would turn
    # the contents of frames and templates into text.
    try:
        feed = feedparser.parse(
            io.BytesIO(_with_ampersands(_without_bad_numbers(whole or _as_utf_8(raw)))),
            response_headers=base,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, OverflowError) as error:  # bad references in UTF-16, among others
        raise InputError(
            f"{path}: this feed cannot be read ({type(error).__name__}); save it again as UTF-8"
        ) from error
    if not feed.get("version"):
        raise InputError(
            f"{path}: not an RSS or Atom feed; save an article as .html or .txt, records as .jsonl"
        )
    if not feed["entries"]:
        raise InputError(f"{path}: the feed has no entries")
    return feed, bool(whole)


def _repaired(raw: bytes, path: Path) -> bytes:
    """Return UTF-8 without its damaged bytes; empty if none is damaged, or it may be no UTF-8.

    Because of one such byte, feedparser would read all as Windows-1252.
    """
    declared = _ENCODING.match(_head(raw[:_HEAD]))
    if _wide(raw) or (declared and declared[1].lower() not in ("utf-8", "utf8")):
        return b""
    try:
        text, encoding, damage = read_repaired(path)
    except InputError:
        return b""
    return text.encode() if damage and encoding == UTF_8 else b""


def _without_bad_numbers(raw: bytes) -> bytes:
    """Remove references to invalid characters, at which feedparser stops."""
    return _REFERENCE.sub(lambda match: match[0] if _is_character(match) else b" ", raw)


def _with_ampersands(raw: bytes) -> bytes:
    """Escape ampersands that are only themselves: feedparser would read "AT&T" as "AT&T;"."""
    return _AMPERSAND.sub(lambda match: b"&amp;" if match[0] == b"&" else match[0], raw)


def _is_character(reference: re.Match[bytes]) -> bool:
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    if len(digits.lstrip(b"0")) > _LONGEST_NUMBER:
        return False
    number = int(digits, base)
    return number <= sys.maxunicode and not 0xD800 <= number <= 0xDFFF


def _articles(feed: Any, path: Path, repaired: bool) -> Iterator[Article]:
    source = _words(feed["feed"].get("title_detail"))
    seen: set[str] = set()
    for number, entry in enumerate(feed["entries"], 1):
        title, url = _words(entry.get("title_detail")), _link(entry)
        origin = f"{path}: entry {number}"
        blocks, left_out = _parts(entry, title)
        # An entry without text leaves its address free: the page there may be read as well.
        names = (url, normalise(str(entry.get("id", "")))) if blocks else ()
        ids = (*names, normalise(f"{path.stem}-{number}"))
        id_ = next(candidate for candidate in ids if candidate and candidate not in seen)
        seen.add(id_)
        damaged = repaired and REPLACEMENT in str(entry)
        yield Article(
            article_id=id_,
            title=title,
            source=source,
            url=url,
            date=_day(entry),
            blocks=blocks,
            left_out=left_out,
            origin=origin,
            author=_authors(entry),
            notices=damage_notices(origin if damaged else ""),
        )


def _parts(entry: Any, title: str) -> Parts:
    """Return the blocks of an entry and what is left out: a single row if there are no blocks."""
    blocks, boilerplate = _read(_text(entry))
    blocks, repeated = with_title_apart(title, blocks)
    if blocks and (reason := _no_post(entry)):
        return (), tuple(LeftOut(block.kind, reason, block.text) for block in blocks) + boilerplate
    if blocks:
        return blocks, (*repeated, *boilerplate)
    return (), (LeftOut(BlockType.BODY, NO_TEXT, f"{title} {_link(entry)}".strip() or NO_TEXT),)


def _no_post(entry: Any) -> str:
    """Return why an entry of a site's export is no article that was published; else nothing."""
    kinds = [
        match[1] for tag in entry.get("tags", ()) if (match := _KIND.search(str(tag.get("term"))))
    ]
    kind = str(entry.get("blogger_type", next(iter(kinds), "post"))).lower()
    if kind != "post":
        return f"Blogger {kind}"
    state = str(entry.get("blogger_status", "live")).lower()
    if state != "live" or entry.get("app_draft") == "yes":
        return "Blogger draft" if state == "live" else f"Blogger {state}"
    type_, status = entry.get("wp_post_type", "post"), entry.get("wp_status", "publish")
    if _NO_POST.match(type_):
        return f"WordPress {type_}"
    return "" if status in _PUBLISHED else f"WordPress {status}"


def _link(entry: Any) -> str:
    link = normalise(str(entry.get("link", "")))
    return (
        link if is_web_address(link) else ""
    )  # feedparser gives ids that are not addresses as links too


def _text(entry: Any) -> Any:
    """Return the longest text of an entry: content and summary, or one where the other was due."""
    contents = [part for part in entry.get("content", ()) if normalise(part.get("value", ""))]
    return max([*contents, entry.get("summary_detail") or {}], key=_size)


def _size(part: Any) -> int:
    return len(part.get("value", "")) if _is_readable(part) else 0


def _is_whole(entry: Any) -> bool:
    blocks, _ = _read(_text(entry))
    if any(normalise(part.get("value", "")) for part in entry.get("content", ())):
        return bool(blocks)
    return sum(len(block.text.split()) for block in blocks) >= _TEASER_WORDS


def _read(part: Any) -> Parts:
    """Return the blocks of a text as feedparser gives it, and the boilerplate in it."""
    if not part or not _is_readable(part):
        return (), ()
    as_html = part["type"] != "text/plain"
    return read_fragment(part["value"]) if as_html else read_text_or_html(part["value"])


def _is_readable(part: Any) -> bool:
    """Tell whether it is text: Atom may have a picture or other data instead."""
    type_ = str(part.get("type", ""))
    return bool(part.get("value")) and (type_.startswith("text/") or "html" in type_)


def _words(detail: Any) -> str:
    """Return a title as plain text, whether it is text or HTML."""
    if not detail or not detail.get("value"):
        return ""
    as_html = "html" in detail["type"]
    return normalise(visible_text(parse(detail["value"])) if as_html else detail["value"])


def _authors(entry: Any) -> str:
    """Return the authors' names, without their e-mail addresses."""
    texts = (_E_MAIL.sub("", str(author.get("name", ""))) for author in entry.get("authors", ()))
    names = (normalise(name).replace(" ,", ",").strip(" ,;()<>") for name in texts)
    return "; ".join(dict.fromkeys(name for name in names if name))


def _day(entry: Any) -> str:
    """Return the day of publication in the publisher's time zone, else of the last change."""
    for key in ("published", "updated"):
        if key in entry:  # feedparser warns if a missing key is read
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
