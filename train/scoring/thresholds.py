"""One threshold for all labels, chosen by micro-F1 on the validation split, never on test.

One per label, tuned on a few dozen rows, was measured to hurt rare labels.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from train.scoring.scores import Bools, Floats

Scores = npt.NDArray[np.float32] | Floats


@dataclass(frozen=True, slots=True)
class Threshold:
    """A label holds when its score is at least `value`; `f1` is the micro-F1 that this gave."""

    value: float
    f1: float


def choose_threshold(gold: Bools, scores: Scores) -> Threshold:
    """Choose the threshold with the best micro-F1: the middle of the widest best stretch.

    Tried are all that differ: one between each two neighbouring scores, one below all and one
    above all. Without any positive everything is equal, and the threshold is 0.5.

    Args:
        gold: Shape (paragraphs, labels).
        scores: Probabilities of the same shape.
    """
    order = np.argsort(-scores, axis=None, kind="stable")
    values, hits = scores.ravel()[order].astype(np.float64), np.cumsum(gold.ravel()[order])
    # a cut stands behind the last of equal scores: k scores are above it
    cuts = np.flatnonzero(np.append(values[1:] != values[:-1], True)) + 1
    true = np.concatenate([[0], hits[cuts - 1]])
    f1 = 2 * true / np.maximum(np.concatenate([[0], cuts]) + gold.sum(), 1)
    # candidate i is anywhere in (ends[i + 1], ends[i]]
    ends = np.concatenate([[1.0], values[cuts - 1], [0.0]])
    best = np.isclose(f1, f1.max(), rtol=0, atol=1e-12)
    low, high = max(_stretches(best, ends), key=lambda stretch: stretch[1] - stretch[0])
    return Threshold(float((low + high) / 2), float(f1.max()))


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
