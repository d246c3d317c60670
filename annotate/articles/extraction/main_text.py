"""Choose the blocks of a page that are the article's, and classify them.

trafilatura's choice is corrected in two ways. It sometimes loses a paragraph (its issues 660 and
890), which is taken back if it is where the article is. And blocks in navigation, asides, footers
or advertisements are never taken, nor are kickers and bylines, even if trafilatura takes them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from annotate.articles.extraction.block_types import caption_or_embed
from annotate.articles.extraction.boilerplate import (
    is_doubtful,
    is_gallery,
    is_hidden,
    is_interruption,
    is_link_line,
    is_named_boilerplate,
    is_pull_quote,
    is_region,
    is_standfirst,
    is_tagged_boilerplate,
)
from annotate.articles.extraction.dom import (
    HEADINGS,
    PageBlock,
    is_caption,
    is_code,
    is_post,
    visible_text,
)
from annotate.articles.extraction.notices import is_teaser_label
from annotate.articles.extraction.place import Place, around, find_place, is_title
from annotate.core.records import BlockType, normalise

_WORDS = 12
_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
LONG_ITEM = 25  # words; a cell or list item of fewer is none of the article's paragraphs
_COVERED = 3  # hidden paragraphs
_LINK = 0.8  # share of a block that is in links, if it is nothing else
_FEW = 4  # words, such as a place
_DECK = 7  # words: a line of more, named like a standfirst, is one without a full stop too
_FURTHER = 40  # blocks
_STANDFIRST = 15  # blocks: bylines, dates and pictures stand between a title and the text
_SENTENCE_END = re.compile(r"[.!?…:。！？：][\"'”’)\]」』]*$")
_IDEOGRAPH = re.compile(r"[\u3040-\u9fff]")  # two are about a word
_BYLINE = re.compile(r"(?:By|BY|Von|Par|Por|Di) [A-ZÀ-Þ][\w.'’-]+ [A-ZÀ-Þ]")
_TAG_TYPES = {
    **dict.fromkeys(HEADINGS, BlockType.HEADING),
    **dict.fromkeys(("li", "dt", "dd"), BlockType.LIST),
    "blockquote": BlockType.QUOTE,
}
_CELLS = ("td", "th")
_LIST_TAGS = ("ul", "ol", "dl", "table")


@dataclass(frozen=True, slots=True)
class Choice:
    """The numbers of the blocks that are the article's, and of those its standfirst."""

    numbers: frozenset[int]
    standfirst: frozenset[int]


def choose(
    blocks: Sequence[PageBlock], extracted: frozenset[int], title: str, summary: str = ""
) -> Choice:
    """Choose the blocks that are the article's.

    Args:
        blocks: All blocks of the page.
        extracted: The numbers of those that trafilatura takes.
        title: The article's title, which is not one of its blocks.
        summary: The description in the page's head, by which a standfirst is recognised.
    """
    place = find_place(blocks, extracted, title)
    others = [i for i, block in enumerate(blocks) if not is_title(block, title)]
    teasers = set(_teasers(blocks))
    left = [i for i in others if i not in teasers]
    texts = [i for i in left if not _is_boilerplate(place, blocks[i])]
    if 2 * _length(blocks, extracted.intersection(texts)) < _length(blocks, extracted):
        place = replace(place, core=place.core | place.parts)  # the names of boxes mean columns
        texts = [i for i in left if not _is_boilerplate(place, blocks[i])]
    usable = _shown(place, blocks, texts)
    taken = {i for i in usable if i in extracted and not _is_mark(place, blocks[i])}
    taken = {i for i in taken if place.is_home_of(blocks[i]) or not blocks[i].card}
    behind = set(_trailing(place, blocks, taken))
    taken -= behind
    first = next((i + 1 for i, block in enumerate(blocks) if is_title(block, title)), len(blocks))
    standfirst = frozenset(_standfirst(place, blocks, usable, taken, title, summary))
    taken |= standfirst
    inside = range(min({first, *taken}), max(taken, default=-1) + 1)
    rest = (i for i in usable if i not in taken and i not in behind)
    lost = {i for i in rest if _belongs(place, blocks[i], i in inside)}
    chosen = _without_galleries(place, blocks, taken | lost)
    return Choice(frozenset(_without_pull_quotes(blocks, chosen)), standfirst)


def _length(blocks: Sequence[PageBlock], numbers: Iterable[int]) -> int:
    return sum(len(blocks[i].text) for i in numbers)


def _trailing(place: Place, blocks: Sequence[PageBlock], taken: Set[int]) -> Iterator[int]:
    """Yield what is behind the article and of other boxes: short lines, texts of linked titles."""
    last = max((i for i in taken if place.is_home_of(blocks[i])), default=len(blocks))
    for i in taken:
        if i > last and blocks[i].element not in place.homes:
            before = blocks[i - 1]
            announced = before.linked > 0.5 and block_type_on_page(before) is BlockType.HEADING
            if announced or not reads_as_text(blocks[i].text, inside=False):
                yield i


def _teasers(blocks: Sequence[PageBlock]) -> Iterator[int]:
    """Yield the links that follow a line such as "Related stories"."""
    announced = False
    for i, block in enumerate(blocks):
        announced = is_teaser_label(block.text) or (announced and block.linked > _LINK)
        if announced:
            yield i


def _standfirst(
    place: Place,
    blocks: Sequence[PageBlock],
    usable: Sequence[int],
    taken: Set[int],
    title: str,
    summary: str,
) -> Iterator[int]:
    """Yield the paragraphs between the title and the text, of which it is the first.

    Those that the description or a name tells may be headings, and stand above a form to sign up.
    """
    start = min((i for i in taken if blocks[i].element.tag not in HEADINGS), default=0)
    above = range(max(start - _FURTHER, 0), start)
    heads = [i for i in above if is_title(blocks[i], title) or blocks[i].element.tag == "h1"]
    set_as_title = [i for i in heads if blocks[i].element.tag in HEADINGS]
    titled = max(set_as_title or heads, default=-1)  # what shares a story repeats its title
    around_title = set(around(blocks[titled])) if titled >= 0 else set()
    region = {element for element in around_title if is_region(element)}
    for i in usable:
        block = blocks[i]
        if not max(titled + 1, above.start) <= i < start or block.linked > 0.5:
            continue
        caption = block.legend or is_caption(block.element)
        again = _agree(block.text, title) and len(block.text) < 2 * len(title)
        if caption or again or _BYLINE.match(block.text):
            continue
        near = tuple(place.near(block))
        words = len(_LETTERS.findall(block.text))
        heading = block.element.tag in HEADINGS
        named = titled >= 0 and is_standfirst(near) and words > (_DECK if heading else _FEW)
        beside = not heading and start - i <= _STANDFIRST and not region.isdisjoint(around(block))
        told = named and (heading or words > _DECK or reads_as_text(block.text, inside=True))
        text = beside and not is_doubtful(near) and reads_as_text(block.text, inside=False)
        if told or text or _agree(block.text, summary):
            yield i


def _agree(text: str, other: str) -> bool:
    """Tell whether two texts are nearly the same, or one is in the other."""
    runs = [set(_runs(_bare(words).split())) for words in (text, other)]
    return 2 * len(runs[0] & runs[1]) > max(min(map(len, runs)), 1)


def _runs(words: Sequence[str]) -> Iterator[Sequence[str]]:
    return zip(words, words[1:], words[2:], words[3:], strict=False)


def _without_galleries(place: Place, blocks: Sequence[PageBlock], chosen: Set[int]) -> Set[int]:
    """Return the chosen blocks without those in galleries, unless most of the text is there."""
    shown = {i for i in chosen if is_gallery(place.near(blocks[i]))}
    most = 2 * _length(blocks, shown) >= _length(blocks, chosen)
    return chosen if most else chosen - shown


def _without_pull_quotes(blocks: Sequence[PageBlock], chosen: Set[int]) -> Iterator[int]:
    """Yield the chosen blocks without pull quotes, which repeat the words of another."""
    words = {i: _bare(blocks[i].text) for i in chosen}
    for i in chosen:
        pulled = is_pull_quote(around(blocks[i]))
        longer = (w for w in words.values() if len(w) > len(words[i]))
        if not pulled or not any(words[i] in other for other in longer):
            yield i


def _bare(text: str) -> str:
    """Return the words alone: punctuation differs between a pull quote and the text."""
    return f" {' '.join(_WORD.findall(normalise(text).casefold()))} "


def _is_boilerplate(place: Place, block: PageBlock) -> bool:
    return (
        is_link_line(block.text, block.linked)
        or is_interruption(block.text, block.linked)
        or is_tagged_boilerplate(around(block))
        or is_named_boilerplate(place.near(block))
        or not place.others.isdisjoint(around(block))
    )


def _shown(place: Place, blocks: Sequence[PageBlock], usable: Sequence[int]) -> list[int]:
    """Return the blocks that a reader sees, and those behind a paywall.

    A paywall hides several paragraphs of the article; a box or a message that is hidden until it is
    needed is shorter.
    """
    hidden = {i for i in usable if is_hidden(place.near(blocks[i]))}
    covered = {
        i
        for i in hidden
        if place.is_home_of(blocks[i]) and reads_as_text(blocks[i].text, inside=False)
    }
    unseen = hidden - covered if len(covered) >= _COVERED else hidden
    return [i for i in usable if i not in unseen]


def _is_mark(place: Place, block: PageBlock) -> bool:
    """Tell whether it is a byline or kicker: named so, and not a paragraph by its words."""
    text = block.text
    byline = bool(_BYLINE.match(text)) or not reads_as_text(text, inside=True)
    return byline and is_doubtful(place.near(block))


def _belongs(place: Place, block: PageBlock, inside: bool) -> bool:
    """Tell whether a block that trafilatura left out belongs to the article."""
    at_home = place.is_home_of(block)
    kind = block_type_on_page(block)
    if kind in (BlockType.CAPTION, BlockType.EMBED):
        return inside or at_home
    paragraph = block.element.tag == "p" and block.element.getparent() in place.parents
    beside = paragraph or block.element in place.around
    if not (at_home or beside) or block.linked > 0.5 or is_doubtful(place.near(block)):
        return False
    if kind is BlockType.LIST:
        return inside and (_is_among_paragraphs(place, block) or reads_as_text(block.text, inside))
    return inside if kind is BlockType.HEADING else reads_as_text(block.text, inside)


def _is_among_paragraphs(place: Place, block: PageBlock) -> bool:
    """Tell whether its list or table stands beside extracted paragraphs, as no menu does."""
    whole = next((e for e in around(block) if e.tag in _LIST_TAGS), block.element)
    return whole.getparent() in place.parents


def reads_as_text(text: str, inside: bool) -> bool:
    """Tell whether it is a paragraph: a sentence, a long one unless inside the article."""
    words = len(text.split()) + len(_IDEOGRAPH.findall(text)) / 2
    whole, long = bool(_SENTENCE_END.search(text)), words >= _WORDS
    long = long and (whole or not _BYLINE.match(text))
    return (whole and long) or (inside and (whole or long))


def block_type_on_page(block: PageBlock) -> BlockType:
    """Classify a block by its place in the page, and by its words if the place says nothing."""
    if block.standfirst:
        return BlockType.BODY
    # None of the three has other blocks in it, so its ancestors are none.
    if is_post(block.element):
        return BlockType.EMBED
    if is_code(block.element):
        return BlockType.LIST
    if block.legend or is_caption(block.element):
        return BlockType.CAPTION
    placed = next(
        (_TAG_TYPES[e.tag] for e in around(block) if e.tag in _TAG_TYPES), _by_cell(block)
    )
    if placed in (BlockType.BODY, BlockType.QUOTE):
        return caption_or_embed(block.text) or (
            _as_bold_line(block) if placed is BlockType.BODY else placed
        )
    return placed


def _by_cell(block: PageBlock) -> BlockType:
    """Classify the cells of a table as list items, unless the table only lays out the page."""
    short = len(block.text.split()) < LONG_ITEM
    if not short or all(element.tag not in _CELLS for element in around(block)):
        return BlockType.BODY
    if block.element.tag not in _CELLS:
        text = block.element.tag == "p" or block.strong or reads_as_text(block.text, inside=True)
        return BlockType.BODY if text else BlockType.LIST
    wordy = len(visible_text(block.element).split()) >= LONG_ITEM
    text = wordy and reads_as_text(block.text, inside=False)
    return BlockType.BODY if text else BlockType.LIST


def _as_bold_line(block: PageBlock) -> BlockType:
    bare = (
        block.strong and len(block.text.split()) <= _WORDS and not _SENTENCE_END.search(block.text)
    )
    return BlockType.HEADING if bare else BlockType.BODY
