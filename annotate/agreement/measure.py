"""All figures of one set of annotations, with intervals over its articles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from annotate.agreement.annotators import Person, people
from annotate.agreement.coefficients import (
    Marks,
    SpanAgreement,
    kappa,
    mean_kappa,
    pooled_kappa,
    raw_agreement,
    set_alpha,
    span_agreement,
    tables,
)
from annotate.agreement.confusions import Confusion, confusions
from annotate.core.stats.answer_matrix import AnswerTable
from annotate.core.stats.estimates import (
    Estimate,
    Floats,
    estimate,
    estimates,
    mean_defined,
    ratio,
    sum_by_cluster,
)
from annotate.core.stats.intervals import COEFFICIENT
from annotate.core.stats.krippendorff import Alpha, alpha_from_terms, alphas, table_terms
from annotate.core.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Pair:
    """Two annotators, in the paragraphs that both answered.

    Attributes:
        paragraphs: That both answered.
        kappas: Of each technique, then of "any technique".
        mean: Mean of the techniques' kappas that are defined.
        pooled: Kappa of all decisions, paragraph by technique, in one table.
        raw: Share of these decisions that are the same.
        same: Share of the paragraphs in which both tick exactly the same.
        spans: How far they mark the same words.
    """

    first: str
    second: str
    paragraphs: int
    kappas: Mapping[str, Estimate]
    mean: Estimate
    pooled: Estimate
    raw: Estimate
    same: Estimate
    spans: SpanAgreement


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything that is known of how people agree.

    Attributes:
        articles: With an answer.
        paragraphs: With an answer.
        compared: With two or more answers.
        undefined: Why there is no alpha; empty where there is one.
        labels: Alpha of each technique, then of "any technique".
        mean: Mean alpha of the techniques where it is defined.
        sets: Alpha over label sets, with MASI distance.
        spans: Of all pairs together.
        pairs: Each two annotators once, also those without a paragraph in common.
        people: All annotators, also those without an answer.
        shortage: What is too few for intervals, among the paragraphs with two or more answers.
    """

    articles: int
    paragraphs: int
    compared: int
    answers: int
    undefined: str
    labels: Sequence[Alpha]
    mean: Estimate
    sets: Estimate
    spans: SpanAgreement
    pairs: Sequence[Pair]
    people: Sequence[Person]
    confusions: Sequence[Confusion]
    shortage: str = ""


def measure(table: AnswerTable, taxonomy: Taxonomy) -> Measured:
    """Measure how far the answers agree."""
    terms = table_terms(table, slice(None))
    marks = Marks(table, taxonomy)
    spans = np.zeros((table.article_count, 2, 3))
    size = table.size(table.compared)
    pairs = []
    for one, other in combinations(range(len(table.annotators)), 2):
        marked = marks.counts(one, other)
        spans += marked
        pairs.append(_pair(table, one, other, marked))
    return Measured(
        articles=table.article_count,
        paragraphs=len(table.paragraphs),
        compared=size.paragraphs,
        answers=int(table.answered.sum()),
        undefined=_undefined(table),
        labels=alphas(table, terms),
        mean=estimate(_mean_alpha, terms[:, :-1], size, COEFFICIENT),
        sets=set_alpha(table),
        spans=span_agreement(spans, size),
        pairs=pairs,
        people=people(table),
        confusions=confusions(table),
        shortage=size.shortage,
    )


def _mean_alpha(sums: Floats) -> Floats:
    return mean_defined(alpha_from_terms(sums))


def _pair(table: AnswerTable, one: int, other: int, marked: Floats) -> Pair:
    shared = table.answered[one] & table.answered[other]
    first, second = table.ticked[one], table.ticked[other]
    counts = tables(first, second, shared, table.articles)
    techniques = counts[:, :-1]
    equal = np.stack([(first == second).all(axis=1) & shared, shared], axis=-1)
    same = sum_by_cluster(equal.astype(np.float64), table.articles)
    size, sizes = table.size(shared), table.sizes(shared, first | second)
    kappas = estimates(kappa, counts, sizes, COEFFICIENT)
    return Pair(
        table.annotators[one],
        table.annotators[other],
        int(shared.sum()),
        kappas=dict(zip(table.questions, kappas, strict=True)),
        mean=estimate(mean_kappa, techniques, size, COEFFICIENT),
        pooled=estimate(pooled_kappa, techniques, size, COEFFICIENT),
        raw=estimate(raw_agreement, techniques, size),
        same=estimate(lambda sums: ratio(sums[:, 0], sums[:, 1]), same, size),
        spans=span_agreement(marked, size),
    )


def _undefined(table: AnswerTable) -> str:
    """Explain why there is no alpha, in the words of the report."""
    active = [n for n, given in zip(table.annotators, table.answered, strict=True) if given.any()]
    if not active:
        return "nobody has answered anything yet"
    if len(active) == 1:
        return f"only one annotator, {active[0]}, has answers, and agreement needs two"
    if not table.compared.any():
        return "no paragraph has answers of two people"
    votes = table.ticked[:, table.compared].sum(axis=(0, 1))
    if all(yes in (0, table.answered[:, table.compared].sum()) for yes in votes):
        return "all answers that can be compared are the same, so there is nothing to agree on"
    return ""
