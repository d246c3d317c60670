"""Read articles in XML: NITF, NewsML, TEI, JATS, Evernote's notes, and what people make themselves.

The vocabularies differ, but in each an article is an element with its text in one element and what
is known of it in others. So it is read as a record with these as columns, its text as HTML.
"""

import re
from collections.abc import Iterator, Sequence
from html.entities import name2codepoint
from pathlib import Path
from typing import Any

from lxml import etree

from annotate.articles.article import Article, Unread
from annotate.articles.extraction.dom import Element
from annotate.articles.readers.column_names import DEFAULT_FIELDS, Fields, with_usual_names
from annotate.articles.readers.feed import FEEDS, read_feed, root_name
from annotate.articles.readers.head_lines import head_line
from annotate.articles.readers.rows import read_record, with_encoding
from annotate.core.errors import NoTextError
from annotate.core.io.encodings import REPLACEMENT, read_repaired
from annotate.core.io.files import read_bytes
from annotate.core.records import normalise

_ROOTS = frozenset(
    {"nitf", "tei", "teicorpus", "article", "articles", "news", "newsml", "newsmessage"}
) | {"newsitem", "en-export"}
# An article's element: the first of these names, and others for what stands beside such a one.
_ARTICLES = ("nitf", "tei", "newsitem", "article", "story", "document", "doc", "record", "post")
_MORE_ARTICLES = ("note", "page", "item", "entry", "row")
_TEXTS = ("body.content", "body", "text", "fulltext", "maintext", "content", "inlinexml")
_NAMES = {
    "title": ("hl1", "headline", "article-title", "titlestmt/title"),
    "date": (
        *("pubdata@date.publication", "date.issue@norm", "date@when", "newsitem@date"),
        *("versioncreated", "published-at"),
    ),
    "author": ("byline", "by"),
    "source": ("pubdata@name", "provider@literal"),
    "url": ("pubdata@ex-ref", "source-url"),
    "id": ("doc-id@id-string", "newsitem@itemid"),
}
_HTML = "content_html"
_AS_HTML = {
    **dict.fromkeys(("p", "para", "paragraph", "ab", "lg"), "p"),
    **dict.fromkeys(("head", "title", "hl1", "hl2", "heading", "subhead"), "h3"),
    **dict.fromkeys(("lb", "br"), "br"),
    **dict.fromkeys(("list", "ul", "ol"), "ul"),
    **dict.fromkeys(("item", "list-item", "li"), "li"),
    **dict.fromkeys(("div", "sec", "section", "block", "body", "text", "en-note"), "div"),
    **dict.fromkeys(("blockquote", "disp-quote"), "blockquote"),
    **dict.fromkeys(("figure", "fig", "media"), "figcaption"),
    **{name: name for name in ("table", "tr", "td", "th", "a", "em", "i", "b")},
    "row": "tr",
    "cell": "td",
    "ref": "a",
    "hi": "i",
    "emph": "i",
}
_METADATA = frozenset(
    {"title", "headline", "author", "byline", "date", "url", "link", "source", "publisher", "id"}
).union(*_NAMES.values())
_ASIDE = frozenset({"note", "fn", "footnote"})
_SEVERAL = b"documents"  # our element around documents
_SECOND_ROOT = "ERR_DOCUMENT_END"
_XML_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
_ENCODING = re.compile(
    rb"""\s*<\?xml\s[^>]*?encoding\s*=\s*["'](?!utf|ucs)([\w.-]+)""", re.IGNORECASE
)
_DECLARATION = re.compile(rb"<\?xml[^>]*\?>|<!DOCTYPE[^>\[]*>")
_ENTITY = re.compile(rb"&([a-zA-Z][a-zA-Z\d]+);")

_REFERENCE = re.compile(rb"&#(?:[xX]0*([\da-fA-F]{1,5})|0*(\d{1,6}));")
_NO_CHARACTER = re.compile("[^\t\n\r\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML


def is_xml_of_articles(path: Path) -> bool:
    """Tell a feed, or XML in which news and corpora are kept, by its root element."""
    return root_name(path) in FEEDS | _ROOTS


def read_xml(path: Path, fields: Fields = DEFAULT_FIELDS) -> Iterator[Article | Unread]:
    """Read the entries of a feed, or the articles of other XML.

    Args:
        path: The file.
        fields: Not used: the names of elements are known, or tell what they are.

    Raises:
        InputError: It is no XML, or no article is in it.
    """
    if root_name(path) in FEEDS:
        yield from read_feed(path)
        return
    raw, encoding, damage = _encoded(path)
    number = 0
    for number, element in enumerate(_articles(raw), 1):
        where = f"{path}:{element.sourceline}"
        row, names = with_usual_names(_row(element), DEFAULT_FIELDS)
        damaged = damage and REPLACEMENT in str(row)
        article = read_record(row, names, path, where, number)
        yield with_encoding(article, encoding, where if damaged else "")
    if not number:
        raise NoTextError(
            f"{path}: no article in this file: not an RSS or Atom feed; save an article as .html "
            "or .txt, records as .jsonl"
        )


def _encoded(path: Path) -> tuple[bytes, str, str]:
    """Return XML as UTF-8, the encoding of its file, and what was repaired.

    A file that declares Unicode, or nothing, may be in another encoding.
    """
    declared = _ENCODING.match(raw := read_bytes(path))
    encoding = declared[1].decode().lower() if declared else ""
    try:
        text, damage = raw.decode(encoding), ""
    except (LookupError, UnicodeError):
        text, encoding, damage = read_repaired(path)
    text = _NO_CHARACTER.sub("", _XML_DECLARATION.sub("", text, count=1))
    return text.encode(), encoding, damage


def _root(raw: bytes) -> Element | None:
    """Return the root of XML, whatever is wrong in it; None if it is none, or a page."""
    raw = _REFERENCE.sub(_as_character, _ENTITY.sub(_as_number, raw))
    root, several = _parsed(raw)
    if several:  # documents one after the other, as in SGML
        root, _ = _parsed(b"<%b>%b</%b>" % (_SEVERAL, _DECLARATION.sub(b"", raw), _SEVERAL))
    return None if root is None or _name(root) == "html" else root


def _parsed(raw: bytes) -> tuple[Element | None, bool]:
    """Return the root, and whether there is more below it."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:  # there is nothing in it
        return None, False
    return root, any(error.type_name == _SECOND_ROOT for error in parser.error_log)


def _as_number(entity: re.Match[bytes]) -> bytes:
    """Return a reference that XML knows: without its declaration, &nbsp; is none."""
    name = entity[1].decode()
    known = name in name2codepoint and name not in ("amp", "lt", "gt", "quot", "apos")
    return b"&#%d;" % name2codepoint[name] if known else entity[0]


def _as_character(reference: re.Match[bytes]) -> bytes:
    """Return a reference to a character as it is; nothing where XML has no such character."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return b"" if _NO_CHARACTER.match(chr(number)) else reference[0]


def _name(element: Element) -> str:
    """Return an element's name without its namespace, in small letters."""
    tag = element.tag
    return etree.QName(tag).localname.lower() if isinstance(tag, str) else ""


def _articles(raw: bytes) -> Sequence[Element]:
    """Return the elements that hold an article each, which may be the root."""
    root = _root(raw)
    if root is None:
        return []
    elements: dict[str, list[Element]] = {}
    for element in root.iter(etree.Element):
        elements.setdefault(_name(element), []).append(element)
    for name in (*_ARTICLES, *_MORE_ARTICLES):
        if full := [e for e in elements.get(name, ()) if _has_text(e)]:
            articles = [e for e in full if name not in map(_name, e.iterancestors())]
            return _with_siblings(articles, root) if name in _ARTICLES else articles
    if _name(root) == _SEVERAL.decode():
        return list(root)
    return [root] if _has_text(root) else []


def _with_siblings(articles: Sequence[Element], root: Element) -> Sequence[Element]:
    """Return the articles, and those that stand beside one of them under another name."""
    around = {element for article in articles for element in article.iterancestors()}
    parents = {article.getparent() for article in articles}
    named = (element for element in root.iter(etree.Element) if _name(element) in _ARTICLES)
    beside = (e for e in named if e.getparent() in parents and e not in around)
    return [element for element in beside if _has_text(element)]


def _has_text(element: Element) -> bool:
    body = _text_of(element)
    return body is not element or any(_AS_HTML.get(_name(e)) == "p" for e in element.iter())


def _text_of(article: Element) -> Element:
    """Return the element with the text of an article, which may be its own."""
    named: dict[str, Element] = {}
    for element in article.iterdescendants(etree.Element):
        if normalise("".join(element.itertext())):
            named.setdefault(_name(element), element)
    return next((named[name] for name in _TEXTS if name in named), article)


def _row(article: Element) -> dict[str, Any]:
    body = _text_of(article)
    row: dict[str, Any] = {}
    values: dict[str, str] = {}
    authors: list[str] = []
    inside = set(body.iterdescendants()) if body is not article else set()
    for element in article.iter(etree.Element):
        if element is body is not article or element in inside:
            continue
        name, text = _name(element), normalise(" ".join(element.itertext()))
        parent = _name(element.getparent()) if element is not article else ""
        values.setdefault(f"{parent}/{name}", text)
        if name == "author" or (name == "contrib" and element.get("contrib-type") == "author"):
            authors.append(_person(element) or text)
        if not len(element) or name in _NAMES["title"]:
            values.setdefault(name, text)
        for key, value in element.attrib.items():
            key = etree.QName(key).localname.lower()
            values.setdefault(f"{name}@{key}", normalise(value))
            if element is article:
                row.setdefault(key, normalise(value))
    row = values | row
    for ours, names in _NAMES.items():
        row[ours] = next((values[name] for name in names if values.get(name)), row.get(ours))
    row["author"] = authors or head_line(row["author"] or "")[0] or row["author"]
    row["date"] = _day(article) or row["date"]
    return row | _as_record(body, whole=body is article)


def _person(contributor: Element) -> str:
    parts = {_name(e): normalise(e.text or "") for e in contributor.iter(etree.Element)}
    return f"{parts.get('given-names', '')} {parts.get('surname', '')}".strip()


def _day(article: Element) -> str:
    """Return the day of JATS, which has its parts in elements."""
    dates = (e for e in article.iter(etree.Element) if _name(e) == "pub-date")
    parts = {_name(e): (e.text or "").strip() for e in next(dates, ())}
    named = [parts.get(part, "") for part in ("year", "month", "day")]
    return "-".join(part.zfill(2) for part in named) if all(map(str.isdecimal, named)) else ""


def _as_record(body: Element, *, whole: bool) -> dict[str, Any]:
    """Return the text: as it is if it has no elements, such as one that is HTML in a CDATA section.

    Args:
        body: The element with the text.
        whole: Whether it is the article's element, in which the title, too, may stand.
    """
    if not len(body):
        return {"text": body.text or ""}
    html = etree.Element("div")
    notes = etree.Element("ul")
    _copy(body, html, notes, whole=whole)
    html.append(notes)
    return {_HTML: etree.tostring(html, encoding="unicode", method="html"), "text": None}


def _copy(element: Element, target: Element, notes: Element, *, whole: bool) -> None:
    """Copy the contents of an element as HTML; notes become a list below the text."""
    target.text = element.text
    for child in element:
        name = _name(child)
        if not name:  # an entity that is declared nowhere
            copy = etree.Element("span")
        elif name in _ASIDE:
            copy = etree.SubElement(notes, "li")
        elif name == "fw" or (whole and not len(child) and name in _METADATA):
            copy = etree.Element("span")  # a running head, or one of the columns
        else:
            copy = etree.SubElement(target, _AS_HTML.get(name, "span"))
        if name:
            _copy(child, copy, notes, whole=False)
        last = target[-1] if len(target) else None
        if last is None:
            target.text = (target.text or "") + (child.tail or "")
        else:
            last.tail = (last.tail or "") + (child.tail or "")
