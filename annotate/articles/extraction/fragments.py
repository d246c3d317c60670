"""A piece of HTML that is an article's body alone: of a feed's entry, or of a row's column.

It is read as pages are, but without their search for the article: there is no navigation and no
advertisement about it.
"""

import re
from pathlib import Path

from annotate.articles.article import Block, LeftOut
from annotate.articles.extraction.boilerplate import is_interruption, is_link_line
from annotate.articles.extraction.dom import PageBlock, page_blocks, parse
from annotate.articles.extraction.main_text import kind_on_page
from annotate.articles.readers.html import FURNITURE

Parts = tuple[tuple[Block, ...], tuple[LeftOut, ...]]

# What WordPress puts under every entry.
_TRAILER = re.compile(r"The post .+ (?:first appeared|appeared first) on .+$")


def read_fragment(text: str, path: Path) -> Parts:
    """The blocks of a body, and what in it is no part of the article.

    Raises:
        InputError: It nests deeper than the parser follows.
    """
    root = parse(text, path)
    blocks = tuple(page_blocks(root)) if root is not None else ()
    own = tuple(Block(kind_on_page(b), b.text) for b in blocks if not _is_furniture(b))
    others = (LeftOut(kind_on_page(b), FURNITURE, b.text) for b in blocks if _is_furniture(b))
    return own, tuple(others)


def _is_furniture(block: PageBlock) -> bool:
    trailer = block.linked > 0 and _TRAILER.match(block.text)
    leads_away = is_link_line(block.text, block.linked)
    return bool(trailer) or leads_away or is_interruption(block.text, block.linked)
