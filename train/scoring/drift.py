"""What the paragraphs of a model are like, and whether others are like them.

Two figures of each paragraph are compared: its length in words, with those of the training
paragraphs, and how many labels the model expects in it, with those of paragraphs that it was not
trained on. The limits were chosen so that paragraphs of the same source rarely differ
(benchmarks/README.md).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from train.scoring.scores import Floats

LEAST = 50  # paragraphs; fewer say little
_SHARES = np.arange(1, 10) / 10
# The limit is the larger of the least difference that matters, and of what chance brings; the
# factor is above that of independent draws, 1.63 for 1 %, because an article's paragraphs are alike
_LEAST_DISTANCE, _CHANCE = 0.2, 2.2


@dataclass(frozen=True, slots=True)
class Distribution:
    """The nine deciles of a figure of some paragraphs."""

    paragraphs: int
    deciles: tuple[float, ...]

    @classmethod
    def of(cls, values: Floats) -> "Distribution":
        """Describe values, at least one."""
        deciles = np.quantile(values, _SHARES)
        return cls(len(values), tuple(round(float(decile), 4) for decile in deciles))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Distribution":
        """Read what `dataclasses.asdict` gave; raises KeyError, TypeError or ValueError."""
        paragraphs, deciles = int(value["paragraphs"]), tuple(map(float, value["deciles"]))
        if paragraphs < 1 or len(deciles) != len(_SHARES):
            raise ValueError("not the nine deciles of at least one paragraph")
        return cls(paragraphs, deciles)

    def distance(self, values: Floats) -> float:
        """Return the largest difference at a decile between the shares of values below it.

        Of the largest difference anywhere (Kolmogorov-Smirnov) it is nearly all. 0 is the same, 1
        is nothing in common.
        """
        ordered = np.sort(values)
        below = np.searchsorted(ordered, self.deciles, side="left") / len(ordered)
        up_to = np.searchsorted(ordered, self.deciles, side="right") / len(ordered)
        return float(np.maximum(below - _SHARES, _SHARES - up_to).max(initial=0.0))

    def differs(self, values: Floats) -> bool:
        """Tell whether values differ by more than paragraphs of the same source do."""
        chance = _CHANCE * math.sqrt(1 / len(values) + 1 / self.paragraphs)
        return self.distance(values) > max(_LEAST_DISTANCE, chance)

    @property
    def middle(self) -> str:
        """The median and the range of the middle 80 %, for a sentence."""
        low, median, high = (f"{self.deciles[n]:.3g}" for n in (0, 4, 8))
        return f"{median} (8 in 10: {low} to {high})"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a model was trained and validated on.

    Attributes:
        words: Words of each training paragraph.
        labels: Labels that the model expects in each validation paragraph: the sum of its scores.
    """

    words: Distribution
    labels: Distribution

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Inputs":
        """Read what `to_json` gave; raises KeyError, TypeError or ValueError."""
        return cls(*(Distribution.from_json(value[key]) for key in ("words", "labels")))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def differences(self, words: Floats, labels: Floats) -> tuple[str, ...]:
        """Say how other paragraphs differ; nothing of fewer than 50."""
        if len(words) < LEAST:
            return ()
        pairs = (
            ("words", "training", self.words, words),
            ("expected labels", "validation", self.labels, labels),
        )
        return tuple(
            f"the input is unlike the {whose} data: {what} in a paragraph, at the median "
            f"{Distribution.of(new).middle}, there {usual.middle}"
            for what, whose, usual, new in pairs
            if usual.differs(new)
        )


def describe_inputs(texts: Sequence[str], scores: Floats) -> Inputs:
    """Describe the training paragraphs, and the calibrated scores of others, to keep with a model.

    Args:
        texts: The training paragraphs, at least one.
        scores: Shape (paragraphs, labels), of paragraphs that the model was not trained on.
    """
    return Inputs(Distribution.of(count_words(texts)), Distribution.of(scores.sum(axis=1)))


def count_words(texts: Sequence[str]) -> Floats:
    """Return the words of each text, parted by blanks; shape (texts,)."""
    words: Floats = np.array([len(text.split()) for text in texts], dtype=np.float64)
    return words
