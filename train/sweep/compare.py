"""Compare trials by their out-of-fold predictions, by bootstrap over articles.

The counts of a trial have the shape (articles, 2): hits, and the labels that are gold plus those
that were predicted. Micro-F1 is twice the one over the other.
"""

import numpy as np
import numpy.typing as npt

from annotate.core.stats.estimates import (
    Estimate,
    Floats,
    Size,
    draw_weights,
    judge_draws,
    ratio,
    sum_by_cluster,
    sum_samples,
)
from annotate.core.stats.intervals import DIFFERENCE
from train.scoring.scores import Bools

_SEED = 0


def count(gold: Bools, predicted: Bools, articles: npt.NDArray[np.intp]) -> Floats:
    """Return the counts of a trial; shape (articles, 2)."""
    hits, total = (gold & predicted).sum(axis=1), gold.sum(axis=1) + predicted.sum(axis=1)
    return sum_by_cluster(np.stack([hits, total], axis=1).astype(np.float64), articles)


def micro_f1(counts: Floats) -> Floats:
    """Return micro-F1 of sums of counts (..., 2); 0 where nothing is gold or predicted."""
    return np.nan_to_num(2 * ratio(counts[..., 0], counts[..., 1]))


def chance_of_being_ahead(counts: Floats, rival: Floats) -> float:
    """Return the share of draws of articles in which a trial is at least level with its rival."""
    weights = draw_weights(len(counts), _SEED)
    ahead = micro_f1(sum_samples(weights, counts)) >= micro_f1(sum_samples(weights, rival))
    return float(ahead.mean())


def gain_of_choosing(trials: Floats, paragraphs: int) -> Estimate:
    """Estimate how far ahead of the first trial the best one is, apart from luck.

    The best of many trials is partly the luckiest. So each draw of articles chooses its best trial
    on the articles that it drew, and scores it on those that it did not (bootstrap bias corrected
    cross-validation, Tsamardinos et al. 2018).

    Args:
        trials: Counts of shape (trials, articles, 2).
        paragraphs: How many were counted.
    """
    weights = draw_weights(trials.shape[1], _SEED)
    inside = micro_f1(_sums(weights, trials))
    outside = micro_f1(_sums((weights == 0).astype(np.float64), trials))
    chosen = inside.argmax(axis=1)
    gains = outside[np.arange(len(chosen)), chosen] - outside[:, 0]
    size = Size(int((trials[0].sum(axis=1) > 0).sum()), paragraphs)
    return judge_draws(float(gains.mean()), gains, size, DIFFERENCE)


def _sums(weights: Floats, trials: Floats) -> Floats:
    """Add up the articles of each draw; from (draws, articles) to (draws, trials, 2)."""
    return np.asarray(np.tensordot(weights, trials, axes=(1, 1)), dtype=np.float64)
