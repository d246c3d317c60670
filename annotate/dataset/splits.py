"""Cut the articles into train, validation and test, so that each split has its share of labels.

Of many seeded shuffles the one is kept whose splits come nearest to their share of every label
and of the paragraphs. A search, for want of a library: scikit-learn's grouped splitters refuse
several labels a row, and iterative stratification cuts articles apart.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from annotate.core.dataset_folder import SPLITS

_TRIES = 500
_ROWS = ""  # counted like a label: every paragraph has it


class SplitBy(StrEnum):
    """What the splits keep apart."""

    ARTICLE = "article"
    SOURCE = "source"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class SplitRow:
    """What splitting needs of a paragraph."""

    article_id: str
    cluster: str
    labels: tuple[str, ...]
    source: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """How the splits are drawn.

    Attributes:
        validation: Share of the paragraphs.
        test: The same.
        by: What is kept apart.
        seed: Random seed.
    """

    validation: float = 0.15
    test: float = 0.15
    by: SplitBy = SplitBy.ARTICLE
    seed: int = 13

    @property
    def shares(self) -> tuple[float, float, float]:
        """The shares of train, validation and test."""
        return (1 - self.validation - self.test, self.validation, self.test)


_NONE: Mapping[str, str] = MappingProxyType({})
_NO_FOLDS: Mapping[str, int] = MappingProxyType({})


def assign_splits(
    rows: Sequence[SplitRow], plan: SplitPlan, fixed: Mapping[str, str] = _NONE
) -> dict[str, str]:
    """Return the split of each article; articles that share a cluster stay together.

    With fewer than three groups of articles only the training split, then the test split, has any.

    Args:
        rows: The paragraphs.
        plan: How to split.
        fixed: Article -> split of articles that do not move.
    """
    if not rows:
        return {}
    groups = sorted(groups_of(rows), key=min)
    counts = _label_counts(rows, groups)
    order, ends = _best_order(counts, plan)
    chosen = np.empty(len(groups), dtype=object)
    for split, part in zip(SPLITS, np.split(order, ends), strict=True):
        chosen[part] = split
    for i, group in enumerate(groups):
        earlier = {fixed[article] for article in group if article in fixed}
        if earlier:
            chosen[i] = earlier.pop() if len(earlier) == 1 else SPLITS[0]
    return {article: fixed.get(article, chosen[i]) for i, g in enumerate(groups) for article in g}


def assign_folds(
    rows: Sequence[SplitRow], count: int, seed: int, fixed: Mapping[str, int] = _NO_FOLDS
) -> dict[str, int]:
    """Return the fold of each article, from 0; articles that share a cluster stay together."""
    groups = sorted(groups_of(rows), key=min)
    order = np.random.default_rng(seed).permutation(len(groups))
    folds: dict[str, int] = {}
    for place, number in enumerate(order):
        group = groups[number]
        earlier = sorted(fixed[article] for article in group if article in fixed)
        fold = earlier[0] if earlier else place % count
        folds |= {article: fixed.get(article, fold) for article in group}
    return folds


def _label_counts(
    rows: Sequence[SplitRow], groups: Sequence[frozenset[str]]
) -> npt.NDArray[np.float64]:
    """Count how many paragraphs of each group have each label; shape (groups, labels + 1)."""
    of_article: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        of_article[row.article_id].update((*row.labels, _ROWS))
    labels = sorted({label for row in rows for label in row.labels} | {_ROWS})
    return np.array(
        [[sum(of_article[a][x] for a in g) for x in labels] for g in groups], dtype=float
    )


def _best_order(
    counts: npt.NDArray[np.float64], plan: SplitPlan
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Find the best shuffle of the groups, and where its validation and test parts begin."""
    generator = np.random.default_rng(plan.seed)
    share = np.outer(plan.shares, counts.sum(axis=0))
    best: tuple[float, npt.NDArray[np.intp], npt.NDArray[np.intp]]
    best = (np.inf, np.arange(len(counts)), np.zeros(2, dtype=np.intp))
    for _ in range(_TRIES):
        order = generator.permutation(len(counts))
        ends = _cut(counts[order, 0], plan)
        parts = np.array([part.sum(axis=0) for part in np.split(counts[order], ends)])
        # Squares over the expected number, as in chi-square: rare labels weigh as much as others.
        cost = float(((parts - share) ** 2 / share).sum())
        if cost < best[0]:
            best = (cost, order, ends)
    return best[1], best[2]


def _cut(sizes: npt.NDArray[np.float64], plan: SplitPlan) -> npt.NDArray[np.intp]:
    """Find where validation and test begin, by size; each split has a group while there are any."""
    groups = len(sizes)
    if groups < len(SPLITS):
        return np.array([1, 1])
    before = np.concatenate([[0.0], np.cumsum(sizes)])
    aims = np.cumsum(plan.shares)[:-1] * before[-1]
    validation = int(np.clip(np.abs(before - aims[0]).argmin(), 1, groups - 2))
    test = int(np.clip(np.abs(before - aims[1]).argmin(), validation + 1, groups - 1))
    return np.array([validation, test])


def groups_of(rows: Sequence[SplitRow]) -> list[frozenset[str]]:
    """Return the sets of articles that share clusters, directly or through others."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for row in rows:
        parent[root(f"cluster {row.cluster}")] = root(f"article {row.article_id}")
    members: dict[str, set[str]] = {}
    for row in rows:
        members.setdefault(root(f"article {row.article_id}"), set()).add(row.article_id)
    return [frozenset(articles) for articles in members.values()]
