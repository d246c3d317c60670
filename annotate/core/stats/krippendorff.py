"""Krippendorff's alpha, for nominal data with missing answers: how far annotators agree.

alpha = 1 - observed / expected disagreement (Krippendorff 2011, "Computing Krippendorff's
Alpha-Reliability", section C). 1 is perfect, 0 is what chance gives, below 0 is worse than
chance. It is undefined (NaN) where no paragraph has two answers, or where all answers are the
same: then there is nothing to agree on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.core.stats.answer_matrix import ANY as ANY  # whoever imports alpha needs it too
from annotate.core.stats.answer_matrix import AnswerTable
from annotate.core.stats.estimates import (
    Estimate,
    Floats,
    estimates,
    mean_defined,
    ratio,
)
from annotate.core.stats.intervals import COEFFICIENT

_BLOCK = 4096  # paragraphs; counting all at once takes twenty times the memory of the answers


@dataclass(frozen=True, slots=True)
class Alpha(Estimate):
    """Krippendorff's alpha on one question, such as whether a technique is used.

    Attributes:
        label: Technique id, or `ANY` for "any technique at all".
        positive: Answers that say yes, among the paragraphs with two or more answers.
        answers: All those answers.
    """

    label: str
    positive: int
    answers: int


def label_agreement(table: AnswerTable) -> list[Alpha]:
    """Return alpha for each label, then for `ANY`."""
    return alphas(table, table_terms(table, slice(None)))


def alphas(table: AnswerTable, terms: Floats) -> list[Alpha]:
    """Return alpha for each question from its `table_terms`."""
    sizes = table.sizes(table.compared, np.asarray(table.ticked.any(axis=0)))
    figures = estimates(alpha_from_terms, terms, sizes, COEFFICIENT)
    total = terms.sum(axis=0)
    return [
        Alpha(alpha.value, alpha.interval, label, round(yes), round(no + yes))
        for label, alpha, (_, no, yes) in zip(table.questions, figures, total, strict=True)
    ]


def table_terms(table: AnswerTable, annotators: slice | Sequence[int]) -> Floats:
    """Add up the `alpha_terms` of each question by article, for some of the annotators.

    Returns:
        Shape (articles, questions, 3).
    """
    total = np.zeros((table.article_count, len(table.questions), 3))
    ticked, answered = table.ticked[annotators], table.answered[annotators]
    for start in range(0, len(table.paragraphs), _BLOCK):
        block = slice(start, start + _BLOCK)
        yes = ticked[:, block].sum(axis=0)
        answers = answered[:, block].sum(axis=0)[:, np.newaxis]
        counts = np.stack([answers - yes, yes], axis=-1).astype(np.float64)
        np.add.at(total, table.articles[block], alpha_terms(counts))
    return total


def nominal_alpha(counts: npt.ArrayLike) -> float:
    """Return alpha from how many answers chose each category; shape (units, categories)."""
    terms = alpha_terms(np.asarray(counts, dtype=np.float64))
    return float(alpha_from_terms(terms.sum(axis=0)))


def alpha_terms(counts: Floats) -> Floats:
    """Return what each unit adds to alpha; from shape (units, ..., categories) to 1 + categories.

    The first column is the observed disagreement, the others count the answers by category.
    Units with fewer than two answers add nothing.
    """
    answers = counts.sum(axis=-1, keepdims=True)
    pairable = answers >= 2
    apart = (counts * (answers - counts)).sum(axis=-1, keepdims=True)
    observed = apart / np.where(pairable, answers - 1, 1)
    terms: Floats = np.concatenate([observed, counts], axis=-1) * pairable
    return terms


def alpha_from_terms(terms: Floats) -> Floats:
    """Return alpha from sums of `alpha_terms` (the last axis); NaN where it is undefined."""
    observed, categories = terms[..., 0], terms[..., 1:]
    answers = categories.sum(axis=-1)
    expected = answers**2 - (categories**2).sum(axis=-1)
    return 1 - ratio((answers - 1) * observed, expected)


def mean_alpha(agreements: Iterable[Alpha]) -> float:
    """Return the mean over the labels where alpha is defined; NaN where none is."""
    return float(mean_defined(np.array([a.value for a in agreements if a.label != ANY])))


def mean_is_too_few(agreements: Iterable[Alpha]) -> bool:
    """Tell whether the mean has nothing firm under it: none of its alphas has an interval."""
    defined = [a for a in agreements if a.label != ANY and a.defined]
    return bool(defined) and all(a.too_few for a in defined)
