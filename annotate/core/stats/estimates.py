"""Estimates with 95 % intervals, by bootstrap over articles, from counts that add up over them.

Paragraphs of one article resemble each other, so articles are drawn, not paragraphs. Percentile
bootstrap (Efron and Tibshirani 1993, chapter 13): every figure is a function of counts that add up
over articles, so a replicate is a vector of article weights. Counts of shape (articles, ...)
become `weights @ counts`, and no paragraph is touched again.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

REPLICATES = 1000

Floats = npt.NDArray[np.float64]
# From sums of counts, shape (samples, ...), to a value for each sample, or to several in a row.
Statistic = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Interval:
    """Ends of a 95 % interval; not a number where too few replicates had a value."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, NaN where it is undefined, and its interval by bootstrap over articles."""

    value: float
    interval: Interval

    @property
    def defined(self) -> bool:
        """Tell whether there is a value."""
        return not math.isnan(self.value)

    def to_json(self) -> dict[str, float | None]:
        """Return the value and the ends of the interval, each as `plain` has it."""
        ends = {"low": plain(self.interval.low), "high": plain(self.interval.high)}
        return {"value": plain(self.value)} | ends


def plain(value: float) -> float | None:
    """Return a number for JSON: null where undefined; six digits hide the last bits of sums."""
    return None if math.isnan(value) else round(float(value), 6)


UNDEFINED = Estimate(math.nan, Interval(math.nan, math.nan))


def cluster_index(clusters: Sequence[str]) -> npt.NDArray[np.intp]:
    """Return the number of each row's cluster, in order of the names; shape (rows,)."""
    index: npt.NDArray[np.intp] = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)[1]
    return index


def sum_by_cluster(counts: Floats, clusters: npt.NDArray[np.intp]) -> Floats:
    """Add the rows of `counts` (rows, ...) up to shape (clusters, ...)."""
    total = np.zeros((int(clusters.max(initial=-1)) + 1, *counts.shape[1:]))
    np.add.at(total, clusters, counts)
    return total


def draw_weights(clusters: int, seed: int, replicates: int = REPLICATES) -> Floats:
    """Draw how often each cluster counts in each replicate; shape (replicates, clusters).

    Each row sums to `clusters`: as many are drawn, with replacement, as there are.
    """
    weights = np.zeros((replicates, clusters))
    generator = np.random.default_rng(seed)
    chance = np.full(clusters, 1 / max(1, clusters))
    for row in weights if clusters else ():  # one by one: whole numbers first take twice the memory
        row[:] = generator.multinomial(clusters, chance)
    return weights


def percentile_interval(values: Floats) -> Interval:
    """Return the middle 95 % of the replicates' values; those that have none (NaN) are left out.

    With fewer than half of the replicates left the interval has no ends: it would describe
    the lucky draws only.
    """
    defined = values[~np.isnan(values)]
    if 2 * len(defined) < len(values) or len(defined) == 0:
        return Interval(float("nan"), float("nan"))
    low, high = np.percentile(defined, [2.5, 97.5])
    return Interval(float(low), float(high))


def estimate(statistic: Statistic, counts: Floats, weights: Floats) -> Estimate:
    """Return the statistic of all articles and its interval; see `estimates`."""
    return estimates(lambda sums: statistic(sums)[:, np.newaxis], counts, weights)[0]


def estimates(statistic: Statistic, counts: Floats, weights: Floats) -> list[Estimate]:
    """Return several statistics of all articles, each with its interval.

    Args:
        statistic: From sums (samples, ...) to values (samples, figures).
        counts: Of each article; shape (articles, ...).
        weights: As `draw_weights` gives them; shape (replicates, articles).
    """
    values = statistic(counts.sum(axis=0)[np.newaxis])[0]
    replicates = statistic(sum_samples(weights, counts))
    return [
        Estimate(float(value), percentile_interval(column))
        for value, column in zip(values, replicates.T, strict=True)
    ]


def sum_samples(weights: Floats, counts: Floats) -> Floats:
    """Add up the articles of each sample; from (articles, ...) to shape (samples, ...)."""
    return np.asarray(np.tensordot(weights, counts, axes=1), dtype=np.float64)


def ratio(above: Floats, below: Floats) -> Floats:
    """Return above / below; NaN where there is nothing below."""
    some = below != 0
    return np.where(some, above / np.where(some, below, 1), math.nan)


def mean_defined(values: Floats) -> Floats:
    """Return the mean over the last axis of the values that are defined; NaN where none is."""
    defined = ~np.isnan(values)
    return ratio(np.where(defined, values, 0).sum(axis=-1), defined.sum(axis=-1).astype(float))
