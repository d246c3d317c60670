"""One threshold for all labels, chosen by micro-F1 on the validation split, never on test.

One per label, tuned on a few dozen rows, was measured to hurt rare labels. Few rows make the best
threshold noisy too, so a model gets it shrunk toward the one that its calibrated scores expect to
be best (benchmarks/README.md).
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from train.scoring.scores import Bools, Floats

Scores = npt.NDArray[np.float32] | Floats

RULE = "best micro-F1, shrunk toward the best expected micro-F1"
SHRINKAGE = 200  # positives at which the best and the expected threshold count the same
_EDGE, _TINY = 1e-6, 1e-300


@dataclass(frozen=True, slots=True)
class Threshold:
    """A label holds when its score is at least `value`; `f1` is the micro-F1 that this gave."""

    value: float
    f1: float


@dataclass(frozen=True, slots=True)
class ModelThreshold:
    """The threshold of a model, and what it was chosen by.

    Attributes:
        value: A label holds when its calibrated score is at least this.
        paragraphs: Paragraphs that it was chosen on.
        positives: Labels that hold in them.
    """

    value: float
    rule: str
    paragraphs: int
    positives: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def shrunk_threshold(gold: Bools, scores: Floats) -> ModelThreshold:
    """Choose the threshold of a model: the best one, shrunk toward the expected one by few data.

    Of P positives, the best threshold has the weight P / (P + 200) and the expected one the rest,
    in logits. Without any positive the threshold is 0.5.

    Args:
        gold: Shape (paragraphs, labels).
        scores: Calibrated probabilities of the same shape.
    """
    positives = int(gold.sum())
    if not positives:
        return ModelThreshold(0.5, "no positives", len(gold), 0)
    weight = positives / (positives + SHRINKAGE)
    best, expected = choose_threshold(gold, scores).value, expected_threshold(scores)
    value = between(expected, best, weight)
    return ModelThreshold(value, RULE, len(gold), positives)


def expected_threshold(scores: Scores) -> float:
    """Return the threshold with the best expected micro-F1, if the scores are true probabilities.

    It needs no gold, and is less noisy than the best one (Ye et al. 2012; Lipton et al. 2014).
    """
    return choose_threshold(scores, scores).value


def adapted_threshold(threshold: float, scores: Scores) -> float:
    """Fit a model's threshold to unlabelled paragraphs: halfway to the expected one, in logits.

    Args:
        threshold: The model's.
        scores: Calibrated probabilities of the paragraphs; shape (paragraphs, labels).
    """
    return between(threshold, expected_threshold(scores), 0.5)


def between(low: float, high: float, weight: float) -> float:
    """Return the probability whose logit lies between those of two others, `weight` of the way."""
    ends = np.clip([low, high], _EDGE, 1 - _EDGE)
    start, stop = np.log(ends / (1 - ends))
    return float(1 / (1 + np.exp(-(start + weight * (stop - start)))))


def choose_threshold(gold: Bools | Scores, scores: Scores) -> Threshold:
    """Choose the threshold with the best micro-F1: the middle of the widest best stretch.

    Tried are all that differ: one between each two neighbouring scores, one below all and one
    above all. Without any positive everything is equal, and the threshold is 0.5.

    Args:
        gold: Shape (paragraphs, labels); or how likely each label is.
        scores: Probabilities of the same shape.
    """
    order = np.argsort(-scores, axis=None, kind="stable")
    values, hits = scores.ravel()[order].astype(np.float64), np.cumsum(gold.ravel()[order])
    # a cut stands behind the last of equal scores: k scores are above it
    cuts = np.flatnonzero(np.append(values[1:] != values[:-1], True)) + 1
    true = np.concatenate([[0], hits[cuts - 1]])
    f1 = 2 * true / np.maximum(np.concatenate([[0], cuts]) + gold.sum(), _TINY)
    # candidate i is anywhere in (ends[i + 1], ends[i]]
    ends = np.concatenate([[1.0], values[cuts - 1], [0.0]])
    best = np.isclose(f1, f1.max(), rtol=0, atol=1e-12)
    low, high = max(_stretches(best, ends), key=lambda stretch: stretch[1] - stretch[0])
    return Threshold(float((low + high) / 2), float(f1.max()))


def cross_fitted(gold: Bools, scores: Floats, numbers: npt.NDArray[np.intp]) -> Bools:
    """Return the decisions in each fold, at the threshold that suits all other folds best.

    Args:
        gold: Shape (paragraphs, labels).
        scores: The same shape, out of fold.
        numbers: The fold of each paragraph; at least two folds.
    """
    predicted = np.zeros_like(gold)
    for fold in np.unique(numbers):
        inside = numbers == fold
        chosen = choose_threshold(gold[~inside], scores[~inside])
        predicted[inside] = scores[inside] >= chosen.value
    return predicted


def _stretches(best: Bools, ends: Floats) -> list[tuple[float, float]]:
    """Return the lower and upper end of each run of best candidates, from the highest down."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], best, [False]])))
    return [
        (float(ends[stop]), float(ends[start]))
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
    ]


def micro_curve(gold: Bools, scores: Scores, points: int = 50) -> Floats:
    """Return evenly spaced thresholds, precision, recall and micro-F1; shape (points - 1, 4)."""
    thresholds = np.arange(1, points) / points
    positive = np.sort(scores[gold].astype(np.float64))
    every = np.sort(scores.ravel().astype(np.float64))
    hits = len(positive) - np.searchsorted(positive, thresholds)
    predicted = len(every) - np.searchsorted(every, thresholds)
    precision = hits / np.maximum(predicted, 1)
    recall = hits / max(len(positive), 1)
    f1 = 2 * hits / np.maximum(predicted + len(positive), 1)
    return np.stack([thresholds, precision, recall, f1], axis=1)
