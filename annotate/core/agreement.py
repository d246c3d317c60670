"""How far annotators agree: Krippendorff's alpha for nominal data with missing answers.

alpha = 1 - observed / expected disagreement (Krippendorff 2011, "Computing Krippendorff's
Alpha-Reliability", section C). 1 is perfect, 0 is what chance gives, below 0 is worse than
chance. Undefined (NaN) where no paragraph has two answers, or where all answers are the same:
then there is nothing to agree on.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.core.bootstrap import (
    Interval,
    cluster_index,
    draw_weights,
    percentile_interval,
    sum_by_cluster,
)
from annotate.core.records import ANSWERS, Annotation

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement on one question, such as whether a technique is used.

    Attributes:
        label: Technique id, or `ANY` for "any technique at all".
        alpha: Krippendorff's alpha; NaN where undefined.
        interval: 95 %, by bootstrap over articles.
        positive: Answers that say yes, among the paragraphs with two or more answers.
        answers: All those answers.
    """

    label: str
    alpha: float
    interval: Interval
    positive: int
    answers: int


ANY = "any technique"


def label_agreement(
    annotations: Iterable[Annotation],
    labels: Sequence[str],
    article_of: dict[str, str],
    seed: int,
) -> list[Agreement]:
    """Alpha for each label, then for `ANY`.

    Args:
        annotations: Of all annotators; those without an answer are missing values.
        labels: Technique ids in the taxonomy's order.
        article_of: Paragraph id -> article id; the articles are what the bootstrap draws.
        seed: Of the bootstrap.
    """
    answers: dict[str, list[frozenset[str]]] = defaultdict(list)
    for annotation in annotations:
        if annotation.status in ANSWERS:
            answers[annotation.paragraph_id].append(frozenset(annotation.labels))
    units = sorted(answers)
    articles = cluster_index([article_of[unit] for unit in units])
    weights = draw_weights(len(set(articles.tolist())), seed)
    result = []
    for label in (*labels, ANY):
        yes = [sum(bool(a) if label == ANY else label in a for a in answers[u]) for u in units]
        counts = np.array(
            [(len(answers[u]) - y, y) for u, y in zip(units, yes, strict=True)], dtype=np.float64
        ).reshape(-1, 2)
        result.append(_agreement(label, counts, articles, weights))
    return result


def _agreement(
    label: str, counts: Floats, articles: npt.NDArray[np.intp], weights: Floats
) -> Agreement:
    terms = alpha_terms(counts)
    values = alpha_from_terms(weights @ sum_by_cluster(terms, articles))
    total = terms.sum(axis=0)
    return Agreement(
        label=label,
        alpha=float(alpha_from_terms(total[np.newaxis])[0]),
        interval=percentile_interval(values),
        positive=round(total[2]),
        answers=round(total[1] + total[2]),
    )


def nominal_alpha(counts: npt.ArrayLike) -> float:
    """Alpha of a table of shape (units, categories): how many answers chose each category."""
    terms = alpha_terms(np.asarray(counts, dtype=np.float64))
    return float(alpha_from_terms(terms.sum(axis=0, keepdims=True))[0])


def alpha_terms(counts: Floats) -> Floats:
    """What each unit adds to alpha; shape (units, 1 + categories).

    The first column is the observed disagreement, the others are the answers by category.
    Units with fewer than two answers add nothing.
    """
    answers = counts.sum(axis=1)
    pairable = answers >= 2
    apart = (counts * (answers[:, np.newaxis] - counts)).sum(axis=1)
    observed = apart / np.where(pairable, answers - 1, 1)
    terms: Floats = np.column_stack([observed, counts]) * pairable[:, np.newaxis]
    return terms


def alpha_from_terms(terms: Floats) -> Floats:
    """Alpha of sums of `alpha_terms`, one for each row; NaN where it is undefined."""
    observed, categories = terms[:, 0], terms[:, 1:]
    answers = categories.sum(axis=1)
    expected = answers**2 - (categories**2).sum(axis=1)
    defined = expected > 0
    ratio = (answers - 1) * observed / np.where(defined, expected, 1)
    return np.where(defined, 1 - ratio, math.nan)


def mean_alpha(agreements: Iterable[Agreement]) -> float:
    """Mean over the labels where alpha is defined; NaN where it is nowhere."""
    defined = [a.alpha for a in agreements if a.label != ANY and not math.isnan(a.alpha)]
    return sum(defined) / len(defined) if defined else math.nan
