"""Agreement on whole label sets: Krippendorff's alpha with MASI distance.

MASI (Passonneau 2006, "Measuring Agreement on Set-Valued Items (MASI) for Semantic and Pragmatic
Annotation"): distance = 1 - J * M, where J is the size of what two sets share over the size of
what they hold together, and M is 1 for equal sets, 2/3 where one holds the other, 1/3 where they
overlap, 0 where they share nothing. Two empty sets are equal: both people say "no technique", at
a distance of 0. An empty set and another one are at a distance of 1.
"""

import math
from itertools import combinations

import numpy as np

from annotate.core.stats.answer_matrix import AnswerTable, Bools, Index
from annotate.core.stats.estimates import Estimate, Floats, percentile_interval, sum_by_cluster

_BLOCK = 256  # sets whose distances to all others are held at once


def set_alpha(table: AnswerTable, weights: Floats) -> Estimate:
    """Alpha over the label sets of paragraphs with two or more answers.

    Undefined where no paragraph has two answers, or where all their answers are the same set.
    """
    samples = np.vstack([np.ones(table.article_count), weights])  # first: the articles as they are
    paired = table.answered & (table.answered.sum(axis=0) >= 2)
    articles = np.broadcast_to(table.articles, paired.shape)[paired]
    answers = samples @ np.bincount(articles, minlength=table.article_count)
    observed = samples @ sum_by_cluster(_observed(table), table.articles)
    expected = _expected(table.ticked[..., :-1][paired], articles, samples)
    defined = expected > 0
    ratio = (answers - 1) * observed / np.where(defined, expected, 1)
    value, *replicates = np.where(defined, 1 - ratio, math.nan)
    return Estimate(float(value), percentile_interval(np.array(replicates)))


def _observed(table: AnswerTable) -> Floats:
    """The distances between the answers to each paragraph, as alpha weighs them."""
    ticked, answers = table.ticked[..., :-1], table.answered.sum(axis=0)
    observed = np.zeros(len(table.paragraphs))
    for one, other in combinations(range(len(table.annotators)), 2):
        shared = table.answered[one] & table.answered[other]
        observed += 2 * distances(ticked[one], ticked[other]) * shared / np.maximum(answers - 1, 1)
    return observed


def _expected(ticked: Bools, articles: Index, samples: Floats) -> Floats:
    """The distances between all pairs of answers, for each sample of articles.

    It is summed over blocks of sets: of 10,000 paragraphs there may be thousands of them.

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
    """MASI distance of each pair of sets; a row says which labels are in the set."""
    return _masi((one & other).sum(axis=-1), one.sum(axis=-1), other.sum(axis=-1))


def _all_distances(one: Bools, other: Bools) -> Floats:
    """MASI distance of each set to each other one; shape (one, other)."""
    shared = (one.astype(np.float32) @ other.T.astype(np.float32)).astype(np.intp)
    return _masi(shared, one.sum(axis=-1)[:, np.newaxis], other.sum(axis=-1))


def _masi(shared: Index, one: Index, other: Index) -> Floats:
    """The distance from the sizes of the intersection and of both sets."""
    together = one + other - shared
    kind = np.where(shared == np.minimum(one, other), 2 / 3, 1 / 3)
    jaccard = shared / np.maximum(together, 1)
    distance: Floats = np.where(shared == together, 0.0, 1 - jaccard * kind)
    return distance
