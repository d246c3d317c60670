"""Turn the chosen blocks of a page into the article's: table rows, lists that are text."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from annotate.articles.article import Block
from annotate.articles.extraction.dom import Element, PageBlock
from annotate.articles.extraction.main_text import block_type_on_page, reads_as_text
from annotate.core.records import BlockType

_CELL = " | "
_TEXT = (BlockType.BODY, BlockType.QUOTE)


def article_blocks(blocks: Iterable[PageBlock]) -> tuple[Block, ...]:
    """Return the blocks of an article: a table's cells row by row, figures beside their words.

    Where most of the text is set in lists or as headings, its sentences are paragraphs.
    """
    rows = (list(row) for _, row in groupby(blocks, _row))
    return tuple(_with_listed_text([block for row in rows for block in _joined(row)]))


def _row(block: PageBlock) -> Element | PageBlock:
    """Return the row of a table that the block is a cell of, or else the block itself."""
    cell = block.element.tag in ("td", "th") and block_type_on_page(block) is BlockType.LIST
    return block.element.getparent() if cell else block


def _joined(row: Sequence[PageBlock]) -> Iterator[Block]:
    """Yield the row as one block, unless a cell has several paragraphs: it lays out the page."""
    sizes = Counter(block.element for block in row)
    parted = any(sizes[b.element] > 1 and reads_as_text(b.text, inside=False) for b in row)
    for cells in [[cell] for cell in row] if parted else [row]:
        yield Block(block_type_on_page(cells[0]), _CELL.join(cell.text for cell in cells))


def _with_listed_text(blocks: Sequence[Block]) -> Sequence[Block]:
    texts = [block for block in blocks if block.kind in _TEXT]
    lists = [block for block in blocks if block.kind is BlockType.LIST]
    headed = [block for block in blocks if block.kind is BlockType.HEADING and _is_sentence(block)]
    if _words(lists) + _words(headed) <= _words(texts):
        return blocks
    listed = [block for block in lists if reads_as_text(block.text, inside=True)]
    paragraphs = {id(block) for block in (*listed, *headed)}
    return [
        replace(block, kind=BlockType.BODY) if id(block) in paragraphs else block
        for block in blocks
    ]


def _is_sentence(block: Block) -> bool:
    return reads_as_text(block.text, inside=False)


def _words(blocks: Iterable[Block]) -> int:
    return sum(len(block.text.split()) for block in blocks)
