"""The pairs of techniques that people confuse.

Two annotators who answered the same paragraph confuse X and Y there when X is ticked only by one of
them and Y only by the other. This is counted for each pair of annotators, so three people may count
a paragraph twice. By chance, if the two ticked independently, they would meet of n shared
paragraphs in (X alone by the one) * (Y alone by the other) / n, and as many the other way round.
Lift is the count over that: 1 is chance, 2 twice as often. Frequent techniques meet often by
chance, so pairs are ordered by what is above it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from annotate.core.stats.answer_matrix import AnswerTable, Bools
from annotate.core.stats.estimates import (
    Estimate,
    Floats,
    Size,
    judge,
    leave_one_out,
    ratio,
    sum_by_cluster,
    sum_samples,
)
from annotate.core.stats.intervals import AMOUNT

MOST = 10  # pairs that are listed
EXAMPLES = 3  # paragraphs that are shown of each
_AGAIN = 2  # once is no pattern


@dataclass(frozen=True, slots=True)
class Example:
    """A paragraph in which a pair is confused.

    Attributes:
        answers: What each annotator ticked there, by name.
    """

    paragraph_id: str
    answers: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Confusion:
    """A pair of techniques.

    Attributes:
        count: How often two people confused them.
        expected: How often by chance.
        lift: Count over expected.
        paragraphs: In how many paragraphs.
        examples: Those where the people concerned differ in little else.
    """

    first: str
    second: str
    count: int
    expected: float
    lift: Estimate
    paragraphs: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class _Meeting:
    """Two annotators: what each ticked alone in the paragraphs that both answered.

    Attributes:
        one: Shape (paragraphs, labels), as is `other`.
        shared: Whether both answered; shape (paragraphs,).
    """

    one: Bools
    other: Bools
    shared: Bools

    @property
    def together(self) -> Bools:
        """Tell which pairs are confused; shape (paragraphs, labels, labels), symmetric."""
        together: Bools = self.one[:, :, np.newaxis] & self.other[:, np.newaxis]
        return together | together.swapaxes(1, 2)


def confusions(table: AnswerTable) -> list[Confusion]:
    """Return the pairs confused at least twice and more often than by chance, most first."""
    meetings = _meetings(table)
    left = leave_one_out(table.article_count)
    samples = np.vstack([np.ones(table.article_count), left])  # first: all articles
    by_article = _by_article(table, meetings)
    counts = sum_samples(samples, by_article)
    expected = np.zeros_like(counts)
    for meeting in meetings:
        expected += _by_chance(meeting, table, samples)
    above = (counts - expected)[0]
    pairs = [
        (x, y)
        for x, y in combinations(range(len(table.labels)), 2)
        if counts[0, x, y] >= _AGAIN and above[x, y] > 0
    ]
    pairs.sort(key=lambda pair: -above[pair])
    confused = []
    for x, y in pairs[:MOST]:
        value, *without = ratio(counts[:, x, y], expected[:, x, y])
        places, examples = _examples(table, meetings, x, y)
        articles = int((by_article[:, x, y] > 0).sum())
        size = Size(articles, int(table.compared.sum()), places)
        lift = judge(value, np.array(without), size, AMOUNT)
        names = table.labels[x], table.labels[y]
        count, chance = round(counts[0, x, y]), float(expected[0, x, y])
        confused.append(Confusion(*names, count, chance, lift, places, examples))
    return confused


def _meetings(table: AnswerTable) -> list[_Meeting]:
    ticked = table.ticked[..., :-1]
    meetings = []
    for one, other in combinations(range(len(table.annotators)), 2):
        shared = table.answered[one] & table.answered[other]
        both = shared[:, np.newaxis]
        alone = (ticked[one] & ~ticked[other] & both, ticked[other] & ~ticked[one] & both)
        meetings.append(_Meeting(*alone, shared))
    return meetings


def _by_article(table: AnswerTable, meetings: Sequence[_Meeting]) -> Floats:
    """Count how often each pair is confused in each article; shape (articles, labels, labels)."""
    counts = np.zeros((table.article_count, len(table.labels), len(table.labels)))
    for meeting in meetings:
        paragraph, x, y = np.nonzero(meeting.together)
        np.add.at(counts, (table.articles[paragraph], x, y), 1)
    return counts


def _by_chance(meeting: _Meeting, table: AnswerTable, samples: Floats) -> Floats:
    """Estimate how often chance would give each pair; shape (samples, labels, labels)."""
    one, other, shared = (
        sum_samples(samples, sum_by_cluster(counted.astype(np.float64), table.articles))
        for counted in (meeting.one, meeting.other, meeting.shared)
    )
    met = one[:, :, np.newaxis] * other[:, np.newaxis]
    expected: Floats = (met + met.swapaxes(1, 2)) / np.maximum(shared, 1)[:, np.newaxis, np.newaxis]
    return expected


def _examples(
    table: AnswerTable, meetings: Sequence[_Meeting], x: int, y: int
) -> tuple[int, tuple[Example, ...]]:
    """Count the paragraphs in which the pair is confused, and pick those that show it best."""
    differences: dict[int, int] = {}
    for meeting in meetings:
        alone = (meeting.one | meeting.other).sum(axis=1)
        swapped = (meeting.one[:, x] & meeting.other[:, y]) | (
            meeting.one[:, y] & meeting.other[:, x]
        )
        for place in np.flatnonzero(swapped).tolist():
            differences[place] = min(int(alone[place]), differences.get(place, len(table.labels)))
    best = sorted(differences, key=lambda place: (differences[place], place))[:EXAMPLES]
    return len(differences), tuple(_example(table, place) for place in best)


def _example(table: AnswerTable, place: int) -> Example:
    id_ = table.paragraphs[place]
    given = [name for n, name in enumerate(table.annotators) if table.answered[n, place]]
    return Example(id_, {name: table.answers[name, id_].labels for name in given})
