"""Find where in a page the article is, from the blocks that trafilatura takes."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice, takewhile

from annotate.articles.extraction.boilerplate import is_region
from annotate.articles.extraction.dom import Element, PageBlock, blocks_around, names_of
from annotate.core.records import normalise

_STORY = 5  # paragraphs
_STORY_LENGTH = 1000  # characters
_PAGE_TAGS = ("html", "body")
_ARTICLE_NAMES = re.compile(r"\b(?:article|post|story)\b")  # sections have h1s too


@dataclass(frozen=True, slots=True)
class Place:
    """Where the article is in the page.

    Attributes:
        core: Elements with more than half of the extracted text; their names are disregarded.
        parts: Elements beside the title that have it with others of the same tag and class.
        homes: Elements with the article and little else, and their twins, see `_twins`.
        parents: Elements with extracted paragraphs side by side.
        around: The block elements around these, in which text may stand outside of tags.
        others: Other articles on the page, each with its title.
    """

    core: frozenset[Element]
    parts: frozenset[Element]
    homes: frozenset[Element]
    parents: frozenset[Element]
    around: frozenset[Element]
    others: frozenset[Element]

    def is_home_of(self, block: PageBlock) -> bool:
        """Tell whether the block is where the article and little else is."""
        return any(element in self.homes for element in block.element.iterancestors())

    def near(self, block: PageBlock) -> Iterator[Element]:
        """Yield the block's element and its ancestors that do not hold most of the article."""
        return (element for element in around(block) if element not in self.core)


def find_place(blocks: Sequence[PageBlock], extracted: Set[int], title: str) -> Place:
    """Find the article's place by where the extracted text is.

    Other stories in a list of cards may have more of it than an article that opens above them.
    """
    stories = [i for i in extracted if not blocks[i].card]
    extracted = frozenset(stories) if len(stories) >= _STORY else extracted
    sizes: Counter[Element] = Counter()
    alike: Counter[tuple[str, str]] = Counter()
    for i in extracted:
        elements = tuple(around(blocks[i]))
        sizes.update(dict.fromkeys(elements, len(blocks[i].text)))
        alike.update(dict.fromkeys(map(_class, elements), len(blocks[i].text)))
    whole = sum(len(blocks[i].text) for i in extracted)
    core = [element for element, size in sizes.items() if size * 2 > whole]
    core.sort(key=lambda element: sum(1 for _ in element.iterancestors()))
    regions = [element for element in core if is_region(element)]
    homes = (*regions[-1:], *core[-1:]) if core else _regions(blocks)
    parents = {blocks[i].element.getparent() for i in extracted if blocks[i].element.tag == "p"}
    titled = {e for block in blocks if is_title(block, title) for e in around(block)}
    story = {element for element in titled if is_region(element)}
    parts = (e for e in sizes if e.get("class") and alike[_class(e)] * 2 > whole)
    twins = (twin for e in core if titled and e not in titled for twin in _twins(e, story))
    return Place(
        frozenset(core),
        frozenset(e for e in parts if not story.isdisjoint(e.iterancestors())),
        frozenset(element for element in (*homes, *twins) if element.tag not in _PAGE_TAGS),
        frozenset(parents),
        frozenset((*homes, *(next(blocks_around(parent), parent) for parent in parents))),
        frozenset(_other_articles(blocks, title, sizes, frozenset(core))),
    )


def _class(element: Element) -> tuple[str, str]:
    return element.tag, element.get("class", "")


def _other_articles(
    blocks: Sequence[PageBlock], title: str, sizes: Mapping[Element, int], core: frozenset[Element]
) -> Iterator[Element]:
    """Yield the articles with a title that stand beside the one with the page's title and text.

    A title is an h1, or a heading of the tag and class of the page's title. An article in the same
    element is named so, and its title is an h1 with classes of the page's title.
    """
    titles = [block.element for block in blocks if is_title(block, title)]
    stories = {
        article
        for element in titles
        for article in element.iterancestors("article")
        if sizes.get(article, 0) > _STORY_LENGTH
    }
    if not stories:
        return
    kinds = set(map(_class, titles))
    classes = [set(element.get("class", "").split()) for element in titles if element.tag == "h1"]
    around_story = core.union(*(element.iterancestors() for element in titles))
    for heading in titles[0].getroottree().iter("h1", *{element.tag for element in titles}):
        articles = set(heading.iterancestors("article"))
        alike = heading.tag == "h1" or _class(heading) in kinds
        if alike and stories.isdisjoint(articles):
            yield from articles
        names = set(heading.get("class", "").split())
        if names and heading.tag == "h1" and any(names <= more for more in classes):
            boxes = takewhile(lambda e: e not in around_story, heading.iterancestors())
            yield from [box for box in boxes if _ARTICLE_NAMES.search(names_of(box))][-1:]


def _twins(element: Element, story: Set[Element]) -> Iterator[Element]:
    """Yield elements with the same tag and class: more of the same article.

    They are the entries of a live blog, or the columns between advertisements, of which trafilatura
    may take only the longest: siblings, or in the article's element inside parents alike. Do not
    ask for the twins of an element with the title in it: it is a whole article, and its twins are
    other articles.

    Args:
        element: It has most of the text.
        story: Elements named like an article's, with the title in them.
    """
    parent = element.getparent()
    articles = (ancestor for ancestor in element.iterancestors() if ancestor in story)
    alone = [e for e in islice(articles, 1) if len(list(e.iter("h1"))) <= 1]
    for twin in alone[0].iter(element.tag) if alone else parent.iterchildren(element.tag):
        alike = element.get("class") and _class(twin) == _class(element)
        if alike and twin is not element and _class(twin.getparent()) == _class(parent):
            yield twin


def _regions(blocks: Sequence[PageBlock]) -> tuple[Element, ...]:
    """Return the elements named like an article's container; used if trafilatura takes nothing."""
    return tuple(e for block in blocks for e in block.element.iterancestors() if is_region(e))


def around(block: PageBlock) -> Iterator[Element]:
    """Yield the block's element and its ancestors."""
    yield block.element
    yield from block.element.iterancestors()


def is_title(block: PageBlock, title: str) -> bool:
    """Tell whether the block is the article's title."""
    return bool(title) and normalise(block.text) == title
