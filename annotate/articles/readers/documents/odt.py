"""Read OpenDocument text (LibreOffice), whose XML is much like HTML."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from lxml import etree

from annotate.articles.article import Article
from annotate.articles.readers.documents.document import document_of_html, opened
from annotate.core.errors import InputError

_QUOTES = frozenset({"Quotations", "Quote", "Block_20_Text", "Intense_20_Quote"})
_CAPTIONS = frozenset({"Caption", "Illustration", "Figure", "Drawing", "Table"})
_TITLES = {"Title": "h1", "Subtitle": "h2"}
_TAGS = {
    "h": "h2",
    "list": "ul",
    "list-item": "li",
    "list-header": "li",
    "table": "table",
    "table-row": "tr",
    "table-cell": "td",
    "text-box": "div",
    "section": "div",
    "a": "a",
}
_SILENT = frozenset(
    [
        "tracked-changes",
        "note",
        "note-citation",
        "annotation",
        "annotation-end",
        "forms",
        "sequence-decls",
        "table-of-content",
        "illustration-index",
        "alphabetical-index",
        "bibliography",
        "title",
        "desc",
    ]
)
_MANIFEST = "META-INF/manifest.xml"
_SIGNS = {"s": " ", "tab": " ", "line-break": "<br>"}
_STYLE_NAME = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}name"
_PARENT = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}parent-style-name"
_USED_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}style-name"


def read_odt(path: Path) -> Article:
    """Read an OpenDocument text; headings, lists, quotes and captions by their styles.

    Raises:
        InputError: It is broken, protected with a password, or has no text.
    """
    with opened(path, "an OpenDocument text") as archive:
        if _is_encrypted(archive):
            raise InputError(f"{path}: protected with a password; save it without one")
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(archive.read("content.xml"), parser)
        html = "".join(_with_notes(root.find("{*}body"), _parents(root)))
    return document_of_html(html, path)


def _is_encrypted(archive: ZipFile) -> bool:
    names = archive.namelist()
    marked = _MANIFEST in names and b"encryption-data" in archive.read(_MANIFEST)
    return marked or "encrypted-package" in names


def _parents(root: Any) -> dict[str, str]:
    """Return the named style behind each style that LibreOffice made for single paragraphs."""
    styles = root.iterfind("{*}automatic-styles/{*}style")
    return {style.get(_STYLE_NAME): style.get(_PARENT, "") for style in styles}


def _with_notes(body: Any, parents: Mapping[str, str]) -> Iterator[str]:
    """Yield the HTML of a text, with its footnotes as lists behind it."""
    yield from _html(body, parents)
    for note in body.iter("{*}note-body"):
        yield f"<ul><li>{''.join(_html(note, parents))}</li></ul>"


def _html(element: Any, parents: Mapping[str, str]) -> Iterator[str]:
    name = etree.QName(element).localname if isinstance(element.tag, str) else "annotation"
    if name in _SILENT:
        return
    before, after = _around(element, name, parents)
    yield before
    yield escape(element.text or "")
    for child in element:
        yield from _html(child, parents)
        yield escape(child.tail or "")
    yield after


def _around(element: Any, name: str, parents: Mapping[str, str]) -> tuple[str, str]:
    if name in _SIGNS:
        return _SIGNS[name], ""
    if name != "p":
        tag = _TAGS.get(name)
        return (f"<{tag}>", f"</{tag}>") if tag else ("", "")
    used = element.get(_USED_STYLE, "")
    style = parents.get(used, used)
    if style in _QUOTES:
        return "<blockquote><p>", "</p></blockquote>"
    if style in _CAPTIONS:
        return '<p class="caption">', "</p>"
    tag = _TITLES.get(style, "p")
    return f"<{tag}>", f"</{tag}>"
