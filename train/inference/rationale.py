"""Which words spoke for a label: how much its score falls without them (leave-one-out).

It takes one pass of the model for each word, for all labels together. Gradient times input would
take one for each label, but named worse words than chance did; `benchmarks/rationales.py` measures
how faithful a rationale is.
"""

import re
from collections.abc import Sequence

from train.inference.backends import Backend

_WORD = re.compile(r"\S+")
_PASSES = 100  # for a text; in a longer one, several words are left out at once
_MOST = 10  # words of a rationale

# Where a word starts and ends in the text, and how much the score falls without it
Word = tuple[int, int, float]


def explain(backend: Backend, text: str, labels: Sequence[int]) -> list[list[Word]]:
    """Return for each label the words that spoke for it, the strongest first, at most ten.

    Args:
        backend: The model.
        text: The text; of one with more than a hundred words, it is runs of words.
        labels: Numbers of labels.
    """
    places = _places(text)
    if not labels or not places:
        return [[] for _ in labels]
    without = [text[:start] + text[end:] for start, end in places]
    scores = backend.classify([text, *without]).scores
    falls = (scores[0] - scores[1:]).round(4)
    return [_strongest(places, falls[:, label].tolist()) for label in labels]


def _places(text: str) -> list[tuple[int, int]]:
    words = [match.span() for match in _WORD.finditer(text)]
    size = -(-len(words) // _PASSES) or 1
    runs = [words[first : first + size] for first in range(0, len(words), size)]
    return [(run[0][0], run[-1][1]) for run in runs]


def _strongest(places: Sequence[tuple[int, int]], falls: Sequence[float]) -> list[Word]:
    ordered = sorted(range(len(places)), key=lambda n: (-falls[n], n))
    return [(*places[n], falls[n]) for n in ordered[:_MOST] if falls[n] > 0]
