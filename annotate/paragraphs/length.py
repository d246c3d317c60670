"""Split texts that are too long at sentence ends; join or leave out those that are too short."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from math import ceil

from annotate.articles.article import Block
from annotate.core.records import BlockType, normalise

_CITED = re.compile("[\"“‘'„«][^.!?…,;]*[^.!?…,;:—–-][\"”’'“»]")
_NUMBER = re.compile(r"[(\[]?(?:[IVXLC]+|\d+)[.)\]]*")
_CHARACTERS = 60  # where words are not divided by blanks, a paragraph may be one
PARAGRAPH_KINDS = frozenset({BlockType.BODY, BlockType.QUOTE})


class Short(StrEnum):
    """What to do with a paragraph that is too short."""

    JOIN = "join"
    DROP = "drop"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class CutRules:
    """Which blocks become paragraphs, and of what length.

    Attributes:
        kinds: Block types to keep.
        max_words: Longer blocks are split at sentence ends.
        min_words: Shorter blocks are too short.
        short: What to do with a block that is too short. JOIN adds it to the paragraph before (to
            the next one, if it ends with a colon or comma), or else to the other, if that is of
            the same type, no heading, list or embedded post stands between, and the two are not
            too long together; otherwise it stays as it is.
        languages: ISO 639 codes; text that is certainly in another language is left out. Empty for
            all.
    """

    kinds: frozenset[BlockType] = PARAGRAPH_KINDS
    max_words: int = 300
    min_words: int = 5
    short: Short = Short.JOIN
    languages: tuple[str, ...] = ()


def with_short_headings(blocks: Sequence[Block], rules: CutRules) -> Sequence[Block]:
    """Return the blocks, with short lines as headings, though not marked up, if they are joined.

    Such a line does not end as a sentence does, or is a number. Where most lines are like that,
    as in verse, none is a heading.
    """
    if rules.short is not Short.JOIN or BlockType.HEADING in rules.kinds:
        return blocks
    text = [at for at, block in enumerate(blocks) if block.kind in PARAGRAPH_KINDS & rules.kinds]
    bare = {at for at in text if _is_short_heading(blocks[at].text, rules)}
    if 2 * len(bare) > len(text):
        return blocks
    return [
        replace(block, kind=BlockType.HEADING) if at in bare else block
        for at, block in enumerate(blocks)
    ]


def _is_short_heading(text: str, rules: CutRules) -> bool:
    words = normalise(text)
    open_end = words[-1:].isalnum() or any(form.fullmatch(words) for form in (_CITED, _NUMBER))
    return open_end and _words(text) < rules.min_words and len(words) <= _CHARACTERS


def cut_long(blocks: Sequence[Block], rules: CutRules) -> Iterator[Block]:
    """Yield the blocks, with several in place of each that is too long."""
    for block in blocks:
        if block.kind in rules.kinds and _words(block.text) > rules.max_words:
            for text in _pieces(normalise(block.text), rules.max_words):
                yield Block(block.kind, text)
        else:
            yield block


def _pieces(text: str, most: int) -> Iterator[str]:
    """Yield whole sentences, in pieces of about the same size, of at most `most` words."""
    aim = ceil(_words(text) / ceil(_words(text) / most))
    piece: list[str] = []
    for sentence in _sentences(text, most):
        words = sentence.split()
        if piece and (len(piece) >= aim or len(piece) + len(words) > most):
            yield " ".join(piece)
            piece = []
        piece += words
    yield " ".join(piece)


def _sentences(text: str, most: int) -> Iterator[str]:
    """Yield the sentences; one that is too long by itself is split between words."""
    from sentencex import segment

    # Rules for English split other languages of the Latin alphabet well enough to cut a long text.
    sentence = ""
    for piece in chain(segment("en", text), [" "]):
        if sentence and not (sentence[-1].isspace() or piece[0].isspace()):
            sentence += piece  # they also see an end within a word, as in "why??Because"
            continue
        words, sentence = sentence.split(), piece
        for start in range(0, len(words), most):
            yield " ".join(words[start : start + most])


def group_short(
    blocks: Sequence[Block], rules: CutRules, apart: Set[int] = frozenset()
) -> list[list[int]]:
    """Return which blocks become one paragraph: groups of indices, in order.

    Args:
        blocks: The blocks to keep, in order.
        rules: The lengths.
        apart: Indices of blocks that are never joined to the one before.
    """
    joined = [
        at > 0 and at not in apart and blocks[at - 1].kind is blocks[at].kind
        for at in range(len(blocks))
    ]
    groups: list[list[int]] = []
    last = 0  # words of the last group
    for at, block in enumerate(blocks):
        words = _words(block.text)
        leads = normalise(block.text).endswith((":", ",")) and any(joined[at + 1 : at + 2])
        short = (words < rules.min_words and not leads) or last < rules.min_words
        if rules.short is Short.JOIN and short and joined[at] and last + words <= rules.max_words:
            groups[-1].append(at)
            last += words
        else:
            groups.append([at])
            last = words
    return groups


def is_too_short(text: str, rules: CutRules) -> bool:
    """Return whether the text is left out because it is too short."""
    return rules.short is Short.DROP and _words(text) < rules.min_words


def _words(text: str) -> int:
    return len(normalise(text).split())
