"""Intervals from the jackknife over articles: how far a figure moves when one article is left out.

The variance is the jackknife's (Efron and Tibshirani 1993, formula 11.5). The interval holds each
value x from which the figure is at most t standard deviations away, those that it would have if x
were true: a share varies most in the middle and not at all at 0 and 1. This is the score interval
of Wilson 1927, with the effective sample size of a cluster sample in place of the sample size
(Franco, Little, Louis and Slud 2019, "Comparative Study of Confidence Intervals for Proportions in
Complex Sample Surveys"); `Spread` says how figures of other kinds vary. So it stays inside the
range, and has a width at 0 and 1 too: where all articles are alike, each counts as one answer.

A variance that rests on a few articles is itself uncertain, so t has the degrees of freedom that
the articles' influences leave (Johnson and Rust 1992, "Population Inferences and Variance
Estimation for NAEP Data"). Of the methods tried, this one covers the truth most evenly:
benchmarks/coverage/, benchmarks/README.md.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SAME = 1e-9  # the last bits of equal figures may differ
_MOST_GROUPS = 500  # of articles, left out one after the other; more tell nothing more

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """Ends of a 95 % interval; not a number where there is none, and then why, in words."""

    low: float
    high: float
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """How the variance of a figure depends on its true value x: -a x**2 + b x + c, times a factor.

    Attributes:
        a: 1 where the range has two ends.
        b: Their sum; 1 where 0 is the only end.
        c: Less their product; 1 where there is no end.
    """

    a: float
    b: float
    c: float

    def at(self, value: float) -> float:
        """Return the variance at a value, without the factor."""
        return max(SAME, -self.a * value**2 + self.b * value + self.c)

    def interval(self, value: float, factor: float, degrees: float) -> Interval:
        """Return the x with (value - x)**2 <= t**2 * factor * (variance at x).

        That is where a quadratic is not above 0.

        Args:
            value: The figure.
            factor: What its variance is, over the variance at the value.
            degrees: Of freedom of Student's t.
        """
        factor *= _critical(degrees) ** 2
        square, half = 1 + factor * self.a, value + factor * self.b / 2
        constant = value**2 - factor * self.c
        root = math.sqrt(max(0.0, half**2 - square * constant))
        # rounded, so that the last bits stay inside the range; + 0.0 makes no -0.0
        low, high = (round(end / square, 12) + 0.0 for end in (half - root, half + root))
        return Interval(low, high)


SHARE = Spread(1, 1, 0)  # from 0 to 1, as a binomial share
COEFFICIENT = Spread(1, 0, 1)  # from -1 to 1: kappa, alpha
AMOUNT = Spread(0, 1, 0)  # from 0 up, as a Poisson count
DIFFERENCE = Spread(0, 0, 1)  # the same everywhere: Student's t


def leave_one_out(clusters: int) -> Floats:
    """Return weights that leave out each cluster in turn; shape (samples, clusters).

    Of more than 500 clusters, every 500th one is left out together.
    """
    groups = min(clusters, _MOST_GROUPS)
    numbers = np.arange(clusters) % max(1, groups)
    return np.asarray(numbers != np.arange(groups)[:, np.newaxis], dtype=np.float64)


def percentile_interval(values: Floats) -> Interval:
    """Return the middle 95 % of drawn values; those that have none (NaN) are left out.

    With fewer than half of the draws left the interval has no ends: it would describe the lucky
    draws only.
    """
    defined = values[~np.isnan(values)]
    if 2 * len(defined) < len(values) or len(defined) == 0:
        return Interval(float("nan"), float("nan"))
    low, high = np.percentile(defined, [2.5, 97.5])
    return Interval(float(low), float(high))


def variance(changes: Floats) -> float:
    """Return the jackknife variance from how far each sample's figure is from their mean."""
    return float((changes**2).sum()) * (len(changes) - 1) / max(1, len(changes))


def freedom(changes: Floats) -> float:
    """Return the degrees of freedom of a jackknife variance (Johnson and Rust 1992).

    Satterthwaite's formula, corrected for its bias: articles of equal influence give nearly their
    number, and one that outweighs all others gives 3.
    """
    squares, most = changes**2, max(1, len(changes) - 1)
    if not squares.sum() > SAME**2:
        return most
    shares = squares / squares.sum()
    correction = 3.16 - 2.77 / math.sqrt(len(changes))
    return min(max(1.0, correction / float((shares**2).sum())), most)


def _critical(degrees: float) -> float:
    """Return the 97.5th percentile of Student's t with these degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.975))
