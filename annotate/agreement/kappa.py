"""Two raters: Cohen's kappa and raw agreement, from 2 x 2 tables of yes and no.

kappa = (observed - expected) / (1 - expected) agreement (Cohen 1960, "A Coefficient of Agreement
for Nominal Scales"). Undefined (NaN) where both raters always say the same one thing, or where
they have no paragraph in common. Pooled kappa takes all decisions, paragraph by technique, as one
table: always to be had, but frequent techniques weigh more, and that some techniques are more
frequent than others counts as agreement. Mean kappa gives each technique the same weight.
"""

from typing import TypeAlias

import numpy as np

from annotate.core.stats.answer_matrix import Bools, Index
from annotate.core.stats.estimates import Floats, mean_defined, ratio, sum_by_cluster

# Shape (..., 4): both say yes, only the first, only the second, neither.
Tables: TypeAlias = Floats


def tables(first: Bools, second: Bools, shared: Bools, articles: Index) -> Tables:
    """The tables of each article and question; shape (articles, questions, 4).

    Args:
        first: What one rater says; shape (paragraphs, questions).
        second: What the other one says.
        shared: Whether both answered; shape (paragraphs,). Other paragraphs add nothing.
        articles: Number of each paragraph's article.
    """
    cells = np.stack([first & second, first & ~second, ~first & second, ~first & ~second], axis=-1)
    counted = cells & shared[:, np.newaxis, np.newaxis]
    return sum_by_cluster(counted.astype(np.float64), articles)


def kappa(counts: Tables) -> Floats:
    """Cohen's kappa of each table; NaN where it is undefined."""
    both, one, other, neither = np.moveaxis(counts, -1, 0)
    # (observed - expected) / (1 - expected), with numerator and denominator times n squared
    below = (both + one) * (one + neither) + (both + other) * (other + neither)
    return ratio(2 * (both * neither - one * other), below)


def mean_kappa(counts: Tables) -> Floats:
    """Mean over the techniques where kappa is defined; from shape (samples, techniques, 4)."""
    return mean_defined(kappa(counts))


def pooled_kappa(counts: Tables) -> Floats:
    """Kappa of all decisions in one table; from shape (samples, techniques, 4)."""
    return kappa(counts.sum(axis=-2))


def raw_agreement(counts: Tables) -> Floats:
    """Share of the decisions that are the same; high by itself where techniques are rare."""
    both, _, _, neither = np.moveaxis(counts.sum(axis=-2), -1, 0)
    return ratio(both + neither, counts.sum(axis=(-2, -1)))


def micro_f1(counts: Tables) -> Floats:
    """F1 of all decisions in one table; NaN where nobody ticks anything."""
    both, one, other, _ = np.moveaxis(counts.sum(axis=-2), -1, 0)
    return ratio(2 * both, 2 * both + one + other)
