"""How far one prediction is ahead of another on the same paragraphs, with its 95 % interval.

Both are scored on the same articles, so what makes an article hard or easy for both cancels out:
the interval of the difference is much narrower than those of the two scores suggest.
"""

import numpy as np
import numpy.typing as npt

from annotate.core.stats.estimates import (
    Estimate,
    Size,
    estimate,
    mean_defined,
    sum_by_cluster,
)
from annotate.core.stats.intervals import DIFFERENCE
from train.scoring.scores import Bools, Floats, LabelSet, f1


def micro_difference(
    gold: Bools, first: Bools, second: Bools, articles: npt.NDArray[np.intp]
) -> Estimate:
    """Return the micro-F1 of the first prediction minus that of the second.

    Args:
        gold: Shape (paragraphs, labels).
        first: The same shape, and so is `second`.
        second: What the first is compared with.
        articles: Number of each paragraph's article.
    """
    both = np.stack([first, second])
    outcomes = np.stack([both & gold, both & ~gold, gold & ~both], axis=-1).sum(axis=2)
    counts = sum_by_cluster(np.moveaxis(outcomes, 0, 1).astype(np.float64), articles)
    return _estimate(counts[:, :, np.newaxis], len(gold))


def mean_micro_difference(
    first: Floats, second: Floats, labels: LabelSet, paragraphs: int
) -> Estimate:
    """Return the mean micro-F1 of the first raters minus that of the second ones.

    Args:
        first: As `scores.count` gives it for each rater; shape (raters, articles, columns, 3).
        second: The same shape; all are counted on the same articles.
        labels: What the columns are.
        paragraphs: How many paragraphs were counted.
    """
    outcomes = np.stack([first, second])[:, :, :, : len(labels.labels)].sum(axis=3)
    return _estimate(np.moveaxis(outcomes, 2, 0), paragraphs)


def _estimate(counts: Floats, paragraphs: int) -> Estimate:
    """Return the difference of counts (articles, 2, raters, 3)."""
    size = Size(int((counts.sum(axis=(1, 2, 3)) > 0).sum()), paragraphs)
    return estimate(_difference, counts, size, DIFFERENCE)


def _difference(sums: Floats) -> Floats:
    """Return a difference for each sample, from sums of shape (samples, 2, raters, 3)."""
    scores = mean_defined(f1(sums))
    return np.asarray(scores[:, 0] - scores[:, 1], dtype=np.float64)
