"""What the columns of an article are called: by us, and by news services, feeds and crawlers.

Names in other letter case, or with other signs between the words, are the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from annotate.core.records import normalise


@dataclass(frozen=True, slots=True)
class Fields:
    """The rows' names of their columns. JSON Lines may have `paragraphs` instead of the text.

    Attributes:
        text: Required in a table, unless there is a column of HTML.
        html: An article's body as HTML, which replaces the text of rows that have it; empty if
            there is no such column.
        id: Text or a number, like title, source and author.
        source: The outlet.
        author: Text, or a list of names.
        date: Text, or a number: a year, 20240305, or the time since 1970 in seconds, milliseconds,
            micro- or nanoseconds, as pandas writes it.
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


_HTML = "content_html"
# A dot leads into an object.
_TEXT_NAMES = (
    *("content_text", "maintext", "articleBody", "bodyText", "full_text", "full_content"),
    "plain_text",
    *("plaintext", "article_text", "story_text", "textContent", "body", "content", "article"),
    "selftext",
)
_HTML_NAMES = (
    *(_HTML, "content.rendered", "body_html", "body.processed", "body.value", "body", "content"),
    *("article", "html"),
)
_NAMES = {
    "title": ("title.rendered", "headline.main", "headline", "webTitle"),
    "id": ("guid", "uuid", "article_id", "stories_id", "_id"),
    "url": ("link", "web_url", "permalink", "links.permalink", "page_url"),
    "source": (
        *("source.name", "source.title", "source.domain", "source_name", "outlet", "publication"),
        *("pubtitle", "newspaper", "publisher", "media_name", "site_name", "source_domain"),
        "domain",
    ),
    "author": ("authors", "byline.original", "byline", "authorsByline", "creator"),
    "date": (
        *("date_published", "publishedAt", "datePublished", "date_publish", "published_date"),
        *("publish_date", "publication_date", "published", "pubDate", "webPublicationDate"),
        *("dateTime", "publishedTime", "created_at", "seendate", "created"),
    ),
}
_TABLE_TEXTS = tuple(
    name
    for name in dict.fromkeys((_HTML, "body_html", *_TEXT_NAMES, *_HTML_NAMES))
    if "." not in name
)
_WRAPPERS = ("_source", "row", "fields", "attributes")  # objects around a record's own keys
_TYPED = frozenset({"$date", "$oid", "$numberLong", "$numberInt", "$numberDouble"})  # of MongoDB
_BLOCK = re.compile(r"<(?:p|div|br|h[1-6]|ul|blockquote)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


_OURS = ("text", "paragraphs", *_NAMES)
_USUAL = {
    _folded(name): name
    for names in (_HTML_NAMES, _TEXT_NAMES, *_NAMES.values(), _OURS)
    for name in names
    if "." not in name
}


def names_in(columns: Sequence[str], fields: Fields) -> Fields:
    """Return what a table with these columns calls them: by a usual name where ours is missing.

    A column that the user named stays as it is.
    """
    theirs = {_folded(column): column for column in reversed(columns)}
    named = {}
    for ours, others in (("text", () if fields.html else _TABLE_TEXTS), *_NAMES.items()):
        if getattr(fields, ours) == ours and ours not in columns:
            names = (theirs.get(_folded(name)) for name in (ours, *others))
            named[ours] = next(filter(None, names), ours)
    return replace(fields, **named)


def with_usual_names(record: Mapping[str, Any], fields: Fields) -> tuple[dict[str, Any], Fields]:
    """Return a record under the names of `fields`, and those with the name of its HTML.

    A column that the record has, or that the user named, stays as it is.
    """
    row = dict(record)
    for key in _WRAPPERS:
        row |= record[key] if isinstance(record.get(key), dict) else {}
    row = {key: _plain(value) for key, value in row.items()}
    for key in [key for key in row if key not in _USUAL.values() and key not in _WRAPPERS]:
        row.setdefault(_USUAL.get(_folded(key), key), row[key])
    for column, names in _NAMES.items():
        if getattr(fields, column) == column and not is_given(row.get(column)):
            row[column] = next(_values(row, names), row.get(column))
    for column in (fields.source, fields.date):
        if isinstance(row.get(column), dict):
            row[column] = None  # which says nothing that we know
    row[fields.title] = _without_tags(row.get(fields.title))
    row[fields.author] = _names(row.get(fields.author))
    return _with_text(row, fields)


def _plain(value: Any) -> Any:
    """Return what MongoDB writes as an object of its type: {"$date": "2024-03-05"}."""
    while isinstance(value, dict) and len(value) == 1 and next(iter(value)) in _TYPED:
        (value,) = value.values()
    return value


def _with_text(row: dict[str, Any], fields: Fields) -> tuple[dict[str, Any], Fields]:
    named = (fields.text, fields.html, "paragraphs")
    if fields.text != "text" or any(is_given(row.get(name)) for name in named):
        return row, fields
    html = next((value for value in _values(row, _HTML_NAMES) if _is_html(value)), None)
    if html and not fields.html:
        return row | {_HTML: html}, replace(fields, html=_HTML)
    return row | {"text": next(_values(row, _TEXT_NAMES), None)}, fields


def _values(row: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Any]:
    return filter(is_given, (_at(row, name) for name in names))


def _at(row: Mapping[str, Any], name: str) -> Any:
    value: Any = row
    for key in name.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def is_given(value: Any) -> bool:
    """Tell whether there is a value, and it is no object."""
    return (
        bool(normalise(value))
        if isinstance(value, str)
        else bool(value) and not isinstance(value, dict)
    )


def _is_html(value: Any) -> bool:
    return isinstance(value, str) and bool(_BLOCK.search(value))


def _without_tags(title: Any) -> Any:
    """Return a title as text; some services send it as HTML."""
    return unescape(_TAG.sub("", title)) if isinstance(title, str) else title


def _names(author: Any) -> Any:
    """Return the names of authors given as objects."""
    if isinstance(author, list):
        return [_names(one) for one in author]
    if not isinstance(author, dict):
        return author
    parts = {_folded(key): value for key, value in author.items() if isinstance(value, str)}
    whole = (
        parts.get(name, "")
        for name in ("given", "first", "firstname", "family", "last", "lastname")
    )
    return parts.get("name") or " ".join(filter(None, whole)) or author
