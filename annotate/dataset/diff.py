"""Compare two datasets, or two versions of one: paragraphs, labels, splits, taxonomy, settings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from annotate.core.dataset_folder import SPLITS, DatasetFolder
from annotate.core.plurals import counted
from annotate.core.records import DatasetRow
from annotate.dataset.splits.lineage import Lineage, read_lineage


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """A paragraph that only one of the datasets has in gold, or that they treat differently.

    Attributes:
        before: Its split in the first dataset; empty where it is not in gold there.
        after: The same for the second.
        gained: Labels that it has only in the second.
        lost: Labels that it has only in the first.
    """

    id: str
    article_id: str
    text: str
    before: str
    after: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Added, removed, or changed."""
        return "changed" if self.before and self.after else "added" if self.after else "removed"


@dataclass(frozen=True, slots=True)
class DatasetDiff:
    """How the second dataset differs from the first.

    Attributes:
        versions: Name and digest of each.
        paragraphs: For each dataset, split -> paragraphs in gold.
        changes: By article and position.
        gained: Label -> paragraphs of both that have it only in the second.
        lost: Label -> paragraphs of both that have it only in the first.
        taxonomy: What differs, a line each.
        settings: Setting -> its values in both.
        lineage: Whether articles keep their splits: in words.
    """

    versions: tuple[str, str]
    paragraphs: tuple[Mapping[str, int], Mapping[str, int]]
    changes: Sequence[ParagraphChange]
    gained: Mapping[str, int]
    lost: Mapping[str, int]
    taxonomy: Sequence[str]
    settings: Mapping[str, tuple[Any, Any]]
    lineage: str

    @property
    def counts(self) -> dict[str, int]:
        """Return how many paragraphs changed in which way; one may have moved and be relabelled."""
        changed = [change for change in self.changes if change.kind == "changed"]
        kinds = Counter(change.kind for change in self.changes)
        return {
            "added": kinds["added"],
            "removed": kinds["removed"],
            "moved": sum(change.before != change.after for change in changed),
            "relabelled": sum(bool(change.gained or change.lost) for change in changed),
        }

    def to_json(self) -> dict[str, Any]:
        """Return all of it."""
        whole = asdict(self)
        whole["changes"] = [{"kind": c.kind} | asdict(c) for c in self.changes]
        return {"counts": self.counts} | whole


def diff_datasets(before: DatasetFolder, after: DatasetFolder) -> DatasetDiff:
    """Compare the gold of two datasets; raises as `DatasetFolder.split`.

    Raises:
        InputError: One was changed after it was written.
    """
    before.check_unchanged()
    after.check_unchanged()
    rows = before.gold(), after.gold()
    changes = paragraph_changes(*rows)
    changed = [change for change in changes if change.kind == "changed"]
    return DatasetDiff(
        versions=(f"{before.name}@{before.digest}", f"{after.name}@{after.digest}"),
        paragraphs=(_by_split(rows[0]), _by_split(rows[1])),
        changes=changes,
        gained=_counted(change.gained for change in changed),
        lost=_counted(change.lost for change in changed),
        taxonomy=_taxonomy_changes(before, after),
        settings=_different(before.manifest["settings"], after.manifest["settings"]),
        lineage=_lineage_change(read_lineage(before), read_lineage(after)),
    )


def _by_split(rows: Iterable[DatasetRow]) -> dict[str, int]:
    counts = Counter(row.split for row in rows)
    return {split: counts[split] for split in SPLITS}


def _counted(labels: Iterable[Sequence[str]]) -> dict[str, int]:
    return dict(Counter(label for some in labels for label in some).most_common())


def paragraph_changes(
    before: Iterable[DatasetRow], after: Iterable[DatasetRow]
) -> list[ParagraphChange]:
    """Return the paragraphs that differ, by article and position."""
    old, new = ({row.paragraph.id: row for row in rows} for rows in (before, after))
    rows = sorted((old | new).values(), key=_place)
    changes = (_change(old.get(r.paragraph.id), new.get(r.paragraph.id), r) for r in rows)
    return [c for c in changes if c.before != c.after or c.gained or c.lost]


def _place(row: DatasetRow) -> tuple[str, int, str]:
    return (row.paragraph.article_id, row.paragraph.position, row.paragraph.id)


def _change(old: DatasetRow | None, new: DatasetRow | None, either: DatasetRow) -> ParagraphChange:
    lost, gained = (row.gold.labels if row else () for row in (old, new))
    return ParagraphChange(
        id=either.paragraph.id,
        article_id=either.paragraph.article_id,
        text=either.paragraph.text,
        before=old.split if old else "",
        after=new.split if new else "",
        gained=tuple(label for label in gained if label not in lost),
        lost=tuple(label for label in lost if label not in gained),
    )


def _taxonomy_changes(before: DatasetFolder, after: DatasetFolder) -> list[str]:
    old, new = before.taxonomy, after.taxonomy
    if old.digest == new.digest:
        return []
    lines = [
        f"{old.name} {old.version} -> {new.name} {new.version}",
        *(
            f"{label}: only in the first"
            for label in old.span_labels
            if label not in new.span_labels
        ),
        *(
            f"{label}: only in the second"
            for label in new.span_labels
            if label not in old.span_labels
        ),
    ]
    if set(old.span_labels) == set(new.span_labels):
        lines.append(
            "the same labels, with other texts"
            if old.span_labels == new.span_labels
            else "the same labels in another order"
        )
    return lines


def _different(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    keys = dict.fromkeys([*old, *new])
    return {key: (old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)}


def _lineage_change(old: Lineage, new: Lineage) -> str:
    """Compare where the articles stand; ids alone would not tell two that grew apart."""
    if old.digest == new.digest:
        return "the same"
    both = old.splits.keys() & new.splits.keys()
    if moved := sum(old.splits[key] != new.splits[key] for key in both):
        return f"different: {counted(moved, 'article is', 'articles are')} in another split"
    if both == old.splits.keys():
        return "the second extends the first: every article keeps its split"
    if both == new.splits.keys():
        return "the first extends the second: every article keeps its split"
    return "different, but no article is in another split"
