"""How far two people mark the same words.

F1 = 2 * both / (one + other), in characters: those that both marked for the same group of
techniques, and those that each marked. A span's label is a technique or a group; a technique
counts as its group, so that both kinds can be compared. 1 is the same words throughout, 0 no word
in common; nothing is taken off for chance, because words are rarely marked by chance. The figure
falls with every technique that only one of the two saw. `where_both` leaves that out: it counts
only where both marked words of the same group in the same paragraph, so it says how well they
meet each other's borders. Undefined (NaN) where nobody marked anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from annotate.core.stats.answer_matrix import AnswerTable, Index
from annotate.core.stats.estimates import Estimate, Floats, estimates, ratio, sum_by_cluster
from annotate.core.taxonomy import Taxonomy


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
        """(paragraph, group, character) as one number each, once."""
        return np.unique(np.fromiter(self._characters(annotator), dtype=np.intp))

    def _characters(self, annotator: str) -> Iterator[int]:
        for paragraph, id_ in enumerate(self._table.paragraphs):
            answer = self._table.answers.get((annotator, id_))
            for span in answer.spans if answer else ():
                group = self._groups.index(self._group_of.get(span.label, span.label))
                first = (paragraph * len(self._groups) + group) * self._length
                yield from range(first + span.start, first + span.end)

    def counts(self, one: int, other: int) -> Floats:
        """Characters that two annotators marked in the paragraphs that both answered.

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


def span_agreement(counts: Floats, weights: Floats) -> SpanAgreement:
    """The figures of counts as `Marks.counts` gives them, or of their sum over pairs."""
    return SpanAgreement(*estimates(_f1, counts, weights))


def _f1(sums: Floats) -> Floats:
    both, one, other = np.moveaxis(sums, -1, 0)
    return ratio(2 * both, one + other)
