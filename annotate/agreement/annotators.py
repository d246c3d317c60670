"""Each annotator against the rest: who disagrees with the others, and who ticks much or little.

The rest is the majority of the other people who answered the same paragraph: what more than half
of them tick. A tie is off, as in the consensus. With one other person the rest is that person.
"""

from dataclasses import dataclass

import numpy as np

from annotate.agreement.coefficients import mean_kappa, micro_f1, tables
from annotate.core.stats.answer_matrix import AnswerTable, Bools, majority_of_others
from annotate.core.stats.estimates import (
    UNDEFINED,
    Estimate,
    Floats,
    estimate,
    mean_defined,
    ratio,
    sum_by_cluster,
)
from annotate.core.stats.intervals import AMOUNT, COEFFICIENT, DIFFERENCE
from annotate.core.stats.krippendorff import alpha_from_terms, table_terms


@dataclass(frozen=True, slots=True)
class Person:
    """An annotator's figures.

    Attributes:
        answers: Paragraphs with an answer.
        shared: Of these, how many somebody else answered too.
        techniques: Mean number of techniques ticked in a paragraph.
        none: Share of the answers that say "no technique".
        ticks: Techniques ticked for each one that the others tick, in the shared paragraphs.
        f1: Micro-F1 against the rest.
        kappa: Mean kappa against the rest.
        gain: What mean alpha gains when this person is left out; needs two others.
    """

    name: str
    answers: int
    shared: int
    techniques: Estimate
    none: Estimate
    ticks: Estimate
    f1: Estimate
    kappa: Estimate
    gain: Estimate


def people(table: AnswerTable) -> list[Person]:
    """Return the figures of each annotator, including those without an answer."""
    terms = table_terms(table, range(len(table.annotators)))[:, :-1]
    rest = majority_of_others(table.answered, table.ticked[..., :-1])
    return [
        _person(table, number, shared, majority, terms)
        for number, (shared, majority) in enumerate(rest)
    ]


def _person(table: AnswerTable, number: int, shared: Bools, rest: Bools, terms: Floats) -> Person:
    answered, ticked = table.answered[number], table.ticked[number, :, :-1]
    if not answered.any():
        return Person(table.annotators[number], 0, 0, *[UNDEFINED] * 6)
    against_rest = tables(ticked, rest, shared, table.articles)
    others = np.maximum(table.answered.sum(axis=0) - answered, 1)
    ticks, none = ticked.sum(axis=1), answered & ~table.ticked[number, :, -1]
    others_ticks = (table.ticked[..., :-1].sum(axis=(0, 2)) - ticks) / others
    amounts = np.stack([answered, ticks, none, ticks * shared, others_ticks * shared], axis=-1)
    counts = sum_by_cluster(amounts.astype(np.float64), table.articles)
    gain = np.stack([terms, _without(table, number)], axis=1)
    size, common = table.size(answered), table.size(shared)
    return Person(
        table.annotators[number],
        int(answered.sum()),
        int(shared.sum()),
        techniques=estimate(lambda sums: ratio(sums[:, 1], sums[:, 0]), counts, size, AMOUNT),
        none=estimate(lambda sums: ratio(sums[:, 2], sums[:, 0]), counts, size),
        ticks=estimate(lambda sums: ratio(sums[:, 3], sums[:, 4]), counts, common, AMOUNT),
        f1=estimate(micro_f1, against_rest, common),
        kappa=estimate(mean_kappa, against_rest, common, COEFFICIENT),
        gain=estimate(_gain, gain, common, DIFFERENCE),
    )


def _without(table: AnswerTable, number: int) -> Floats:
    """Return the terms of alpha when one annotator is left out."""
    rest = [other for other in range(len(table.annotators)) if other != number]
    return table_terms(table, rest)[:, :-1]


def _gain(sums: Floats) -> Floats:
    """Return the mean difference of alpha over the techniques where both are defined."""
    everybody, without = np.moveaxis(alpha_from_terms(sums), 1, 0)
    return mean_defined(without - everybody)
