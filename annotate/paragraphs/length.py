"""Texts too long or too short to be labelled well: cut at sentence ends, joined, or left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from math import ceil

from annotate.articles.article import Block
from annotate.core.records import BlockType, normalise

PARAGRAPH_KINDS = frozenset({BlockType.BODY, BlockType.QUOTE})


class Short(StrEnum):
    """What becomes of a paragraph that is too short."""

    JOIN = "join"
    DROP = "drop"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class CutRules:
    """Which blocks become paragraphs, and of what size.

    Attributes:
        kinds: Blocks of these kinds.
        max_words: A longer one is cut at the ends of sentences.
        min_words: What is shorter is too short.
        short: What becomes of what is too short. It is joined to the paragraph before, or else to
            the one behind, where that is of the same kind and the two are not too long together;
            where neither is, it stays as it is.
        languages: ISO 639 codes: what is surely in another language is left out. Empty for all.
    """

    kinds: frozenset[BlockType] = PARAGRAPH_KINDS
    max_words: int = 300
    min_words: int = 5
    short: Short = Short.JOIN
    languages: tuple[str, ...] = ()


def cut_long(blocks: Sequence[Block], rules: CutRules) -> Iterator[Block]:
    """The blocks, with several in the place of each that is too long."""
    for block in blocks:
        if block.kind in rules.kinds and _words(block.text) > rules.max_words:
            for text in _pieces(normalise(block.text), rules.max_words):
                yield Block(block.kind, text)
        else:
            yield block


def _pieces(text: str, most: int) -> Iterator[str]:
    """Whole sentences, in pieces of about the same size; at most `most` words in each."""
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
    """The sentences; one that is too long by itself is cut between words."""
    from sentencex import segment

    # Rules for English split other languages of the Latin alphabet well enough to cut a long text.
    sentence = ""
    for found in chain(segment("en", text), [" "]):
        if sentence and not (sentence[-1].isspace() or found[0].isspace()):
            sentence += found  # they also see an end within a word, as in "why??Because"
            continue
        words, sentence = sentence.split(), found
        for start in range(0, len(words), most):
            yield " ".join(words[start : start + most])


def group_short(blocks: Sequence[Block], rules: CutRules) -> list[list[int]]:
    """Which blocks become one paragraph: groups of indices, in order.

    Args:
        blocks: Those that are to be paragraphs, as they follow each other.
        rules: The sizes.
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


def is_too_short(text: str, rules: CutRules) -> bool:
    """Whether the text is left out for its size."""
    return rules.short is Short.DROP and _words(text) < rules.min_words


def _words(text: str) -> int:
    return len(normalise(text).split())
