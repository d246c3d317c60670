"""How far annotators agree: Krippendorff's alpha for nominal data with missing answers.

alpha = 1 - observed / expected disagreement (Krippendorff 2011, "Computing Krippendorff's
Alpha-Reliability", section C). 1 is perfect, 0 is what chance gives, below 0 is worse than
chance. Undefined (NaN) where no paragraph has two answers, or where all answers are the same:
then there is nothing to agree on.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.core.records import Annotation
from annotate.core.stats.answer_matrix import ANY as ANY  # who asks for agreement asks for it too
from annotate.core.stats.answer_matrix import AnswerTable, answer_table
from annotate.core.stats.bootstrap import Interval, draw_weights
from annotate.core.stats.estimates import Floats, estimates

_BLOCK = 4096  # paragraphs: what is counted of all at once takes twenty times what was said


@dataclass(frozen=True, slots=True)
class Alpha:
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


def label_agreement(
    annotations: Iterable[Annotation],
    labels: Sequence[str],
    article_of: Mapping[str, str],
    seed: int,
) -> list[Alpha]:
    """Alpha for each label, then for `ANY`.

    Args:
        annotations: Of all annotators; those without an answer are missing values.
        labels: Technique ids in the taxonomy's order.
        article_of: Paragraph id -> article id; the articles are what the bootstrap draws.
        seed: Of the bootstrap.
    """
    return table_agreement(answer_table(annotations, labels, article_of), seed)


def table_agreement(table: AnswerTable, seed: int) -> list[Alpha]:
    """Return the same from a table of all annotators' answers."""
    terms = table_terms(table, slice(None))
    return agreement_of(table.questions, terms, draw_weights(len(terms), seed))


def agreement_of(questions: Sequence[str], terms: Floats, weights: Floats) -> list[Alpha]:
    """The same from `table_terms` of all annotators; `weights` as `draw_weights` gives them."""
    alphas = estimates(alpha_from_terms, terms, weights)
    total = terms.sum(axis=0)
    return [
        Alpha(label, alpha.value, alpha.interval, round(yes), round(no + yes))
        for label, alpha, (_, no, yes) in zip(questions, alphas, total, strict=True)
    ]


def table_terms(table: AnswerTable, annotators: slice | Sequence[int]) -> Floats:
    """`alpha_terms` of each question, from the answers of these annotators, added up by article.

    Returns:
        Shape (articles, questions, 3).
    """
    total = np.zeros((table.article_count, len(table.questions), 3))
    said, given = table.said[annotators], table.given[annotators]
    for start in range(0, len(table.paragraphs), _BLOCK):
        some = slice(start, start + _BLOCK)
        yes = said[:, some].sum(axis=0)
        answers = given[:, some].sum(axis=0)[:, np.newaxis]
        counts = np.stack([answers - yes, yes], axis=-1).astype(np.float64)
        np.add.at(total, table.articles[some], alpha_terms(counts))
    return total


def nominal_alpha(counts: npt.ArrayLike) -> float:
    """Alpha of a table of shape (units, categories): how many answers chose each category."""
    terms = alpha_terms(np.asarray(counts, dtype=np.float64))
    return float(alpha_from_terms(terms.sum(axis=0)))


def alpha_terms(counts: Floats) -> Floats:
    """What each unit adds to alpha; from shape (units, ..., categories) to 1 + categories.

    The first column is the observed disagreement, the others are the answers by category.
    Units with fewer than two answers add nothing.
    """
    answers = counts.sum(axis=-1, keepdims=True)
    pairable = answers >= 2
    apart = (counts * (answers - counts)).sum(axis=-1, keepdims=True)
    observed = apart / np.where(pairable, answers - 1, 1)
    terms: Floats = np.concatenate([observed, counts], axis=-1) * pairable
    return terms


def alpha_from_terms(terms: Floats) -> Floats:
    """Alpha of sums of `alpha_terms`, over the last axis; NaN where it is undefined."""
    observed, categories = terms[..., 0], terms[..., 1:]
    answers = categories.sum(axis=-1)
    expected = answers**2 - (categories**2).sum(axis=-1)
    defined = expected > 0
    ratio = (answers - 1) * observed / np.where(defined, expected, 1)
    return np.where(defined, 1 - ratio, math.nan)


def mean_alpha(agreements: Iterable[Alpha]) -> float:
    """Mean over the labels where alpha is defined; NaN where it is nowhere."""
    defined = [a.alpha for a in agreements if a.label != ANY and not math.isnan(a.alpha)]
    return sum(defined) / len(defined) if defined else math.nan
