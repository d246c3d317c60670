"""Turn the chosen blocks of a page into the article's: table rows, lists that are text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from annotate.articles.article import Block
from annotate.articles.extraction.dom import Element, PageBlock, is_code
from annotate.articles.extraction.ending import with_ending_apart
from annotate.articles.extraction.main_text import LONG_ITEM, block_type_on_page, reads_as_text
from annotate.core.records import BlockType

_CELL = " | "
_LINK = 0.95  # share of a paragraph that is in links, if it is nothing else
_TITLE_WORDS = 5
_STATEMENT_END = re.compile(r"[.!:…][\"'”’)\]]*$")
_TEXT = (BlockType.BODY, BlockType.QUOTE)


def article_blocks(blocks: Iterable[PageBlock], author: str = "") -> tuple[Block, ...]:
    """Return the blocks of an article: a table's cells row by row, figures beside their words.

    Items of a list that are as long as paragraphs are paragraphs. Where most of the text is set in
    lists or as headings, all its sentences are.
    """
    rows = (list(row) for _, row in groupby(blocks, _row))
    pairs = list(_with_cut_paragraphs_whole(pair for row in rows for pair in _joined(row)))
    parts = _without_slanted_notes([cell for cell, _ in pairs], _with_listed_text(pairs))
    return with_ending_apart(parts, author)


def _row(block: PageBlock) -> Element | PageBlock:
    """Return the row of a table that the block is a cell of, or else the block itself."""
    cell = block.element.tag in ("td", "th") and block_type_on_page(block) is BlockType.LIST
    return block.element.getparent() if cell else block


def _joined(row: Sequence[PageBlock]) -> Iterator[tuple[PageBlock, Block]]:
    """Yield the row as one block, with its first cell.

    A row of which a cell has several paragraphs lays out the page, and stays apart.
    """
    sizes = Counter(block.element for block in row)
    parted = any(sizes[b.element] > 1 and reads_as_text(b.text, inside=False) for b in row)
    for cells in [[cell] for cell in row] if parted else [row]:
        text = _CELL.join(cell.text for cell in cells)
        kind = block_type_on_page(cells[0])
        link = kind is BlockType.BODY and _is_link(cells[0])
        yield cells[0], Block(BlockType.EMBED if link else kind, text)


def _with_cut_paragraphs_whole(
    pairs: Iterable[tuple[PageBlock, Block]],
) -> Iterator[tuple[PageBlock, Block]]:
    """Yield the blocks, with paragraphs that are lines of one sentence or verse joined."""
    lines: list[tuple[PageBlock, Block]] = []
    for pair in pairs:
        if lines and not _goes_on(lines[-1], pair):
            yield _whole(lines)
            lines = []
        lines.append(pair)
    if lines:
        yield _whole(lines)


def _whole(lines: Sequence[tuple[PageBlock, Block]]) -> tuple[PageBlock, Block]:
    cell, block = lines[0]
    return cell, replace(block, text=" ".join(line.text for _, line in lines))


def _goes_on(before: tuple[PageBlock, Block], after: tuple[PageBlock, Block]) -> bool:
    """Tell whether a paragraph ends within a sentence and what is beside it goes on.

    That is the next paragraph, or the bare text behind a box that stood in the paragraph.
    """
    first, second = before[0].element, after[0].element
    next_ = second.tag == "p" and first.getnext() is second
    beside = first.tag == "p" and (next_ or first.getparent() is second)
    body = before[1].kind is after[1].kind is BlockType.BODY
    text = before[1].text
    several = len(text.split()) > 1  # a single word is the name of something
    open_end = text[-1].isalnum() or text[-1] in ",;"
    return beside and body and several and open_end and after[1].text[0].islower()


def _is_link(block: PageBlock) -> bool:
    """Tell whether the paragraph is a link and no sentence: the title of another article."""
    title = len(block.text.split()) >= _TITLE_WORDS and not _STATEMENT_END.search(block.text)
    return title and block.linked > _LINK


def _without_slanted_notes(cells: Sequence[PageBlock], blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks, with notes (the last ones, in italics with a link) as embedded."""
    parts = list(blocks)
    texts = [at for at, block in enumerate(blocks) if block.kind in _TEXT]
    for at in reversed(texts[1:]):
        if not cells[at].slanted or not (cells[at].linked or "@" in cells[at].text):
            break
        parts[at] = replace(parts[at], kind=BlockType.EMBED)
    return parts


def _with_listed_text(pairs: Sequence[tuple[PageBlock, Block]]) -> Sequence[Block]:
    blocks = [block for _, block in pairs]
    texts = [block for block in blocks if block.kind in _TEXT]
    items = [b for cell, b in pairs if not cell.card and not is_code(cell.element)]
    lists = [block for block in items if block.kind is BlockType.LIST]
    headed = [block for block in blocks if block.kind is BlockType.HEADING and _is_sentence(block)]
    listed = [b for b in lists if len(b.text.split()) >= LONG_ITEM and _is_sentence(b)]
    if _words(lists) + _words(headed) > _words(texts):
        listed = [*headed, *filter(_is_statement, lists)]
    paragraphs = {id(block) for block in listed}
    return [
        replace(block, kind=BlockType.BODY) if id(block) in paragraphs else block
        for block in blocks
    ]


def _is_statement(block: Block) -> bool:
    """Tell whether an item or row is a paragraph: "Inc." ends with a full stop too."""
    words = block.text.split()
    name = len(words) < _TITLE_WORDS and not words[-1][0].islower()
    return not name and _CELL not in block.text and reads_as_text(block.text, inside=True)


def _is_sentence(block: Block) -> bool:
    return reads_as_text(block.text, inside=False)


def _words(blocks: Iterable[Block]) -> int:
    return sum(len(block.text.split()) for block in blocks)
