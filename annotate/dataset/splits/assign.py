"""Put each article into train, validation or test, or into a fold; who has a place keeps it.

A group is a set of articles that share near-duplicates, directly or through others. Splits never
cut a group, and each gets its share of the paragraphs and of every label (`stratify`).

Train gets a group first, then validation, then test: with two groups `fit` runs, which needs the
first two, and the third becomes the test. A label that a single group has is in train as a rule,
where it can be learnt; with two or three groups, test or validation may lack it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from annotate.core.dataset_folder import SPLITS
from annotate.dataset.splits.by_date import newest_to_test
from annotate.dataset.splits.stratify import Paragraphs, stratify

Part = TypeVar("Part", str, int)  # a split or a fold

TRAIN = SPLITS[0]


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
    """Return the split of each article of the rows, whatever their order.

    An article that shares a group with fixed ones joins their split, or train if they are in
    several. By source, an outlet's new articles follow its fixed ones first of all. Other groups
    go to the splits that lack most, by paragraphs and labels; by date, see `by_date`.

    Args:
        rows: The paragraphs.
        plan: How to split; a split with no share gets no group.
        fixed: Article -> split of articles that do not move; some may be gone from the rows.
    """
    groups = groups_of(rows, plan.by)
    outlets = _outlets(rows) if plan.by is SplitBy.SOURCE else []
    placed = _follow([*outlets, *groups], fixed, lambda _: TRAIN)
    shares = {split: share for split, share in zip(SPLITS, plan.shares, strict=True) if share > 0}
    if plan.by is SplitBy.DATE:
        dates = ((row.article_id, row.date) for row in rows)
        return placed | newest_to_test(dates, groups, placed, shares)
    return placed | _balance(rows, groups, placed, shares, plan.seed)


def assign_folds(
    rows: Sequence[SplitRow], count: int, seed: int, fixed: Mapping[str, int] = _NO_FOLDS
) -> dict[str, int]:
    """Return the fold of each article of the rows, from 0 to count - 1.

    Folds are of equal size and balanced like splits. With fewer groups than folds the last folds
    are empty. What joins groups of several folds goes to the first of these.

    Args:
        rows: The paragraphs.
        count: Number of folds.
        seed: Random seed.
        fixed: Article -> fold of articles that do not move.
    """
    groups = groups_of(rows)
    placed = _follow(groups, fixed, min)
    return placed | _balance(rows, groups, placed, dict.fromkeys(range(count), 1.0), seed)


def groups_of(rows: Sequence[SplitRow], by: SplitBy = SplitBy.ARTICLE) -> list[frozenset[str]]:
    """Return the sets of articles that share clusters, directly or through others, in order.

    By source, articles of one outlet are in one set too; those without a source are not joined.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    for row in rows:
        parent[root(f"cluster {row.cluster}")] = root(f"article {row.article_id}")
        if by is SplitBy.SOURCE and row.source:
            parent[root(f"source {row.source}")] = root(f"article {row.article_id}")
    members: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        members[root(f"article {row.article_id}")].add(row.article_id)
    return sorted(map(frozenset, members.values()), key=min)


def _outlets(rows: Sequence[SplitRow]) -> list[set[str]]:
    """Return the articles of each source, in order."""
    articles: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.source:
            articles[row.source].add(row.article_id)
    return [articles[source] for source in sorted(articles)]


def _follow(
    groups: Iterable[Collection[str]],
    fixed: Mapping[str, Part],
    choose: Callable[[Collection[Part]], Part],
) -> dict[str, Part]:
    """Return the parts of the fixed articles and of all that share a group with them.

    Args:
        groups: An article in two of them follows the first.
        fixed: Article -> part.
        choose: The part of those that join a group with several.
    """
    placed: dict[str, Part] = {}
    for group in groups:
        parts = {fixed[article] for article in group if article in fixed}
        if parts:
            part = choose(parts) if len(parts) > 1 else parts.pop()
            for article in group:
                placed.setdefault(article, fixed.get(article, part))
    return placed


def _balance(
    rows: Sequence[SplitRow],
    groups: Sequence[Collection[str]],
    placed: Mapping[str, Part],
    shares: Mapping[Part, float],
    seed: int,
) -> dict[str, Part]:
    """Place the groups that are not placed yet where paragraphs and labels lack most."""
    labels: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in rows:
        labels[row.article_id].append(row.labels)

    def paragraphs(articles: Iterable[str]) -> Paragraphs:
        return [paragraph for article in articles for paragraph in labels[article]]

    free = [group for group in groups if placed.keys().isdisjoint(group)]
    before = [paragraphs(a for a in placed if placed[a] == part) for part in shares]
    chosen = stratify([paragraphs(g) for g in free], list(shares.values()), before, seed)
    parts = list(shares)
    return {a: parts[n] for group, n in zip(free, chosen, strict=True) for a in group}
