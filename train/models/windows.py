"""Cut what a tokenizer makes of long texts into overlapping windows that a model can read."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

_OVERLAP = 4  # a window shares a quarter of its tokens with the one before


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a text, or all of it.

    Attributes:
        text: Number of the text.
        tokens: What the tokenizer returned for it, such as "input_ids".
    """

    text: int
    tokens: dict[str, list[Any]]

    def __len__(self) -> int:
        return len(self.tokens["input_ids"])


def windows(tokenizer: Any, texts: Sequence[str], longest: int) -> list[Window]:
    """Tokenize each text once; yield it whole, or in windows of `longest` tokens.

    Each window begins and ends with the special tokens of a text; the last one ends with the text.

    Args:
        tokenizer: A tokenizer of transformers.
        texts: May be empty texts, and of any length.
        longest: Number of tokens that the model reads.
    """
    if not texts:
        return []
    encoded = tokenizer(list(texts), verbose=False)
    before, after = _special_tokens(tokenizer)
    return [
        Window(number, {key: _cut(encoded[key][number], *place) for key in encoded})
        for number, ids in enumerate(encoded["input_ids"])
        for place in _places(len(ids), before, after, longest)
    ]


def _special_tokens(tokenizer: Any) -> tuple[int, int]:
    """Return how many tokens stand before a text, and how many behind it."""
    empty, one = tokenizer("")["input_ids"], tokenizer("a")["input_ids"]
    same = takewhile(lambda pair: pair[0] == pair[1], zip(empty, one, strict=False))
    before = len(list(same))
    return before, len(empty) - before


def _places(size: int, before: int, after: int, longest: int) -> list[tuple[int, int, int, int]]:
    """Return for each window the tokens before the text, where it starts and ends, and the end."""
    read = max(longest - before - after, 1)
    last = size - after - read  # where the last window starts
    starts = [*range(before, max(last, before), read - read // _OVERLAP), max(last, before)]
    return [(before, start, min(start + read, size - after), size - after) for start in starts]


def _cut(values: list[Any], before: int, start: int, end: int, behind: int) -> list[Any]:
    return values[:before] + values[start:end] + values[behind:]
