"""Differences between predictions of the same paragraphs: by figure, by technique, by recipe.

All are contrasts: weighted sums over several predictions, all counted article by article, so what
makes an article hard or easy for all of them cancels out (see `paired.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.core.stats.estimates import (
    LEAST_EXAMPLES,
    Estimate,
    Size,
    Statistic,
    estimates,
    mean_defined,
    sum_by_cluster,
)
from annotate.core.stats.intervals import DIFFERENCE
from train.scoring.scores import Bools, Floats, f1

RESAMPLES = 9999  # of the randomisation test: enough for Holm over 50 techniques
_EXACT = 13  # with so few articles every exchange is tried
_CHUNK = 1000
_TINY = 1e-12  # the last bits of equal differences may differ


@dataclass(frozen=True, slots=True)
class Contrast:
    """Weighted sums of the F1 of several predictions, each with its 95 % interval.

    Attributes:
        labels: One for each column, in the columns' order; undefined where gold lacks the label.
    """

    micro: Estimate
    macro: Estimate
    any_technique: Estimate
    labels: tuple[Estimate, ...]


def count_all(gold: Bools, predictions: Sequence[Bools], articles: npt.NDArray[np.intp]) -> Floats:
    """Count hits, false alarms and misses: shape (articles, predictions, labels + 1, 3).

    The last column is whether a paragraph has any technique.
    """
    true = _with_any(gold)
    guessed = np.stack([_with_any(each) for each in predictions], axis=1)
    true = np.broadcast_to(true[:, np.newaxis], guessed.shape)
    outcomes = np.stack([true & guessed, ~true & guessed, true & ~guessed], axis=-1)
    return sum_by_cluster(outcomes.astype(np.float64), articles)


def _with_any(matrix: Bools) -> Bools:
    return np.concatenate([matrix, matrix.any(axis=1, keepdims=True)], axis=1)


def contrast(counts: Floats, weights: Sequence[float], paragraphs: int) -> Contrast:
    """Return the weighted sums of all figures.

    Args:
        counts: As `count_all` gives them.
        weights: Of each prediction; (-1, 1) is the second minus the first.
        paragraphs: How many were counted.
    """
    supported = support(counts)[:-1] > 0
    columns = counts.shape[2]
    whole = Size(int((counts.sum(axis=(1, 2, 3)) > 0).sum()), paragraphs)
    values = estimates(
        _figures(np.asarray(weights), supported),
        counts,
        [whole, whole, *(_column_size(counts, n, paragraphs) for n in range(columns))],
        DIFFERENCE,
    )
    return Contrast(values[0], values[1], values[-1], tuple(values[2:-1]))


def _figures(weights: Floats, supported: Bools) -> Statistic:
    """Return the function from sums (samples, predictions, columns, 3) to micro, macro, columns."""

    def figures(sums: Floats) -> Floats:
        single = f1(sums)
        macro = mean_defined(np.where(supported, np.nan_to_num(single[..., :-1]), np.nan))
        micro = f1(sums[:, :, :-1].sum(axis=2))
        everything = np.concatenate([micro[..., None], macro[..., None], single], axis=-1)
        return np.asarray(np.tensordot(weights, everything, axes=(0, 1)), dtype=np.float64)

    return figures


def support(counts: Floats) -> Floats:
    """Return the paragraphs that have each column's label in gold."""
    return np.asarray(counts[:, 0, :, [0, 2]].sum(axis=(0, 1)), dtype=np.float64)


def _column_size(counts: Floats, column: int, paragraphs: int) -> Size:
    articles = int((counts[:, :, column].sum(axis=(1, 2)) > 0).sum())
    return Size(articles, paragraphs, int(support(counts)[column]))


def enough_examples(counts: Floats) -> Bools:
    """Tell which labels have examples enough to be tested: what gold says alone decides."""
    return support(counts)[:-1] >= LEAST_EXAMPLES


def randomisation_test(counts: Floats, seed: int = 0) -> Floats:
    """Return a two-sided p-value of the difference in F1 for each column but the last.

    If the two predictions are alike, exchanging them in an article changes nothing but chance. So p
    is the share of exchanges after which they differ as much as they do (paired randomisation,
    Yeh 2000); with few articles all are tried. 1 where there is no difference.

    Args:
        counts: Of two predictions; as `count_all` gives them.
        seed: Of the exchanges.
    """
    first, gaps = counts[:, 0, :-1], counts[:, 1, :-1] - counts[:, 0, :-1]
    sums = first.sum(axis=0)
    both = 2 * sums + gaps.sum(axis=0)  # what the two have together, however they are exchanged
    observed = np.abs(_gap(sums, both))
    extreme, draws = np.zeros(sums.shape[0]), 0
    for exchanged in _exchanges(len(counts), seed):
        moved = sums + np.tensordot(exchanged, gaps, axes=1)
        extreme += (np.abs(_gap(moved, both)) >= observed - _TINY).sum(axis=0)
        draws += len(exchanged)
    if len(counts) <= _EXACT:
        return extreme / draws
    return np.asarray((extreme + 1) / (draws + 1), dtype=np.float64)


def _gap(first: Floats, both: Floats) -> Floats:
    return np.nan_to_num(f1(both - first)) - np.nan_to_num(f1(first))


def _exchanges(articles: int, seed: int) -> Iterator[Floats]:
    """Yield which articles are exchanged in each draw, in parts of shape (draws, articles)."""
    if articles <= _EXACT:
        numbers = np.arange(2**articles)[:, np.newaxis]
        yield ((numbers >> np.arange(articles)) & 1).astype(np.float64)
        return
    generator = np.random.default_rng(seed)
    for start in range(0, RESAMPLES, _CHUNK):
        size = min(_CHUNK, RESAMPLES - start)
        yield generator.integers(0, 2, (size, articles)).astype(np.float64)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values of a family, adjusted so that any false alarm is as rare as one's own.

    The smallest is multiplied by how many there are, the next by one less, and so on; none becomes
    smaller than one before it, or larger than 1 (Holm 1979).
    """
    order = np.argsort(p_values, kind="stable")
    factors = len(order) - np.arange(len(order))
    adjusted = np.maximum.accumulate(np.minimum(np.asarray(p_values)[order] * factors, 1.0))
    result = np.empty(len(order))
    result[order] = adjusted
    return [float(each) for each in result]
