"""Parse a web page into blocks: all pieces of visible text, in order, nothing left out yet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from lxml import etree
from lxml import html as lxml_html

from annotate.core.errors import InputError
from annotate.core.records import normalise

Element: TypeAlias = Any  # lxml has no types

_SILENT_TAGS = """
    head script style template svg math select textarea iframe object embed canvas audio video
    map datalist noembed noframes
"""
_INLINE_TAGS = """
    a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark nobr
    picture q rp rt ruby s samp small source span strike strong sub sup time tt u var wbr amp-img
"""
_SILENT = frozenset(_SILENT_TAGS.split())
_INLINE = frozenset(_INLINE_TAGS.split())
_BREAK = "\v"
_PARAGRAPH_BREAK = re.compile(r"\v\s*\v")
MAX_ATTRIBUTES = 1000  # of an element; the parser compares each with all others
_QUOTED = re.compile(r"""(?<==)\s*(?:"[^"]*"|'[^']*')""")
_TAG = re.compile(rf"""<[A-Za-z][\w:-]*+(?=[\s/])(?>[^"'>]+|{_QUOTED.pattern}|["'])*+""")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_COUNTED = {"a": "link", "b": "strong", "strong": "strong"}
_WHOLE_PAGE = frozenset({"html", "body", "main", "article"})
_SMALL_WORDS = 150
_POST = re.compile(
    r"twitter-(?:tweet|video)|instagram-media|fb-(?:post|video)|tiktok-embed|bluesky-embed|"
    r"reddit-(?:embed|card)|telegram-post|mastodon-embed|threads-post|text-post-media|"
    r"(?:tweet|social|twitter|instagram|facebook)[-_]?embed|embed(?:ded)?[-_](?:tweet|twitter|social|post)"
)
_POST_TAGS = frozenset({"amp-twitter", "amp-instagram", "amp-facebook", "amp-tiktok"})
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:fig|wp|image|img|photo|media|picture)?[-_]?(?:caption|cutline)(?:[-_]?text)?(?:$|[\s_])"
    r"|(?:photo|image|picture|media|map|chart|graphic|video)[-_]?credit"
)


@dataclass(frozen=True, slots=True)
class PageBlock:
    """A run of text between two block borders of the page.

    Attributes:
        element: The innermost block element around the text.
        text: Normalised, so that a title or a name is compared with what is shown.
        linked: Share of the characters that are in links.
        strong: Whether all of it is bold.
    """

    element: Element
    text: str
    linked: float = 0.0
    strong: bool = False


def parse(page: str, path: Path) -> Element | None:
    """Return the page's root element, or None if it has none.

    Raises:
        InputError: The page nests deeper than the parser follows, so that the rest would be lost,
            or an element has so many attributes that the parser takes minutes.
    """
    _check_attributes(page, path)
    # huge_tree: the default limit of 256 levels silently cuts real pages off
    parser = lxml_html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = lxml_html.document_fromstring(page.encode(), parser=parser)
    except etree.ParserError:  # empty
        return None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise InputError(f"{path}: the page nests too deep to be read; save its text as .txt")
    _drop_controls(root)
    return root


def _check_attributes(page: str, path: Path) -> None:
    for tag in _TAG.finditer(page):
        if tag.end() - tag.start() > 2 * MAX_ATTRIBUTES:
            names = _QUOTED.sub("", tag[0])
            many = max(len(names.split()), names.count("=")) > MAX_ATTRIBUTES
            if many and not _is_in_script(page[: tag.start()].lower()):
                line = page.count("\n", 0, tag.start()) + 1
                raise InputError(
                    f"{path}:{line}: an element with more than {MAX_ATTRIBUTES:,} attributes; "
                    "save the text of the page as .txt"
                )


def _is_in_script(before: str) -> bool:
    return before.rfind("<script") > before.rfind("</script")


def _drop_controls(root: Element) -> None:
    """Take out what XML cannot hold: one such character makes trafilatura give up on the page."""
    for element in root.iter():
        if element.text and _CONTROLS.search(element.text):
            element.text = _CONTROLS.sub(" ", element.text)
        if element.tail and _CONTROLS.search(element.tail):
            element.tail = _CONTROLS.sub(" ", element.tail)


def page_blocks(root: Element) -> Iterator[PageBlock]:
    """Yield every piece of visible text of the page, in order."""
    reader = _Reader()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            yield from reader.leave(element)
        else:
            yield from reader.enter(element)
            if element.tag in _SILENT or is_post(element) or is_caption(element):
                walk.skip_subtree()


def is_post(element: Element) -> bool:
    """Tell whether the element holds one embedded post of a social network."""
    named = element.tag in _POST_TAGS or bool(_POST.search(_names(element)))
    return named and _is_small(element)


def is_caption(element: Element) -> bool:
    """Tell whether the element holds the caption or credit of a picture."""
    named = element.tag == "figcaption" or bool(_CAPTION.search(_names(element)))
    return named and _is_small(element)


def _names(element: Element) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}".lower()


def _is_small(element: Element) -> bool:
    """Tell whether the element is as short as a post or caption: some names span a whole page."""
    if element.tag in _WHOLE_PAGE:
        return False
    words = 0
    for text in element.itertext():  # stops early: this is called for the ancestors of every block
        words += len(text.split())
        if words > _SMALL_WORDS:
            return False
    return True


def visible_text(element: Element) -> str:
    """Return the element's text without scripts, with blanks for blocks and line breaks."""
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if event == "start" and inner.tag in _SILENT:
            walk.skip_subtree()
        elif event == "start":
            pieces.append(inner.text or "")
        if event == "end" and inner is not element:
            pieces.append(inner.tail or "")
        if inner.tag not in _INLINE or inner.tag == "br":
            pieces.append(" ")
    return "".join(pieces)


def _is_block(element: Element) -> bool:
    return element.tag not in _INLINE or is_post(element) or is_caption(element)


class _Reader:
    """Collects text while the tree is walked; the border of a block element ends a block."""

    def __init__(self) -> None:
        self.owners: list[Element] = []
        self.pieces: list[str] = []
        self.depth = {"link": 0, "strong": 0}
        self.size = {"all": 0, "link": 0, "strong": 0}

    def enter(self, element: Element) -> Iterator[PageBlock]:
        if element.tag in _SILENT:
            return
        self._count(element, 1)
        if _is_block(element):
            yield from self._close()
            self.owners.append(element)
        if is_post(element) or is_caption(element):
            self._add(visible_text(element))
        else:
            self._add(_BREAK if element.tag == "br" else element.text)

    def leave(self, element: Element) -> Iterator[PageBlock]:
        if element.tag not in _SILENT and _is_block(element):
            yield from self._close()
            self.owners.pop()
        self._count(element, -1)
        self._add(element.tail)

    def _count(self, element: Element, step: int) -> None:
        name = _COUNTED.get(element.tag)
        if name is not None:
            self.depth[name] += step

    def _add(self, text: str | None) -> None:
        if not text or not self.owners:
            return
        self.pieces.append(text)
        size = len("".join(text.split()))
        self.size["all"] += size
        for name in self.depth:
            self.size[name] += size * (self.depth[name] > 0)

    def _close(self) -> Iterator[PageBlock]:
        size, text = self.size, "".join(self.pieces)
        self.pieces, self.size = [], dict.fromkeys(size, 0)
        for part in _PARAGRAPH_BREAK.split(text):
            words = normalise(part)
            if words:
                linked, strong = (size[name] / size["all"] for name in ("link", "strong"))
                yield PageBlock(self.owners[-1], words, linked, strong == 1.0)
