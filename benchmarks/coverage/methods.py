"""Ways to make a 95 % interval over articles, to compare with the product's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from annotate.core.stats.estimates import (
    Floats,
    Size,
    Statistic,
    draw_weights,
    estimates,
    sum_samples,
)
from annotate.core.stats.intervals import SHARE, Spread, freedom

DRAWS, INNER = 400, 100
Ends = tuple[Floats, Floats]


@dataclass(frozen=True)
class Sample:
    """Articles, the statistic and what a method needs of them; figures are in the last axis.

    Attributes:
        counts: Shape (articles, ...).
        statistic: From sums to figures.
        sizes: What each figure rests on.
        spreads: The kind of each figure.
    """

    counts: Floats
    statistic: Statistic
    sizes: list[Size]
    spreads: list[Spread]
    seed: int

    @cached_property
    def signed(self) -> list[bool]:
        return [spread is not SHARE for spread in self.spreads]

    def unit(self, figures: Floats) -> Floats:
        """Move figures from -1 to 1 to the range from 0 to 1."""
        return np.where(self.signed, (figures + 1) / 2, figures)

    def back(self, low: Floats, high: Floats) -> Ends:
        return tuple(np.where(self.signed, 2 * each - 1, each) for each in (low, high))  # type: ignore[return-value]

    @cached_property
    def value(self) -> Floats:
        return self.unit(self.statistic(self.counts.sum(axis=0)[np.newaxis])[0])

    @cached_property
    def left(self) -> Floats:
        return self.unit(self.statistic(self.counts.sum(axis=0) - self.counts))

    @cached_property
    def weights(self) -> Floats:
        return draw_weights(len(self.counts), self.seed, DRAWS)

    @cached_property
    def draws(self) -> Floats:
        return self.unit(self.statistic(sum_samples(self.weights, self.counts)))

    @cached_property
    def variance(self) -> Floats:
        return np.asarray(((self.left - self.left.mean(axis=0)) ** 2).sum(axis=0) * self.shrink)

    @property
    def shrink(self) -> float:
        return 1 - 1 / len(self.counts)

    @cached_property
    def logit_error(self) -> Floats:
        return np.asarray(np.sqrt(self.variance) / np.maximum(self.value * (1 - self.value), 1e-9))

    def sizes_alike(self) -> Floats:
        """Effective sample size of each figure as a share."""
        articles = np.array([size.articles for size in self.sizes], dtype=np.float64)
        known = self.variance > 1e-15
        size = self.value * (1 - self.value) / np.where(known, self.variance, 1)
        return np.where(known, size, articles)


def student(degrees: Floats | float) -> Floats:
    from scipy.special import stdtrit

    return np.asarray(stdtrit(degrees, 0.975), dtype=np.float64)


def effective(sample: Sample) -> Floats:
    """Degrees of freedom of each figure (Johnson and Rust 1992)."""
    changes = sample.left - sample.left.mean(axis=0)
    return np.array([freedom(column) for column in changes.T])


def logit(share: Floats) -> Floats:
    inside = np.clip(share, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))


def on_logits(sample: Sample, below: Floats, above: Floats) -> Ends:
    """Ends that lie so many standard errors below and above on the logit scale."""
    middle, error = logit(sample.value), sample.logit_error
    ends = (middle - below * error, middle + above * error)
    return sample.back(*(1 / (1 + np.exp(-end)) for end in ends))


def quantiles(sample: Sample, low: Floats, high: Floats) -> Ends:
    """The quantiles of each figure's draws; undefined draws are left out."""
    columns = [np.sort(column[~np.isnan(column)]) for column in sample.draws.T]
    ends = [
        [np.quantile(c, q) if len(c) else np.nan for c, q in zip(columns, level, strict=True)]
        for level in (low, high)
    ]
    return sample.back(*map(np.array, ends))


def percentile(sample: Sample) -> Ends:
    """Efron and Tibshirani 1993, chapter 13."""
    level = np.full(len(sample.value), 0.025)
    return quantiles(sample, level, 1 - level)


def expanded(sample: Sample) -> Ends:
    """Hesterberg 2015: as much wider as Student's t is for so many articles."""
    from scipy.special import ndtr

    articles = len(sample.counts)
    level = np.full(len(sample.value), ndtr(-student(articles - 1) / np.sqrt(sample.shrink)))
    return quantiles(sample, level, 1 - level)


def calibrated(sample: Sample) -> Ends:
    """Levels at which draws of draws would have covered (Davison and Hinkley 1997, 5.6)."""
    rng, articles = np.random.default_rng(sample.seed), len(sample.counts)
    below = []
    for weights in sample.weights[:200]:
        again = rng.multinomial(articles, weights / articles, size=INNER).astype(np.float64)
        figures = sample.unit(sample.statistic(sum_samples(again, sample.counts)))
        below.append(((figures < sample.value) + (figures == sample.value) / 2).mean(axis=0))
    low, high = np.quantile(below, [0.025, 0.975], axis=0)
    return quantiles(sample, low, high)


def bootstrap_t(sample: Sample) -> Ends:
    """Studentised draws on logits, each with its jackknife error."""
    articles, weights = len(sample.counts), sample.weights[:200]
    drawn = logit(sample.draws[:200])
    without = weights[:, np.newaxis] - np.eye(articles) * (weights[:, np.newaxis] > 0)
    sums = sum_samples(without.reshape(-1, articles), sample.counts)
    left = logit(sample.unit(sample.statistic(sums))).reshape(len(weights), articles, -1)
    squares = (left - drawn[:, np.newaxis]) ** 2 * weights[:, :, np.newaxis]
    errors = np.sqrt(squares.sum(axis=1) * sample.shrink)
    ratios = (drawn - logit(sample.value)) / np.where(errors > 0, errors, np.nan)
    low, high = np.nanquantile(ratios, [0.025, 0.975], axis=0)
    return on_logits(sample, high, -low)


def wild_cluster(sample: Sample) -> Ends:
    """Signs of the articles' influences drawn anew, studentised, on logits."""
    articles, changes = len(sample.counts), sample.left - sample.left.mean(axis=0)
    signs = np.random.default_rng(sample.seed).choice((-1.0, 1.0), (DRAWS, articles))
    moved, squares = signs @ changes, (changes**2).sum(axis=0)
    error = np.sqrt(np.maximum(squares - moved**2 / articles, 1e-18) / sample.shrink)
    most = np.quantile(np.abs(moved) / error, 0.95, axis=0)
    return on_logits(sample, most, most)


def jackknife_t(sample: Sample) -> Ends:
    reach = student(len(sample.counts) - 1) * np.sqrt(sample.variance)
    return sample.back(sample.value - reach, sample.value + reach)


def logit_jackknife(sample: Sample) -> Ends:
    reach = np.full(len(sample.value), student(len(sample.counts) - 1))
    return on_logits(sample, reach, reach)


def logit_effective(sample: Sample) -> Ends:
    reach = student(effective(sample))
    return on_logits(sample, reach, reach)


def pseudo_counts(sample: Sample) -> Ends:
    """Agresti and Coull 1998, with the effective sample size and t."""
    square = student(effective(sample)) ** 2
    size = sample.sizes_alike()
    share = (size * sample.value + square / 2) / (size + square)
    reach = np.sqrt(square * share * (1 - share) / (size + square))
    return sample.back(share - reach, share + reach)


def score_t(sample: Sample) -> Ends:
    """Wilson 1927, with the effective sample size and t of all articles."""
    square, size, share = student(len(sample.counts) - 1) ** 2, sample.sizes_alike(), sample.value
    middle = (size * share + square / 2) / (size + square)
    inside = size * share * (1 - share) + square / 4
    reach = np.sqrt(square * np.maximum(inside, 0)) / (size + square)
    return sample.back(middle - reach, middle + reach)


def product(sample: Sample) -> Ends:
    """What every command prints: `annotate.core.stats.estimates`."""
    ends = np.full((2, len(sample.value)), np.nan)
    for spread in set(sample.spreads):
        figures = [n for n, each in enumerate(sample.spreads) if each is spread]

        def chosen(sums: Floats, figures: list[int] = figures) -> Floats:
            return sample.statistic(sums)[:, figures]

        sizes = [sample.sizes[n] for n in figures]
        found = estimates(chosen, sample.counts, sizes, spread)
        ends[:, figures] = np.array([(e.interval.low, e.interval.high) for e in found]).T
    return ends[0], ends[1]


Method = Callable[[Sample], Ends]
QUICK: Mapping[str, Method] = {
    "percentile (before)": percentile,
    "expanded percentile": expanded,
    "jackknife, t": jackknife_t,
    "logit jackknife, t": logit_jackknife,
    "logit jackknife, effective t": logit_effective,
    "wild cluster": wild_cluster,
    "pseudo-counts, effective t": pseudo_counts,
    "score, t": score_t,
    "score, effective t (chosen)": product,
}
SLOW: Mapping[str, Method] = {"bootstrap-t": bootstrap_t, "calibrated percentile": calibrated}
