"""Find where in a page the article is, from the blocks that trafilatura takes."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from annotate.articles.extraction.boilerplate import is_region
from annotate.articles.extraction.dom import Element, PageBlock
from annotate.core.records import normalise

_STORY = 5  # paragraphs
_PAGE_TAGS = ("html", "body")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the article is in the page.

    Attributes:
        core: Elements with more than half of the extracted text; their names are disregarded.
        homes: Elements with the article and little else, and their twins, see `_twins`.
        parents: Elements with extracted paragraphs side by side.
    """

    core: frozenset[Element]
    homes: frozenset[Element]
    parents: frozenset[Element]

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
    for i in extracted:
        sizes.update(dict.fromkeys(around(blocks[i]), len(blocks[i].text)))
    whole = sum(len(blocks[i].text) for i in extracted)
    core = [element for element, size in sizes.items() if size * 2 > whole]
    core.sort(key=lambda element: sum(1 for _ in element.iterancestors()))
    regions = [element for element in core if is_region(element)]
    homes = (*regions[-1:], *core[-1:]) if core else _regions(blocks)
    elements = (blocks[i].element for i in extracted)
    titled = {e for block in blocks if is_title(block, title) for e in around(block)}
    twins = (twin for e in core if titled and e not in titled for twin in _twins(e))
    return Place(
        frozenset(core),
        frozenset(element for element in (*homes, *twins) if element.tag not in _PAGE_TAGS),
        frozenset(element.getparent() for element in elements if element.tag == "p"),
    )


def _twins(element: Element) -> Iterator[Element]:
    """Yield siblings with the same tag and class: more of the same article.

    They are the entries of a live blog, or the columns between advertisements, of which trafilatura
    may take only the longest. Do not ask for the twins of an element with the title in it: it is a
    whole article, and its twins are other articles.
    """
    name = element.get("class")
    for twin in (
        *element.itersiblings(element.tag),
        *element.itersiblings(element.tag, preceding=True),
    ):
        if name and twin.get("class") == name:
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
