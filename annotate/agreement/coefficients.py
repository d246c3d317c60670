"""Coefficients of agreement: Cohen's kappa, alpha with MASI distance, and F1 of marked words.

Cohen's kappa = (observed - expected) / (1 - expected) agreement (Cohen 1960, "A Coefficient of
Agreement for Nominal Scales"). Undefined (NaN) where both raters always say the same one thing, or
where they have no paragraph in common. Pooled kappa takes all decisions, paragraph by technique, as
one table: always to be had, but frequent techniques weigh more, and that some techniques are more
frequent than others counts as agreement. Mean kappa gives each technique the same weight.

MASI (Passonneau 2006, "Measuring Agreement on Set-Valued Items (MASI) for Semantic and Pragmatic
Annotation"): distance = 1 - J * M, where J is the size of what two sets share over the size of what
they hold together, and M is 1 for equal sets, 2/3 where one holds the other, 1/3 where they
overlap, 0 where they share nothing. Two empty sets are equal: both people say "no technique", at a
distance of 0. An empty set and another one are at a distance of 1.

F1 of marked words = 2 * both / (one + other), in characters: those that both marked for the same
group of techniques, and those that each marked. A span's label is a technique or a group; a
technique counts as its group, so that both kinds can be compared. 1 is the same words throughout, 0
no word in common; nothing is taken off for chance, because words are rarely marked by chance. The
figure falls with every technique that only one of the two saw. `where_both` leaves that out: it
counts only where both marked words of the same group in the same paragraph, so it says how well
they meet each other's borders. Undefined (NaN) where nobody marked anything.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np

from annotate.core.stats.answer_matrix import AnswerTable, Bools, Index
from annotate.core.stats.estimates import (
    Estimate,
    Floats,
    Size,
    estimates,
    judge,
    leave_one_out,
    mean_defined,
    ratio,
    sum_by_cluster,
)
from annotate.core.stats.intervals import COEFFICIENT
from annotate.core.taxonomy import Taxonomy

_BLOCK = 256  # sets whose distances to all others are computed at once

# Shape (..., 4): both say yes, only the first, only the second, neither.
Tables: TypeAlias = Floats


def tables(first: Bools, second: Bools, shared: Bools, articles: Index) -> Tables:
    """Count the tables of each article and question; shape (articles, questions, 4).

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
    """Return Cohen's kappa of each table; NaN where it is undefined."""
    both, one, other, neither = np.moveaxis(counts, -1, 0)
    # (observed - expected) / (1 - expected), with numerator and denominator times n squared
    below = (both + one) * (one + neither) + (both + other) * (other + neither)
    return ratio(2 * (both * neither - one * other), below)


def mean_kappa(counts: Tables) -> Floats:
    """Return the mean of the kappas that are defined; from shape (samples, techniques, 4)."""
    return mean_defined(kappa(counts))


def pooled_kappa(counts: Tables) -> Floats:
    """Return kappa of all decisions in one table; from shape (samples, techniques, 4)."""
    return kappa(counts.sum(axis=-2))


def raw_agreement(counts: Tables) -> Floats:
    """Return the share of equal decisions; high by itself where techniques are rare."""
    both, _, _, neither = np.moveaxis(counts.sum(axis=-2), -1, 0)
    return ratio(both + neither, counts.sum(axis=(-2, -1)))


def micro_f1(counts: Tables) -> Floats:
    """Return F1 of all decisions in one table; NaN where nobody ticks anything."""
    both, one, other, _ = np.moveaxis(counts.sum(axis=-2), -1, 0)
    return ratio(2 * both, 2 * both + one + other)


def set_alpha(table: AnswerTable) -> Estimate:
    """Return alpha over the label sets of paragraphs with two or more answers.

    Undefined where no paragraph has two answers, or where all their answers are the same set.
    """
    left = leave_one_out(table.article_count)
    samples = np.vstack([np.ones(table.article_count), left])  # first: all articles
    paired = table.answered & table.compared
    articles = np.broadcast_to(table.articles, paired.shape)[paired]
    answers = samples @ np.bincount(articles, minlength=table.article_count)
    observed = samples @ sum_by_cluster(_observed(table), table.articles)
    expected = _expected(table.ticked[..., :-1][paired], articles, samples)
    defined = expected > 0
    ratio = (answers - 1) * observed / np.where(defined, expected, 1)
    value, *replicates = np.where(defined, 1 - ratio, math.nan)
    return judge(float(value), np.array(replicates), table.size(table.compared), COEFFICIENT)


def _observed(table: AnswerTable) -> Floats:
    """Add up the distances between the answers to each paragraph, as alpha weighs them."""
    ticked, answers = table.ticked[..., :-1], table.answered.sum(axis=0)
    observed = np.zeros(len(table.paragraphs))
    for one, other in combinations(range(len(table.annotators)), 2):
        shared = table.answered[one] & table.answered[other]
        observed += 2 * distances(ticked[one], ticked[other]) * shared / np.maximum(answers - 1, 1)
    return observed


def _expected(ticked: Bools, articles: Index, samples: Floats) -> Floats:
    """Add up the distances between all pairs of answers, for each sample of articles.

    They are summed over blocks of sets: of 10,000 paragraphs there may be thousands of them.

    Args:
        ticked: Label sets of the answers; shape (answers, labels).
        articles: Number of each answer's article.
        samples: How often each article counts; shape (samples, articles).
    """
    sets, number = np.unique(ticked, axis=0, return_inverse=True)
    counts = np.zeros((len(sets), samples.shape[1]))
    np.add.at(counts, (number, articles), 1)
    drawn = counts @ samples.T
    total = np.zeros(len(samples))
    for start in range(0, len(sets), _BLOCK):
        block = slice(start, start + _BLOCK)
        total += ((_all_distances(sets[block], sets) @ drawn) * drawn[block]).sum(axis=0)
    return total


def distances(one: Bools, other: Bools) -> Floats:
    """Return the MASI distance of each pair of sets; a row says which labels are in the set."""
    return _masi((one & other).sum(axis=-1), one.sum(axis=-1), other.sum(axis=-1))


def _all_distances(one: Bools, other: Bools) -> Floats:
    """Return the MASI distance of each set to each other one; shape (one, other)."""
    shared = (one.astype(np.float32) @ other.T.astype(np.float32)).astype(np.intp)
    return _masi(shared, one.sum(axis=-1)[:, np.newaxis], other.sum(axis=-1))


def _masi(shared: Index, one: Index, other: Index) -> Floats:
    """Return the distance from the sizes of the intersection and of both sets."""
    together = one + other - shared
    kind = np.where(shared == np.minimum(one, other), 2 / 3, 1 / 3)
    jaccard = shared / np.maximum(together, 1)
    distance: Floats = np.where(shared == together, 0.0, 1 - jaccard * kind)
    return distance


@dataclass(frozen=True, slots=True)
class SpanAgreement:
    """F1 by characters: of all marks, and where both marked the group in the paragraph."""

    overlap: Estimate
    where_both: Estimate


class Marks:
    """The characters that each annotator marked, as numbers that can be compared."""

    def __init__(self, table: AnswerTable, taxonomy: Taxonomy) -> None:
        self._table = table
        self._groups = [group.id for group in taxonomy.groups]
        self._group_of = taxonomy.group_of
        ends = (span.end for answer in table.answers.values() for span in answer.spans)
        self._length = max(ends, default=0) + 1
        self._marked = [self._numbers(name) for name in table.annotators]

    def _numbers(self, annotator: str) -> Index:
        """Return (paragraph, group, character) as one number each, once."""
        return np.unique(np.fromiter(self._characters(annotator), dtype=np.intp))

    def _characters(self, annotator: str) -> Iterator[int]:
        for paragraph, id_ in enumerate(self._table.paragraphs):
            answer = self._table.answers.get((annotator, id_))
            for span in answer.spans if answer else ():
                group = self._groups.index(self._group_of.get(span.label, span.label))
                first = (paragraph * len(self._groups) + group) * self._length
                yield from range(first + span.start, first + span.end)

    def counts(self, one: int, other: int) -> Floats:
        """Count the characters that two annotators marked in the paragraphs that both answered.

        Returns:
            Shape (articles, 2, 3): everywhere, and where both marked the group; characters that
            both marked, that the one and that the other marked.
        """
        table, first, second = self._table, self._marked[one], self._marked[other]
        cells = [
            np.bincount(numbers // self._length, minlength=len(table.paragraphs) * self._width)
            for numbers in (np.intersect1d(first, second, assume_unique=True), first, second)
        ]
        marked = np.stack(cells, axis=-1).reshape(len(table.paragraphs), self._width, 3)
        marked = marked * (table.answered[one] & table.answered[other])[:, np.newaxis, np.newaxis]
        meeting = marked * (marked[..., 1:] > 0).all(axis=-1, keepdims=True)
        counts = np.stack([marked.sum(axis=1), meeting.sum(axis=1)], axis=1)
        return sum_by_cluster(counts.astype(np.float64), table.articles)

    @property
    def _width(self) -> int:
        return len(self._groups)


def span_agreement(counts: Floats, size: Size) -> SpanAgreement:
    """Return the figures of counts as `Marks.counts` gives them, or of their sum over pairs.

    Args:
        counts: Shape (articles, 2, 3).
        size: Of the paragraphs that are compared; only articles with marked words count.
    """
    marked = [int(articles) for articles in (counts[..., 1:] > 0).any(axis=-1).sum(axis=0)]
    sizes = [Size(articles, size.paragraphs) for articles in marked]
    return SpanAgreement(*estimates(_f1, counts, sizes))


def _f1(sums: Floats) -> Floats:
    both, one, other = np.moveaxis(sums, -1, 0)
    return ratio(2 * both, one + other)
