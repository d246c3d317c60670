"""Share out groups of paragraphs so that every part has its share of every label.

Iterative stratification (Sechidis, Tsoumakas and Vlahavas, ECML PKDD 2011; with pairs of labels:
Szymański and Kajdanowicz, LIDTA 2017) over whole groups: those with the rarest label or pair are
placed first. The papers look for the part that lacks most of this label; groups differ in size and
bring other labels along, so here each goes where it costs least. At last, groups are moved and
exchanged while that lowers the cost.

The cost is the sum, over parts and labels, of (paragraphs with the label - share)² / share, as in
chi-square: rare labels weigh as much as others. The paragraphs themselves count like a label, and
a pair of labels like a tenth of one. benchmarks/splits.py measures it.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from annotate.core.stats.answer_matrix import Bools, Index
from annotate.core.stats.estimates import Floats

Paragraphs = Sequence[tuple[str, ...]]  # the labels of each
Step = list[tuple[int, int]]  # groups and the parts they go to

_PAIR = 0.1
_CELLS = 2_000_000  # of the matrix of counts; limits the pairs
_STEPS = 200  # moves and exchanges
_CANDIDATES = 128  # groups that are tried for exchanges, of all parts
_ENOUGH = 1e-3  # cost that is not worth a step


def stratify(
    groups: Sequence[Paragraphs], shares: Sequence[float], placed: Sequence[Paragraphs], seed: int
) -> list[int]:
    """Choose a part for each group.

    While there are enough groups no part stays empty, and earlier parts get one first.

    Args:
        groups: None is empty.
        shares: Part -> its share of the paragraphs, above 0.
        placed: Part -> what is in it already, and counts.
        seed: Draws the order among groups with the same rarest label.
    """
    if not groups:
        return []
    ratios = np.array(shares) / sum(shares)
    counts, weights = _count([*placed, *groups], 1 / ratios.min())
    parts = _Parts(counts[len(shares) :], counts[: len(shares)], ratios, weights)
    _place(parts, np.random.default_rng(seed).permutation(len(groups)))
    _fill(parts)
    _improve(parts)
    return [int(part) for part in parts.of]


class _Parts:
    """Which part each group is in, and what it costs to place it elsewhere.

    Attributes:
        counts: Paragraphs with each label, and with each pair; shape (groups, columns).
        of: Group -> part; -1 before it is placed.
        members: Part -> its groups; whatever was in it before counts as one.
    """

    def __init__(self, counts: Floats, before: Floats, ratios: Floats, weights: Floats) -> None:
        """Start with nothing placed but what was there before, of shape (parts, columns)."""
        share = np.outer(ratios, counts.sum(axis=0) + before.sum(axis=0))
        self.counts = counts
        self.of = np.full(len(counts), -1)
        self.members = (before[:, 0] > 0).astype(int)
        self._excess = before - share
        self._weights = weights / share
        self._squares = (counts**2) @ self._weights.T

    def put(self, group: int, part: int) -> None:
        """Place a group, or move it."""
        if self.of[group] >= 0:
            self.members[self.of[group]] -= 1
            self._excess[self.of[group]] -= self.counts[group]
        self.of[group] = part
        self.members[part] += 1
        self._excess[part] += self.counts[group]

    def cheapest(self, group: int) -> int:
        """Return the part where a group that is not placed yet costs least."""
        columns = np.flatnonzero(self.counts[group])
        pull = (self._weights[:, columns] * self._excess[:, columns]) @ self.counts[group, columns]
        return int((self._squares[group] + 2 * pull).argmin())

    def changes(self) -> Floats:
        """Return what moving each group to each part adds to the cost; 0 where it is."""
        pull = 2 * self.counts @ (self._weights * self._excess).T
        rows = np.arange(len(self.of))
        leaving = (self._squares - pull)[rows, self.of]
        changes: Floats = self._squares + pull + leaving[:, None]
        changes[rows, self.of] = 0.0
        return changes

    def exchanges(self, one: Index, other: Index, changes: Floats) -> Floats:
        """Return what exchanging groups of two parts adds; shape (groups of one, of the other).

        That is both moves, less twice what the two groups have in common: it stays where it is.
        """
        a, b = self.of[one[0]], self.of[other[0]]
        common = (self.counts[one] * (self._weights[a] + self._weights[b])) @ self.counts[other].T
        both: Floats = changes[one, b][:, None] + changes[other, a] - 2 * common
        return both


def _place(parts: _Parts, order: Index) -> None:
    """Place all groups, those with the rarest label or pair among what is left first."""
    counts, left = parts.counts, np.ones(len(order), dtype=bool)
    while left.any():
        rest = counts[left].sum(axis=0)
        rarest = np.where(rest > 0, rest, np.inf).argmin()
        for group in order[left[order] & (counts[order, rarest] > 0)]:
            parts.put(group, parts.cheapest(group))
            left[group] = False


def _fill(parts: _Parts) -> None:
    """Give each empty part a group, from a part with several or from a later one."""
    for part in range(len(parts.members)):
        if parts.members[part]:
            continue
        spare = np.flatnonzero((parts.members[parts.of] > 1) | (parts.of > part))
        if len(spare):
            parts.put(spare[parts.changes()[spare, part].argmin()], part)


def _improve(parts: _Parts) -> None:
    """Move or exchange groups while that lowers the cost; a part's only group stays."""
    for _ in range(_STEPS):
        changes = parts.changes()
        cost, step = min([_best_move(parts, changes), *_exchanges(parts, changes)])
        if cost > -_ENOUGH:
            return
        for group, part in step:
            parts.put(group, part)


def _best_move(parts: _Parts, changes: Floats) -> tuple[float, Step]:
    several = parts.members[parts.of] > 1
    moves = np.where(several[:, None], changes, 0.0)
    group, part = divmod(int(moves.argmin()), moves.shape[1])
    return float(moves[group, part]), [(group, part)]


def _exchanges(parts: _Parts, changes: Floats) -> Iterator[tuple[float, Step]]:
    """Yield the best exchange between each two parts, of the groups that cost least to move."""
    number = len(parts.members)
    for a, b in combinations(range(number), 2):
        one = _cheapest(parts.of == a, changes[:, b], _CANDIDATES // number)
        other = _cheapest(parts.of == b, changes[:, a], _CANDIDATES // number)
        if len(one) and len(other):
            both = parts.exchanges(one, other, changes)
            i, j = divmod(int(both.argmin()), len(other))
            yield float(both[i, j]), [(int(one[i]), b), (int(other[j]), a)]


def _cheapest(among: Bools, changes: Floats, number: int) -> Index:
    groups = np.flatnonzero(among)
    cheapest: Index = groups[changes[groups].argsort(kind="stable")[:number]]
    return cheapest


def _count(units: Sequence[Paragraphs], least: float) -> tuple[Floats, Floats]:
    """Count the paragraphs of each unit: all, with each label, with each pair of labels.

    Returns:
        The counts, shape (units, columns), and the weights of the columns.
    """
    labels = sorted({label for unit in units for paragraph in unit for label in paragraph})
    number = {label: column for column, label in enumerate(labels, 1)}
    unit_of = np.repeat(np.arange(len(units)), [len(unit) for unit in units])
    has = np.zeros((len(unit_of), len(labels) + 1))
    has[:, 0] = 1  # every paragraph
    paragraphs = (paragraph for unit in units for paragraph in unit)
    for row, paragraph in enumerate(paragraphs):
        has[row, [number[label] for label in paragraph]] = 1
    pairs = _frequent_pairs(has, least, _CELLS // len(units) - len(labels))
    counts = np.zeros((len(units), len(labels) + 1 + len(pairs)))
    for column, pair in enumerate([(n, n) for n in range(len(labels) + 1)] + pairs):
        both = has[:, pair[0]] * has[:, pair[1]]
        counts[:, column] = np.bincount(unit_of, both, minlength=len(units))
    return counts, np.repeat([1.0, _PAIR], [len(labels) + 1, len(pairs)])


def _frequent_pairs(has: Floats, least: float, limit: int) -> list[tuple[int, int]]:
    """Return the pairs of labels that occur at least so often, the most frequent ones."""
    together = np.triu(has.T @ has, 1)
    together[0] = 0
    first, second = np.nonzero(together >= least)
    order = (-together[first, second]).argsort(kind="stable")[: max(limit, 0)]
    return [(int(first[n]), int(second[n])) for n in order]
