"""Parse a web page into blocks: all pieces of visible text, in order, nothing left out yet."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import islice
from typing import Any, TypeAlias

from lxml import etree
from lxml.html import HtmlElement

from annotate.core.records import normalise

Element: TypeAlias = Any  # lxml has no types

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_SILENT_TAGS = """
    head script style template svg math select textarea iframe object embed canvas audio video
    map datalist noembed noframes
"""
_BLOCK_TAGS = """
    address article aside blockquote body button caption center dd details dialog dir div dl dt
    fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing
    main menu nav noscript ol p plaintext pre search section summary table tbody td tfoot th thead
    tr ul xmp
"""
_SILENT = frozenset(_SILENT_TAGS.split())
_BLOCK = frozenset(_BLOCK_TAGS.split())  # all others are inline, unknown ones too, as in browsers
_BREAK = "\v"
_PARAGRAPH_BREAK = re.compile(r"\v\s*\v")
_SENTENCE = re.compile(r"\s*(?:\S+\s+){11,}\S+[.!?…][\"'”’)\]]*\s*", re.DOTALL)
_NOTE = re.compile(r"#_?(?:fn|ftn|footnote|endnote|note|cite_note|sdfootnote|cmnt)")
_NUMBER = re.compile(r"\s*[\[(]?(?:\d{1,3}|[a-z]|[ivxlc]{1,6}|[*†‡§]{1,3})[\])]?\s*")
_TITLE_STYLES = frozenset({"title", "MsoTitle"})
_TITLE_WORDS = 25
_NOTE_TAGS = frozenset({"span", "sup", "small"})
_NOTE_NAMES = frozenset({"footnote", "tooltip", "tooltiptext", "tooltip-text"})
_SPOKEN = frozenset({"visually-hidden", "visuallyhidden", "sr-only", "screen-reader-text"})
_CLIPPED = re.compile(r"clip-path\s*:\s*inset\(\s*(?:50|100)%|clip\s*:\s*rect\(\s*[01]")
_ESCAPED = re.compile(r"&#\d{2,4};")  # twice, by a program that makes pages
_HEADING_SIGNS = ("¶", "#", "§", "🔗")
_KEEPS_LINES = frozenset({"pre", "listing", "plaintext", "xmp"})
_STYLES = {
    "block": re.compile(r"\bdisplay\s*:\s*(?:block|flex|grid|list-item|table)\b"),
    "lines": re.compile(r"\bwhite-space\s*:\s*(?:pre|break-spaces)"),
}
_COUNTED = {"a": "link", "b": "strong", "strong": "strong", "i": "slanted", "em": "slanted"}
_WHOLE_PAGE = frozenset({"html", "body", "main", "article"})
_SMALL_WORDS = 150
_POST = re.compile(
    r"twitter-(?:tweet|video)|instagram-media|fb-(?:post|video)|tiktok-embed|bluesky-embed|"
    r"reddit-(?:embed|card)|telegram-post|mastodon-embed|threads-post|text-post-media|"
    r"(?:tweet|social|twitter|instagram|facebook)[-_]?embed|"
    r"embed(?:ded)?[-_](?:tweet|twitter|social|post)|(?:^|\s)(?:quoted-)?tweet(?:$|\s)"
)
_POST_TAGS = frozenset({"amp-twitter", "amp-instagram", "amp-facebook", "amp-tiktok"})
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:fig|wp|image|img|photo|media|picture|pic|news|story|video|slide)?[-_]?"
    r"(?:caption|cutline|cptn)(?:[-_]?(?:text|box|full))?(?:$|[\s_])"
    r"|(?:photo|image|picture|media|map|chart|graphic|video|portrait)[-_]?"
    r"(?:credit|copyright|subtitle)"
    r"|bild[-_]*(?:info|text|unterschrift|nachweis|quelle|rechte)"
)
_CODE_SIGN = re.compile(r"[{}\[\]()=;<>_$\\/|]")
_CODE_SHARE = 0.04  # of the characters; prose has half of that
_CODE_START = 2000  # characters
_PICTURES = ("img", "picture", "video", "amp-img")
_LEGEND_WORDS = 40
_LEGEND_LEVELS = 5
_PARAGRAPH = 60  # characters
_FIRST = 50


@dataclass(frozen=True, slots=True)
class PageBlock:
    """A run of text between two block borders of the page.

    Attributes:
        element: The innermost block element around the text.
        text: Normalised, so that a title or a name is compared with what is shown.
        linked: Share of the characters that are in links.
        strong: Whether all of it is bold.
        slanted: Whether all of it is in italics.
        card: Whether it is in an item of a list that leads to another story, see `_cards`.
        legend: Whether it is beside a picture among paragraphs, see `_legends`.
        standfirst: Whether it is a paragraph above the text, though it may be set as a heading.
    """

    element: Element
    text: str
    linked: float = 0.0
    strong: bool = False
    slanted: bool = False
    card: bool = False
    legend: bool = False
    standfirst: bool = False


def parse(page: str) -> Element:
    """Return the page's root element, as browsers build the page from its tags.

    Whatever is missing or wrong in the tags is repaired by the rules that browsers share, which
    also make whatever nests deeper than 512 levels siblings. So no page is refused.
    """
    import turbohtml

    # lxml's own parser keeps <h2>...</h3> open to the end of the page, and trafilatura needs lxml
    document = turbohtml.parse(page, positions=False, allow_declarative_shadow_roots=False)
    as_xml = document.root.serialize(turbohtml.Html(xml=True))  # type: ignore[union-attr]  # never None
    parser = etree.XMLParser(
        encoding="utf-8",
        huge_tree=True,
        recover=True,  # a prefix that is declared nowhere
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
    )
    # trafilatura asks for lxml.html's elements; its own lookup, in Python, costs a tenth of a page
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    root = etree.fromstring(as_xml.encode(), parser)
    for element in root.iter():
        _rename(element)
    _list_items_of_word(root)
    _title_of_document(root)
    for element in list(root.iter()):
        if element.tag == "a" and _is_mark(element):
            if "".join(element.itertext()).strip() not in _HEADING_SIGNS:
                _set_note(element)
            element.drop_tree()
        elif element.tag != "a" and _is_aside(element):
            element.drop_tree()
    return root


def _rename(element: Element) -> None:
    """Name the element as HTML does; one of a foreign vocabulary stays an unknown element."""
    if element.tag.startswith("{"):
        local = etree.QName(element).localname
        element.tag = f"{element.prefix}-{local}" if element.prefix else local
    if element.tag == "template" and element.get("shadowrootmode"):
        element.tag = "div"  # a browser shows it in the element around


def _list_items_of_word(root: Element) -> None:
    """Set the list items of Word, which writes them as paragraphs, in lists."""
    for item in root.xpath("//p[starts-with(@class, 'MsoListParagraph')]"):
        before = item.getprevious()
        if before is None or before.tag != "ul":
            before = root.makeelement("ul")
            item.addprevious(before)
        item.tag = "li"
        before.append(item)


def _title_of_document(root: Element) -> None:
    """Set the title as a heading where a word processor wrote it as a paragraph in that style."""
    titles = [p for p in root.iter("p") if not _TITLE_STYLES.isdisjoint(p.get("class", "").split())]
    if len(titles) == 1 and next(root.iter("h1", "h2"), None) is None:
        text = "".join(titles[0].itertext()).strip()
        if len(text.split()) <= _TITLE_WORDS and not text.endswith("."):
            titles[0].tag = "h1"


def _set_note(mark: Element) -> None:
    """Set what the mark begins, a footnote or comment, as an item of a list.

    A mark that links to where it stands is the number of a paragraph or verse.
    """
    target, element = mark.get("href", "")[1:], mark
    if target in ("", mark.get("id")):
        return
    for parent in mark.iterancestors():
        before = element.getprevious() is not None or (parent.text or "").strip()
        if before or target in (parent.get("id"), parent.get("name")):
            return
        element = parent
        if _breaks_line(parent):
            if parent.tag in ("p", "div") and _is_small(parent):
                parent.tag = "li"
            return


def _is_mark(link: Element) -> bool:
    """Tell whether it is the number of a footnote, or the sign that links to a heading."""
    target, text = link.get("href", ""), "".join(link.itertext())
    if target.startswith("#") and text.strip() in _HEADING_SIGNS:
        return True
    raised = target.startswith("#") and link.getparent().tag == "sup"
    named = raised or "footnote" in link.get("class", "") or _NOTE.match(target)
    return bool(named) and bool(_NUMBER.fullmatch(text))


def _is_aside(element: Element) -> bool:
    """Tell whether it is only read aloud, or a note that opens within a sentence."""
    names = element.get("class", "").split()
    spoken = not _SPOKEN.isdisjoint(names) or bool(_CLIPPED.search(element.get("style", "")))
    note = element.tag in _NOTE_TAGS and not _NOTE_NAMES.isdisjoint(names)
    return (spoken or note) and _is_small(element)


def shown_source(root: Element) -> str:
    """Return the page whose source a browser shows (view-source:); empty if it is another page."""
    lines = root.xpath("//td[@class='line-content']") or root.xpath("//body[@id='viewsource']/pre")
    return "\n".join("".join(line.itertext()) for line in lines)


def page_blocks(root: Element) -> Iterator[PageBlock]:
    """Yield every piece of visible text of the page, in order."""
    reader = _Reader(_cards(root), _legends(root))
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            yield from reader.leave(element)
        else:
            yield from reader.enter(element)
            if element.tag in _SILENT or _is_one_block(element):
                walk.skip_subtree()


def is_post(element: Element) -> bool:
    """Tell whether the element holds one embedded post of a social network."""
    named = element.tag in _POST_TAGS or bool(_POST.search(names_of(element)))
    return named and _is_small(element)


def is_caption(element: Element) -> bool:
    """Tell whether the element holds the caption or credit of a picture."""
    named = element.tag == "figcaption" or bool(_CAPTION.search(names_of(element)))
    return named and _is_small(element)


def is_code(element: Element) -> bool:
    """Tell whether the element holds source code, and no letter or poem set in its own lines."""
    if element.tag != "pre":
        return False
    start = ""
    for text in element.itertext():  # stops early: this is called for each of its blocks
        start += "".join(text.split())
        if len(start) > _CODE_START:
            break
    return len(_CODE_SIGN.findall(start)) > _CODE_SHARE * len(start)


def _is_one_block(element: Element) -> bool:
    return is_post(element) or is_caption(element) or is_code(element)


def _legends(root: Element) -> frozenset[Element]:
    """Return the boxes among paragraphs that have a picture and hardly any words: its caption."""
    # there may be many pictures in one element
    has_paragraphs, is_small = cache(_has_paragraphs), cache(_is_small)
    boxes = (_legend(picture, has_paragraphs, is_small) for picture in root.iter(*_PICTURES))
    return frozenset(box for box in boxes if box is not None)


def _legend(
    picture: Element,
    has_paragraphs: Callable[[Element], bool],
    is_small: Callable[[Element, int], bool],
) -> Element | None:
    box = picture
    for parent in islice(picture.iterancestors(), _LEGEND_LEVELS):
        if has_paragraphs(parent):
            return box if box.tag not in ("p", *_PICTURES) else None
        if parent.tag in _WHOLE_PAGE or not is_small(parent, _LEGEND_WORDS):
            return None
        box = parent
    return None


def _has_paragraphs(element: Element) -> bool:
    """Tell whether two paragraphs are among its first children."""
    first = islice(element.iterchildren("p"), _FIRST)
    long = (p for p in first if len(visible_text(p)) > _PARAGRAPH)
    return len(list(islice(long, 2))) > 1


def _cards(root: Element) -> frozenset[Element]:
    """Return the items of lists with a heading that is a link: they lead to other stories."""
    linked = (
        heading
        for heading in root.iter(*HEADINGS)
        if any(e.tag == "a" for e in (*heading.iter(), *heading.iterancestors()))
    )
    return frozenset(item for heading in linked for item in heading.iterancestors("li"))


def names_of(element: Element) -> str:
    """Return the classes and the id of an element, in small letters."""
    return f"{element.get('class', '')} {element.get('id', '')}".lower()


def _is_small(element: Element, most: int = _SMALL_WORDS) -> bool:
    """Tell whether the element is as short as a post or caption: some names span a whole page."""
    if element.tag in _WHOLE_PAGE:
        return False
    words = 0
    for text in element.itertext():  # stops early: this is called for the ancestors of every block
        words += len(text.split())
        if words > most:
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
        if _breaks_line(inner) or inner.tag == "br":
            pieces.append(" ")
    return "".join(pieces)


def _breaks_line(element: Element) -> bool:
    # AMP, which knows few inline elements, styles its own
    tag = element.tag
    amp = tag.startswith("amp-") and tag != "amp-img"
    return tag in _BLOCK or amp or _has_style(element, "block")


def _keeps_lines(element: Element) -> bool:
    return element.tag in _KEEPS_LINES or _has_style(element, "lines")


def _has_style(element: Element, name: str) -> bool:
    style = element.get("style")
    return style is not None and bool(_STYLES[name].search(style))


def blocks_around(element: Element) -> Iterator[Element]:
    """Yield the element and its ancestors without those that are inline."""
    return filter(_is_block, (element, *element.iterancestors()))


def _is_block(element: Element) -> bool:
    return _breaks_line(element) or _is_one_block(element)


def _paragraphs(text: str) -> Iterator[str]:
    """Split a text at two line breaks, or at each where all lines are long sentences."""
    for part in _PARAGRAPH_BREAK.split(text):
        lines = [line for line in part.split(_BREAK) if line.strip()]
        apart = len(lines) > 1 and all(map(_SENTENCE.fullmatch, lines))
        yield from lines if apart else [part]


class _Reader:
    """Collects text while the tree is walked; the border of a block element ends a block."""

    def __init__(self, cards: frozenset[Element], legends: frozenset[Element]) -> None:
        self.cards, self.legends = cards, legends
        self.owners: list[Element] = []
        self.pieces: list[str] = []
        self.depth = dict.fromkeys(_COUNTED.values(), 0)
        self.keepers: list[Element] = []  # the elements around that keep their line breaks
        self.size = {"all": 0, **self.depth}

    def enter(self, element: Element) -> Iterator[PageBlock]:
        if element.tag in _SILENT:
            return
        self._count(element, 1)
        if _keeps_lines(element):
            self.keepers.append(element)
        if _is_block(element):
            yield from self._close()
            self.owners.append(element)
        if _is_one_block(element):
            self._add(normalise(visible_text(element)))
        else:
            self._add(_BREAK if element.tag == "br" else element.text)

    def leave(self, element: Element) -> Iterator[PageBlock]:
        if self.owners and self.owners[-1] is element:
            yield from self._close()
            self.owners.pop()
        self._count(element, -1)
        if self.keepers and self.keepers[-1] is element:
            self.keepers.pop()
        self._add(element.tail)

    def _count(self, element: Element, step: int) -> None:
        name = _COUNTED.get(element.tag)
        if name is not None:
            self.depth[name] += step

    def _add(self, text: str | None) -> None:
        if not text or not self.owners:
            return
        self.pieces.append(text.replace("\n", _BREAK) if self.keepers else text)
        size = len("".join(text.split()))
        self.size["all"] += size
        for name in self.depth:
            self.size[name] += size * (self.depth[name] > 0)

    def _close(self) -> Iterator[PageBlock]:
        size, text = self.size, "".join(self.pieces)
        self.pieces, self.size = [], dict.fromkeys(size, 0)
        for part in _paragraphs(text):
            words = normalise(unescape(part) if _ESCAPED.search(part) else part)
            if words:
                linked, strong, slanted = (size[name] / size["all"] for name in self.depth)
                card, legend = (
                    any(owner in boxes for owner in self.owners)
                    for boxes in (self.cards, self.legends)
                )
                bold, italic = strong == 1.0, slanted == 1.0
                yield PageBlock(self.owners[-1], words, linked, bold, italic, card, legend)
