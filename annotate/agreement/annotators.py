"""Each annotator against the rest: who is far from the others, and who ticks much or little.

The rest is the majority of the other people who answered the same paragraph: what more than half
of them say; a tie is off, as in the gold labels. With one other person the rest is that person.
"""

from dataclasses import dataclass

import numpy as np

from annotate.agreement.kappa import mean_kappa, micro_f1, tables
from annotate.core.stats.answer_matrix import AnswerTable
from annotate.core.stats.bootstrap import sum_by_cluster
from annotate.core.stats.estimates import UNDEFINED, Estimate, Floats, estimate, mean_defined, ratio
from annotate.core.stats.krippendorff import alpha_from_terms, table_terms


@dataclass(frozen=True, slots=True)
class Person:
    """An annotator's figures.

    Attributes:
        answers: Paragraphs with an answer.
        shared: Of these, how many somebody else answered too.
        techniques: Ticked in a paragraph, on average.
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


def people(table: AnswerTable, weights: Floats) -> list[Person]:
    """The figures of each annotator, those without an answer too."""
    terms = table_terms(table, range(len(table.annotators)))[:, :-1]
    return [_person(table, number, terms, weights) for number in range(len(table.annotators))]


def _person(table: AnswerTable, number: int, terms: Floats, weights: Floats) -> Person:
    given, own = table.given[number], table.said[number]
    if not given.any():
        return Person(table.annotators[number], 0, 0, *[UNDEFINED] * 6)
    others = table.given.sum(axis=0) - given
    votes = table.said.sum(axis=0) - own
    shared = given & (others > 0)
    rest = 2 * votes > others[:, np.newaxis]
    found = tables(own[:, :-1], rest[:, :-1], shared, table.articles)
    ticked = own[:, :-1].sum(axis=1)
    usual = votes[:, :-1].sum(axis=1) / np.maximum(others, 1)
    amounts = np.stack(
        [given, ticked, given & ~own[:, -1], ticked * shared, usual * shared], axis=-1
    )
    counts = sum_by_cluster(amounts.astype(np.float64), table.articles)
    return Person(
        table.annotators[number],
        int(given.sum()),
        int(shared.sum()),
        techniques=estimate(lambda sums: ratio(sums[:, 1], sums[:, 0]), counts, weights),
        none=estimate(lambda sums: ratio(sums[:, 2], sums[:, 0]), counts, weights),
        ticks=estimate(lambda sums: ratio(sums[:, 3], sums[:, 4]), counts, weights),
        f1=estimate(micro_f1, found, weights),
        kappa=estimate(mean_kappa, found, weights),
        gain=estimate(_gain, np.stack([terms, _without(table, number)], axis=1), weights),
    )


def _without(table: AnswerTable, number: int) -> Floats:
    """Terms of alpha when one annotator is left out."""
    rest = [other for other in range(len(table.annotators)) if other != number]
    return table_terms(table, rest)[:, :-1]


def _gain(sums: Floats) -> Floats:
    """Mean difference of alpha over the techniques where both are defined."""
    everybody, without = np.moveaxis(alpha_from_terms(sums), 1, 0)
    return mean_defined(without - everybody)
