"""Probabilities that mean what they say: one temperature (Guo et al. 2017) and how far off it is.

Dividing all logits by one number keeps their order, so no ranking and no best F1 changes; it only
makes the scores less, or more, sure of themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from train.scores import Bools, Floats

Logits = npt.NDArray[np.float32] | Floats

# Beyond these the split says nothing: it is separable, or its labels are noise.
_COLDEST, _HOTTEST = 0.05, 20.0


def sigmoid(logits: Logits) -> Floats:
    """Probability of each label, without overflow for large logits."""
    small = np.exp(-np.abs(logits.astype(np.float64)))
    scores: Floats = np.where(logits >= 0, 1.0, small) / (1.0 + small)
    return scores


def fit_temperature(logits: Logits, gold: Bools) -> float:
    """The temperature with the least binary cross-entropy.

    1.0 where there is nothing to fit: no rows, or nothing but yeses, or nothing but noes.

    The loss is convex in 1/T, so it has one valley along log T, which a golden-section search
    finds.

    Args:
        logits: Shape (paragraphs, labels), of the validation split.
        gold: The same shape.
    """
    if gold.all() or not gold.any():
        return 1.0
    signed = np.where(gold, -1.0, 1.0) * logits.astype(np.float64)

    def loss(log_temperature: float) -> float:
        return float(np.logaddexp(0, signed / np.exp(log_temperature)).mean())

    return float(np.exp(_lowest(loss, np.log(_COLDEST), np.log(_HOTTEST))))


def _lowest(value: Callable[[float], float], low: float, high: float) -> float:
    """Golden-section search (Kiefer 1953) for the lowest point of a function with one valley."""
    ratio = (np.sqrt(5) - 1) / 2
    while high - low > 1e-6:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if value(left) <= value(right):
            high = right
        else:
            low = left
    return (low + high) / 2


@dataclass(frozen=True, slots=True)
class Bin:
    """Decisions with a like score: the mean score, the share that is true, how many there are."""

    score: float
    share: float
    size: int


def reliability(scores: Floats, gold: Bools, bins: int = 10) -> list[Bin]:
    """Scores against what came true, in bins of equal width; empty bins are left out."""
    flat, true = scores.ravel(), gold.ravel()
    number = np.minimum((flat * bins).astype(int), bins - 1)
    sizes = np.bincount(number, minlength=bins)
    sums = np.bincount(number, weights=flat, minlength=bins)
    trues = np.bincount(number, weights=true, minlength=bins)
    return [
        Bin(float(sums[i] / sizes[i]), float(trues[i] / sizes[i]), int(sizes[i]))
        for i in np.flatnonzero(sizes)
    ]


def expected_calibration_error(scores: Floats, gold: Bools, bins: int = 10) -> float:
    """Mean distance between score and share over all decisions: 0 is perfect (Naeini et al. 2015).

    Most decisions are easy noes, so it is small for any model of rare labels: compare, don't judge.
    """
    found = reliability(scores, gold, bins)
    total = sum(b.size for b in found)
    return sum(b.size * abs(b.score - b.share) for b in found) / total if total else 0.0
