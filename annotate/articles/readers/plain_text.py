"""Read plain text, with lines broken at a width or only between paragraphs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median

from annotate.articles.article import Article, Block, check_length
from annotate.articles.extraction.block_types import block_type, is_list_item
from annotate.core.records import BlockType, normalise

_TITLE_WORDS = 40
_TITLE_TYPES = (BlockType.BODY, BlockType.HEADING)
_UNWRAPPED = 150  # characters: no text is wrapped at such a width, so each line is a paragraph
_WIDTHS = range(40, 121)  # at which text is wrapped
_FULL = 0.8  # of the width: a line this long may have had no room for the next word
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of plain text: the number of its first line, from 1, and its lines."""

    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @property
    def may_be_title(self) -> bool:
        return len(self.lines) == 1 and len(self.text.split()) <= _TITLE_WORDS

    def block(self) -> Block:
        return Block(block_type(self.text, lines=len(self.lines)), self.text)


_Line = tuple[int, str]


def read_plain_text(text: str, path: Path) -> Article:
    """Read a text file; a short first line is the title."""
    chunks = split_text(text)
    for chunk in chunks:
        check_length(chunk.text, f"{path}:{chunk.line}")
    blocks = tuple(chunk.block() for chunk in chunks)
    titled = len(blocks) > 1 and chunks[0].may_be_title and blocks[0].kind in _TITLE_TYPES
    return Article(
        article_id=normalise(path.stem),
        title=normalise(blocks[0].text) if titled else "",
        source="",
        url="",
        date="",
        blocks=blocks[1:] if titled else blocks,
        origin=str(path),
    )


def text_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of plain text that is a part of something else."""
    return tuple(chunk.block() for chunk in split_text(text))


def split_text(text: str) -> list[Chunk]:
    """Split plain text at blank lines, or at every line if there is no blank line.

    Not all texts follow that rule. Where the lines between two blank lines are long, each is a
    chunk; where lines are wrapped at some width, a line that ends well before it ends a chunk, also
    in a text without blank lines. A line with a bullet begins a chunk.
    """
    numbered = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    groups = [
        list(group)
        for full, group in groupby(numbered, lambda line: bool(normalise(line[1])))
        if full
    ]
    width = _width([line for group in groups for _, line in group])
    one_each = len(groups) == 1 and not width
    return [
        Chunk(lines[0][0], tuple(line for _, line in lines))
        for group in groups
        for lines in _parted(group, width, one_each or _is_unwrapped(group))
    ]


def _is_unwrapped(group: Sequence[_Line]) -> bool:
    return median(len(line) for _, line in group) > _UNWRAPPED


def _width(lines: Sequence[str]) -> int:
    """Return the width at which lines are wrapped; 0 if they do not look wrapped."""
    longest = max(map(len, lines), default=0)
    full = sum(len(line) >= _FULL * longest for line in lines)
    inside = sum(not _SENTENCE_END.search(line) for line in lines)
    wrapped = longest in _WIDTHS and 2 * min(full, inside) >= len(lines) > 2
    return longest if wrapped else 0


def _parted(group: Sequence[_Line], width: int, one_each: bool) -> Iterator[list[_Line]]:
    """Split lines without a blank line between them into chunks."""
    block = [group[0]]
    for line, following in pairwise(group):
        if one_each or is_list_item(following[1]) or _ends_short(line[1], following[1], width):
            yield block
            block = []
        block.append(following)
    yield block


def _ends_short(line: str, following: str, width: int) -> bool:
    """Tell whether a line ends a chunk: the next word would have fitted, and begins something."""
    word = following.split(maxsplit=1)[0]
    begins = line[-1].isalnum() and not word[0].islower()  # after a heading
    ends = bool(_SENTENCE_END.search(line)) or begins
    return len(line) + 1 + len(word) <= _FULL * width and ends
