"""Plain text as blocks, however its lines are broken: at a width, or only between paragraphs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from annotate.core.records import normalise

_TITLE_WORDS = 40
_BULLETS = ("- ", "* ", "•")
_UNWRAPPED = 150  # characters: nobody breaks lines at such a width, so each line is a paragraph
_WIDTHS = range(40, 121)  # at which lines are broken
_FULL = 0.8  # of the width: a line this long had no room for the next word
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A block of plain text: its first line's number, from 1, and its lines."""

    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @property
    def may_be_title(self) -> bool:
        return len(self.lines) == 1 and len(self.text.split()) <= _TITLE_WORDS


_Line = tuple[int, str]


def split_text(text: str) -> list[Chunk]:
    """Plain text as blocks: blank lines part them; without any, each line is a block.

    Texts keep to that unevenly. Where the lines between two blank ones are long, each is a block
    too; where lines are broken at some width, one that ends well before it ends a block, and
    without any blank line that alone parts them. Lines that begin with a bullet begin a block.
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


def is_item(text: str) -> bool:
    """Whether the text begins as an item of a list."""
    return text.startswith(_BULLETS)


def _is_unwrapped(group: Sequence[_Line]) -> bool:
    return median(len(line) for _, line in group) > _UNWRAPPED


def _width(lines: Sequence[str]) -> int:
    """At how many characters lines are broken; 0 where they do not look broken at a width."""
    longest = max(map(len, lines), default=0)
    full = sum(len(line) >= _FULL * longest for line in lines)
    inside = sum(not _SENTENCE_END.search(line) for line in lines)
    wrapped = longest in _WIDTHS and 2 * min(full, inside) >= len(lines) > 2
    return longest if wrapped else 0


def _parted(group: Sequence[_Line], width: int, one_each: bool) -> Iterator[list[_Line]]:
    """The blocks of lines between which no line is blank."""
    block = [group[0]]
    for line, following in pairwise(group):
        if one_each or is_item(following[1]) or _ends_short(line[1], following[1], width):
            yield block
            block = []
        block.append(following)
    yield block


def _ends_short(line: str, following: str, width: int) -> bool:
    """Whether a line was ended on purpose: the next word had fitted, and begins anew."""
    word = following.split(maxsplit=1)[0]
    begins = line[-1].isalnum() and not word[0].islower()  # behind a heading
    ends = bool(_SENTENCE_END.search(line)) or begins
    return len(line) + 1 + len(word) <= _FULL * width and ends
