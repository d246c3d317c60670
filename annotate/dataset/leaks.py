"""Find what stands on both sides of a split: a model that saw it in training is flattered by it.

Words, articles and addresses that several splits share are leaks. Titles that different articles
share, and texts that many articles repeat, are only hints: a column keeps its title.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from annotate.core.dataset_folder import SPLITS
from annotate.core.plurals import counted
from annotate.core.records import DatasetRow, normalise
from annotate.paragraphs.clusters import clusters

MANY = 5  # articles; in more of them a text is boilerplate, as in `prepare`


class Kind(StrEnum):
    """What several splits, or many articles, share."""

    WORDS = "words"
    NEAR_DUPLICATE = "near-duplicate"
    ARTICLE = "article"
    ADDRESS = "address"
    TITLE = "title"
    BOILERPLATE = "boilerplate"


LEAKS = (Kind.WORDS, Kind.NEAR_DUPLICATE, Kind.ARTICLE, Kind.ADDRESS)
# What explains a leak already is not reported again as one of these.
_STRONGER = {
    Kind.NEAR_DUPLICATE: (Kind.WORDS,),
    Kind.ADDRESS: (Kind.ARTICLE,),
    Kind.TITLE: (Kind.ARTICLE, Kind.ADDRESS),
}

Group = tuple[DatasetRow, ...]
# The split whose paragraphs are counted, and the one that they stand in as well.
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Leaks:
    """What the splits of a dataset share.

    Attributes:
        paragraphs: Split -> paragraphs.
        counts: Kind -> pair of splits -> paragraphs of the first, later one that are shared.
        affected: Pair of splits -> paragraphs of the first that leak in any way.
        groups: Kind -> the paragraphs that share something; those that leak most first.
    """

    paragraphs: Mapping[str, int]
    counts: Mapping[Kind, Mapping[Pair, int]]
    affected: Mapping[Pair, int]
    groups: Mapping[Kind, Sequence[Group]]

    def __bool__(self) -> bool:
        """Tell whether there are leaks; hints are none."""
        return any(self.groups[kind] for kind in LEAKS)

    def to_json(self) -> dict[str, Any]:
        """Return all of it."""
        return {
            "paragraphs": {split: self.paragraphs[split] for split in SPLITS},
            "leaks": {kind: self._kind_json(kind) for kind in LEAKS},
            "hints": {kind: self._kind_json(kind) for kind in Kind if kind not in LEAKS},
        }

    def _kind_json(self, kind: Kind) -> dict[str, Any]:
        counts = [
            {"split": split, "also_in": other, "paragraphs": count}
            for (split, other), count in self.counts[kind].items()
        ]
        return {"counts": counts, "groups": [list(map(_row_json, g)) for g in self.groups[kind]]}


def _row_json(row: DatasetRow) -> dict[str, str]:
    paragraph = row.paragraph
    keys = ("id", "article_id", "url", "title", "text")
    return {"split": row.split} | {key: getattr(paragraph, key) for key in keys}


def find_leaks(rows: Sequence[DatasetRow], advance: Callable[[], None] = lambda: None) -> Leaks:
    """Compare the paragraphs of the splits.

    Near-duplicates are looked for anew, since a dataset that was made elsewhere may not know its
    own; those that it knows count too.

    Args:
        rows: Of all splits.
        advance: Called for each paragraph.
    """

    def texts() -> Iterator[tuple[str, str]]:
        for row in rows:
            yield row.paragraph.id, row.paragraph.text
            advance()

    cluster_of = clusters(texts(), {row.paragraph.id: row.paragraph.cluster for row in rows})
    keys = [_keys(row, cluster_of[row.paragraph.id]) for row in rows]
    splits: dict[tuple[Kind, str], set[str]] = defaultdict(set)
    for row, shared in zip(rows, keys, strict=True):
        for item in shared.items():
            splits[item].add(row.split)
    compared = [
        _Compared(row, shared, _others(row, shared, splits))
        for row, shared in zip(rows, keys, strict=True)
    ]
    return Leaks(
        paragraphs=Counter(row.split for row in rows),
        counts={kind: _pairs(compared, (kind,)) for kind in Kind},
        affected=_pairs(compared, LEAKS),
        groups={kind: _groups(compared, kind) for kind in Kind},
    )


@dataclass(frozen=True, slots=True)
class _Compared:
    """A paragraph, what it may share, and the other splits that share it."""

    row: DatasetRow
    keys: Mapping[Kind, str]
    others: Mapping[Kind, set[str]]

    def splits(self, kinds: Iterable[Kind]) -> set[str]:
        """Return the other splits that share anything of these kinds."""
        return set().union(*(self.others.get(kind, ()) for kind in kinds))


def _keys(row: DatasetRow, cluster: str) -> dict[Kind, str]:
    """Return what a paragraph may share with others; without what is not known."""
    paragraph = row.paragraph
    keys = {
        Kind.ARTICLE: normalise(paragraph.article_id),
        Kind.ADDRESS: _address(paragraph.url),
        Kind.WORDS: paragraph.text,
        Kind.NEAR_DUPLICATE: cluster,
        Kind.TITLE: normalise(paragraph.title).casefold(),
    }
    return {kind: key for kind, key in keys.items() if key}


def _address(url: str) -> str:
    """Return the address without what does not tell pages apart."""
    address = url.partition("#")[0].strip().rstrip("/")
    return address.partition("://")[2] or address


def _others(
    row: DatasetRow, keys: Mapping[Kind, str], splits: Mapping[tuple[Kind, str], set[str]]
) -> dict[Kind, set[str]]:
    """Return the other splits that share each key of a row, and nothing stronger."""
    others = {kind: splits[kind, key] - {row.split} for kind, key in keys.items()}
    return {
        kind: shared.difference(*(others.get(k, ()) for k in _STRONGER.get(kind, ())))
        for kind, shared in others.items()
    }


def _pairs(compared: Iterable[_Compared], kinds: Sequence[Kind]) -> dict[Pair, int]:
    """Count the paragraphs of each split that an earlier split shares, the last split first."""
    counts = Counter((each.row.split, other) for each in compared for other in each.splits(kinds))
    pairs = [(split, other) for n, split in enumerate(SPLITS) for other in SPLITS[:n]]
    return {pair: counts[pair] for pair in reversed(pairs) if counts[pair]}


def _groups(compared: Iterable[_Compared], kind: Kind) -> list[Group]:
    """Return the paragraphs that share one thing, the largest group first."""
    members: dict[str, list[_Compared]] = defaultdict(list)
    for each in compared:
        if key := each.keys.get(Kind.NEAR_DUPLICATE if kind is Kind.BOILERPLATE else kind):
            members[key].append(each)
    groups = [
        tuple(sorted((each.row for each in group), key=lambda row: SPLITS.index(row.split)))
        for group in members.values()
        if _is_shared(group, kind)
    ]
    return sorted(groups, key=lambda group: (-len(group), min(row.paragraph.id for row in group)))


def _is_shared(group: Sequence[_Compared], kind: Kind) -> bool:
    if kind is Kind.BOILERPLATE:
        return len({each.row.paragraph.article_id for each in group}) > MANY
    return any(each.splits((kind,)) for each in group)


def leaks_line(leaks: Leaks, dataset: str) -> str:
    """Say in a line how much of the splits leaks; empty if nothing does.

    Args:
        leaks: Of the dataset.
        dataset: As the user names it.
    """
    if not leaks:
        return ""
    parts = [
        f"{count:,} of {counted(leaks.paragraphs[split], f'{split} paragraph')} with {other}"
        for (split, other), count in leaks.affected.items()
    ]
    return (
        f"warning: splits share words, articles or addresses: {', '.join(parts)}; "
        f"'rhetoric-annotate leaks {dataset}' shows which"
    )
