"""Scores of multi-label predictions, with intervals over articles.

Everything is a function of counts per article, so that leaving out an article is one weighted sum.
Counts have the shape (raters, articles, columns, 3): the last axis holds hits, false alarms and
misses; the columns are the labels, then their groups, then "any technique". A model is one rater;
people are several, and then every figure is the mean over them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annotate.core.stats.answer_matrix import Bools as Bools
from annotate.core.stats.estimates import (
    Estimate,
    Size,
    judge,
    leave_one_out,
    mean_defined,
    ratio,
    sum_by_cluster,
)
from annotate.core.stats.estimates import Floats as Floats
from annotate.core.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class LabelSet:
    """Labels in the taxonomy's order, and the group of each."""

    labels: tuple[str, ...]
    group_of: Mapping[str, str]

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> "LabelSet":
        return cls(taxonomy.labels, taxonomy.group_of)

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups in the order of their first label."""
        return tuple(dict.fromkeys(self.group_of[label] for label in self.labels))

    def with_groups(self, matrix: Bools) -> Bools:
        """Append a column for each group, then "any": each holds when one of its labels does.

        Shapes: (..., labels) to (..., labels + groups + 1).
        """
        members = [
            [self.group_of[label] == group for label in self.labels] for group in self.groups
        ]
        unions = [matrix[..., np.array(m, dtype=bool)].any(axis=-1) for m in members]
        return np.concatenate([matrix, np.stack([*unions, matrix.any(axis=-1)], axis=-1)], axis=-1)


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1; a ratio with nothing below it counts as 0.

    Attributes:
        support: Paragraphs that have the label in the gold set.
        predicted: Paragraphs that were given it.
    """

    precision: Estimate
    recall: Estimate
    f1: Estimate
    support: int
    predicted: int


@dataclass(frozen=True, slots=True)
class Scores:
    """All figures of one rater, or their mean over several.

    Attributes:
        micro: Over all decisions, paragraph by label.
        macro: Mean F1 over the labels that have gold examples.
        macro_official: The scorer of SemEval-2023 task 3: mean F1 over all labels, where a label
            that stands neither in gold nor in prediction counts 1. It rewards empty output.
        any_technique: Whether a paragraph has a technique at all.
    """

    micro: Score
    macro: Estimate
    macro_official: Estimate
    any_technique: Score
    labels: Mapping[str, Score]
    groups: Mapping[str, Score]


def count(
    gold: Bools, predicted: Bools, articles: npt.NDArray[np.intp], labels: LabelSet
) -> Floats:
    """Count hits, false alarms and misses by article: shape (articles, columns, 3).

    Args:
        gold: Shape (paragraphs, labels).
        predicted: The same shape.
        articles: Number of each paragraph's article.
        labels: What the columns of both are.
    """
    true, guessed = labels.with_groups(gold), labels.with_groups(predicted)
    outcomes = np.stack([true & guessed, ~true & guessed, true & ~guessed], axis=-1)
    return sum_by_cluster(outcomes.astype(np.float64), articles)


def score(counts: Floats, labels: LabelSet, paragraphs: int) -> Scores:
    """Return all figures with their intervals, from counts of shape (raters, articles, columns, 3).

    A figure that rests on too few articles, paragraphs or examples has no interval.

    Args:
        counts: As `count` gives them for each rater.
        labels: What the columns are.
        paragraphs: How many paragraphs were counted.
    """
    articles = counts.shape[1]
    weights = np.vstack([np.ones((1, articles)), leave_one_out(articles)])
    # (raters, 1 + samples, columns, 3); the first row of each rater is all articles
    totals: Floats = np.moveaxis(np.tensordot(counts, weights, axes=(1, 1)), -1, 1).astype(
        np.float64
    )
    width, groups = len(labels.labels), labels.groups
    single = totals[:, :, :width]
    f1, supported = _ratios(single)[2], single[..., 0] + single[..., 2] > 0
    together = counts[:, :, :width].sum(axis=2)
    whole = _sizes(together, paragraphs, of_one=False)

    def column(at: int) -> Score:
        return _score(totals[:, :, at], _sizes(counts[:, :, at], paragraphs, of_one=True))

    return Scores(
        micro=_score(single.sum(axis=2), whole),
        macro=_estimate(mean_defined(np.where(supported, f1, np.nan)), whole[-1]),
        macro_official=_estimate(np.where(np.isnan(f1), 1.0, f1).mean(axis=2), whole[-1]),
        any_technique=column(-1),
        labels={name: column(i) for i, name in enumerate(labels.labels)},
        groups={name: column(width + i) for i, name in enumerate(groups)},
    )


def _sizes(counts: Floats, paragraphs: int, *, of_one: bool) -> Sequence[Size]:
    """Return the sizes of precision, recall and F1: they count different articles.

    Args:
        counts: Of one column, or of all techniques together; shape (raters, articles, 3).
        paragraphs: How many were counted.
        of_one: Whether it is about one technique or group; of several raters the mean examples
            count.
    """
    hits, alarms, misses = np.moveaxis(counts.sum(axis=0), -1, 0)
    examples = int((hits + misses).sum() / max(1, len(counts))) if of_one else None
    below = (hits + alarms, hits + misses, hits + alarms + misses)
    return [Size(int((each > 0).sum()), paragraphs, examples) for each in below]


def score_predictions(
    gold: Bools, predicted: Bools, articles: npt.NDArray[np.intp], labels: LabelSet
) -> Scores:
    """Score one rater; arguments as for `count` and `score`."""
    return score(count(gold, predicted, articles, labels)[None], labels, len(gold))


def scores_to_json(scores: Scores) -> dict[str, Any]:
    """Return all figures as plain values; undefined ones are null."""
    return {
        "micro": _score_to_json(scores.micro),
        "macro": scores.macro.to_json(),
        "macro_official": scores.macro_official.to_json(),
        "any_technique": _score_to_json(scores.any_technique),
        "labels": {name: _score_to_json(value) for name, value in scores.labels.items()},
        "groups": {name: _score_to_json(value) for name, value in scores.groups.items()},
    }


def f1(sums: Floats) -> Floats:
    """Return F1 of counts (..., 3); NaN where neither gold nor prediction has anything."""
    hits, alarms, misses = np.moveaxis(sums, -1, 0)
    return ratio(hits, hits + (alarms + misses) / 2)


def _ratios(totals: Floats) -> tuple[Floats, Floats, Floats]:
    """Return precision, recall and F1 of counts (..., 3); NaN where a denominator is 0."""
    hits, alarms, misses = np.moveaxis(totals, -1, 0)
    return ratio(hits, hits + alarms), ratio(hits, hits + misses), f1(totals)


def _score(totals: Floats, sizes: Sequence[Size]) -> Score:
    """Return the score of totals (raters, 1 + samples, 3)."""
    figures = zip(_ratios(totals), sizes, strict=True)
    precision, recall, f1 = (_estimate(values, size) for values, size in figures)
    hits, alarms, misses = totals[:, 0].sum(axis=0)
    return Score(precision, recall, f1, support=int(hits + misses), predicted=int(hits + alarms))


def _estimate(values: Floats, size: Size) -> Estimate:
    """Return the estimate of values (raters, 1 + samples); the first column is of all articles."""
    mean = mean_defined(values.T)
    return judge(0.0 if np.isnan(mean[0]) else float(mean[0]), mean[1:], size)


def _score_to_json(value: Score) -> dict[str, Any]:
    return {
        "precision": value.precision.to_json(),
        "recall": value.recall.to_json(),
        "f1": value.f1.to_json(),
        "support": value.support,
        "predicted": value.predicted,
    }
