"""A figure with its 95 % interval, from counts that add up over articles."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.core.stats.bootstrap import Interval, percentile_interval

Floats = npt.NDArray[np.float64]
# From sums of counts, shape (samples, ...), to a value for each sample, or to several in a row.
Statistic = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, NaN where it is undefined, and its interval by bootstrap over articles."""

    value: float
    interval: Interval

    @property
    def defined(self) -> bool:
        """Tell whether there is a value."""
        return not math.isnan(self.value)


UNDEFINED = Estimate(math.nan, Interval(math.nan, math.nan))


def estimate(statistic: Statistic, counts: Floats, weights: Floats) -> Estimate:
    """The statistic of all articles and its interval; see `estimates`."""
    return estimates(lambda sums: statistic(sums)[:, np.newaxis], counts, weights)[0]


def estimates(statistic: Statistic, counts: Floats, weights: Floats) -> list[Estimate]:
    """Several figures at once.

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
    """Sums over the articles of each sample; from (articles, ...) to shape (samples, ...)."""
    return np.asarray(np.tensordot(weights, counts, axes=1), dtype=np.float64)


def ratio(above: Floats, below: Floats) -> Floats:
    """Above / below; NaN where there is nothing below."""
    some = below != 0
    return np.where(some, above / np.where(some, below, 1), math.nan)


def mean_defined(values: Floats) -> Floats:
    """Mean over the last axis of the values that are defined; NaN where none is."""
    defined = ~np.isnan(values)
    return ratio(np.where(defined, values, 0).sum(axis=-1), defined.sum(axis=-1).astype(float))
