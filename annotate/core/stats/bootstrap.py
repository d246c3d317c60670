"""Bootstrap over clusters: paragraphs of one article resemble each other, so articles are drawn.

Percentile bootstrap (Efron and Tibshirani 1993, chapter 13). Every figure of this project is a
function of counts that add up over articles, so a replicate is a vector of article weights:
counts of shape (articles, ...) become `weights @ counts`, and no paragraph is touched again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

REPLICATES = 1000


@dataclass(frozen=True, slots=True)
class Interval:
    """Ends of a 95 % interval; not a number where too few replicates had a value."""

    low: float
    high: float


def cluster_index(clusters: Sequence[str]) -> npt.NDArray[np.intp]:
    """Number of each row's cluster, in order of the names; shape (rows,)."""
    index: npt.NDArray[np.intp] = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)[1]
    return index


def sum_by_cluster(
    counts: npt.NDArray[np.float64], clusters: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """Add the rows of `counts` (rows, ...) up to shape (clusters, ...)."""
    total = np.zeros((int(clusters.max(initial=-1)) + 1, *counts.shape[1:]))
    np.add.at(total, clusters, counts)
    return total


def draw_weights(clusters: int, seed: int, replicates: int = REPLICATES) -> npt.NDArray[np.float64]:
    """How often each cluster is drawn in each replicate; shape (replicates, clusters).

    Each row sums to `clusters`: as many are drawn, with replacement, as there are.
    """
    weights = np.zeros((replicates, clusters))
    generator = np.random.default_rng(seed)
    chance = np.full(clusters, 1 / max(1, clusters))
    for row in weights if clusters else ():  # one by one: whole numbers first take twice the memory
        row[:] = generator.multinomial(clusters, chance)
    return weights


def percentile_interval(values: npt.NDArray[np.float64]) -> Interval:
    """The middle 95 % of the replicates' values; those that have none (NaN) are left out.

    With fewer than half of the replicates left the interval has no ends: it would describe
    the lucky draws only.
    """
    defined = values[~np.isnan(values)]
    if 2 * len(defined) < len(values) or len(defined) == 0:
        return Interval(float("nan"), float("nan"))
    low, high = np.percentile(defined, [2.5, 97.5])
    return Interval(float(low), float(high))
