"""Split texts that are too long at sentence ends; join or leave out those that are too short."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from math import ceil

from annotate.articles.article import Block
from annotate.core.records import BlockType, normalise

_CITED = re.compile("[\"“‘'„«][^.!?…,;]*[^.!?…,;:—–-][\"”’'“»]")
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
        short: What to do with a block that is too short. JOIN adds it to the paragraph before, or
            else to the next one, if that is of the same type and the two are not too long
            together; otherwise it stays as it is.
        languages: ISO 639 codes; text that is certainly in another language is left out. Empty for
            all.
    """

    kinds: frozenset[BlockType] = PARAGRAPH_KINDS
    max_words: int = 300
    min_words: int = 5
    short: Short = Short.JOIN
    languages: tuple[str, ...] = ()


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


def group_short(blocks: Sequence[Block], rules: CutRules) -> list[list[int]]:
    """Return which blocks become one paragraph: groups of indices, in order.

    Args:
        blocks: The blocks to keep, in order.
        rules: The lengths.
    """
    groups: list[list[int]] = []
    last = 0  # words of the last group
    for at, block in enumerate(blocks):
        words = _words(block.text)
        joins = rules.short is Short.JOIN and min(words, last) < rules.min_words
        same = bool(groups) and blocks[groups[-1][0]].kind is block.kind
        if joins and same and last + words <= rules.max_words:
            groups[-1].append(at)
            last += words
        else:
            groups.append([at])
            last = words
    return groups


def is_short_heading(text: str, rules: CutRules) -> bool:
    """Tell whether a short text is a heading, which belongs to no paragraph, though not marked up.

    It is in capitals, or a quotation without the end of a sentence.
    """
    if rules.short is not Short.JOIN or BlockType.HEADING in rules.kinds:
        return False
    words = normalise(text)
    capitals = words.isupper() and len(words.split()) > 1
    shape = bool(_CITED.fullmatch(words)) or (capitals and words[-1].isalnum())
    return shape and _words(text) < rules.min_words


def is_too_short(text: str, rules: CutRules) -> bool:
    """Return whether the text is left out because it is too short."""
    return rules.short is Short.DROP and _words(text) < rules.min_words


def _words(text: str) -> int:
    return len(normalise(text).split())
