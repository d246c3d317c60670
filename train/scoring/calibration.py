"""Probabilities that mean what they say: temperature and shift (Platt 1999), and how far off.

Both are the same for all logits and keep their order, so no ranking and no best F1 changes. The
shift is needed because the asymmetric loss raises all logits, which no temperature takes back.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from train.scoring.scores import Bools, Floats

Logits = npt.NDArray[np.float32] | Floats

# Keeps both numbers finite where scores and gold are separable, and moves them nowhere else
_RIDGE = 1e-6
_MOST_STEPS, _CLOSE = 100, 1e-8


def sigmoid(logits: Logits) -> Floats:
    """Return the probability of each label, without overflow for large logits."""
    small = np.exp(-np.abs(logits.astype(np.float64)))
    scores: Floats = np.where(logits >= 0, 1.0, small) / (1.0 + small)
    return scores


@dataclass(frozen=True, slots=True)
class Calibration:
    """Scores are `sigmoid(logits / temperature + shift)`; the temperature is above 0."""

    temperature: float = 1.0
    shift: float = 0.0

    def scores(self, logits: Logits) -> Floats:
        """Return calibrated probabilities."""
        return sigmoid(logits / self.temperature + self.shift)


def fit_calibration(logits: Logits, gold: Bools, *, shifted: bool = True) -> Calibration:
    """Fit the calibration with the least binary cross-entropy.

    Nothing is changed where there is nothing to fit: no rows, nothing but yeses or but noes.

    Args:
        logits: Shape (paragraphs, labels), of the validation split.
        gold: The same shape.
        shifted: Whether the logits can be shifted; else the temperature alone is fitted.
    """
    if gold.all() or not gold.any():
        return Calibration()
    slope, shift = _newton(logits, gold, slice(0, 2 if shifted else 1))
    if slope <= 0:  # a temperature would turn the order around
        slope, shift = _newton(logits, gold, slice(1, 2)) if shifted else (1.0, 0.0)
    return Calibration(float(1 / slope), float(shift))


def _newton(logits: Logits, gold: Bools, free: slice) -> Floats:
    """Fit slope and shift by Newton's method, of which `free` ones may leave (1, 0).

    The loss is convex; a step that overshoots is halved.
    """
    columns = np.stack([logits.ravel().astype(np.float64), np.ones(logits.size)])
    start, true = np.array([1.0, 0.0]), gold.ravel()
    signs = np.where(true, -1.0, 1.0)

    def loss(at: Floats) -> float:
        misses = np.logaddexp(0, signs * (at @ columns)).mean()
        return float(misses + _RIDGE / 2 * ((at - start) ** 2).sum())

    current = start
    for _ in range(_MOST_STEPS):
        scores = sigmoid(current @ columns)
        slopes = columns @ (scores - true) / true.size + _RIDGE * (current - start)
        bends = columns * (scores * (1 - scores)) @ columns.T / true.size + _RIDGE * np.eye(2)
        step = np.zeros(2)
        step[free] = np.linalg.solve(bends[free, free], slopes[free])
        if np.abs(step).max() < _CLOSE:
            break
        while loss(current - step) > loss(current):
            step /= 2
        current = current - step
    return current


@dataclass(frozen=True, slots=True)
class Bin:
    """Decisions with a like score: the mean score, the share that is true, how many there are."""

    score: float
    share: float
    size: int


def reliability(scores: Floats, gold: Bools, bins: int = 10) -> list[Bin]:
    """Compare scores with what came true, in bins of equal width; empty bins are left out."""
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
    """Return the mean distance between score and share (Naeini et al. 2015); 0 is perfect.

    Most decisions are easy noes, so it is small for any model of rare labels: compare, don't judge.
    """
    groups = reliability(scores, gold, bins)
    total = sum(b.size for b in groups)
    return sum(b.size * abs(b.score - b.share) for b in groups) / total if total else 0.0
