"""What news services, feeds and crawlers call the columns of an article in JSON."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from typing import Any

from annotate.articles.readers.rows import Fields
from annotate.core.records import normalise

_HTML = "content_html"
# A dot leads into an object.
_TEXT_NAMES = (
    "content_text",
    "maintext",
    "articleBody",
    "bodyText",
    "full_text",
    "body",
    "content",
)
_HTML_NAMES = (_HTML, "content.rendered", "body_html", "body", "content")
_NAMES = {
    "title": ("title.rendered", "headline.main", "headline", "webTitle"),
    "id": ("guid", "uuid"),
    "url": ("link", "web_url", "webUrl", "permalink"),
    "source": ("source.name", "source.title", "outlet", "site_name", "source_domain", "domain"),
    "author": ("authors", "byline.original", "byline", "creator"),
    "date": (
        *("date_published", "publishedAt", "published_at", "datePublished", "date_publish"),
        *("publish_date", "published", "pubDate", "pub_date", "webPublicationDate", "seendate"),
    ),
}
_WRAPPERS = ("_source", "row", "fields", "attributes")  # objects around a record's own keys
_BLOCK = re.compile(r"<(?:p|div|br|h[1-6]|ul|blockquote)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def with_usual_names(record: Mapping[str, Any], fields: Fields) -> tuple[dict[str, Any], Fields]:
    """Return a record under the names of `fields`, and those with the name of its HTML.

    A column that the record has, or that the user named, stays as it is.
    """
    row = dict(record)
    for key in _WRAPPERS:
        row |= record[key] if isinstance(record.get(key), dict) else {}
    for column, names in _NAMES.items():
        if getattr(fields, column) == column and not is_given(row.get(column)):
            row[column] = next(_values(row, names), row.get(column))
    row[fields.title] = _without_tags(row.get(fields.title))
    row[fields.author] = _names(row.get(fields.author))
    return _with_text(row, fields)


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
    return author.get("name", author) if isinstance(author, dict) else author
