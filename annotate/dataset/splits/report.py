"""Say how a dataset was split: in a line of `pull`, and on its card."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from annotate.core.dataset_folder import SPLITS
from annotate.core.plurals import counted
from annotate.dataset.splits.lineage import Lineage


class Drawn(StrEnum):
    """Where the splits come from."""

    NEW = "drawn"
    ANEW = "drawn anew"
    GIVEN = "as they came with the data"
    KEPT = "stay as they were"


@dataclass(frozen=True, slots=True)
class SplitReport:
    """What a pull did about the splits.

    Attributes:
        drawn: Where they come from.
        lineage: Its id.
        articles: Split -> articles that it got now.
        repeats: Split -> paragraphs left out of gold, since another split has a near-duplicate.
        refolded: Whether the folds were drawn, and not only filled with new articles.
        folds: How many there are.
        project: Id of the project's lineage, where the dataset keeps other splits.
    """

    drawn: Drawn
    lineage: str
    articles: Mapping[str, int]
    repeats: Mapping[str, int]
    refolded: bool
    folds: int
    project: str

    def to_json(self) -> dict[str, Any]:
        """Return it as the JSON of a report has it."""
        return {
            "splits": str(self.drawn),
            "id": self.lineage,
            "new_articles": dict(self.articles),
            "repeats": dict(self.repeats),
            "folds": self.folds,
        }

    def sentence(self) -> str:
        """Return one line."""
        parts = [str(self.drawn), f"new articles: {by_split(self.articles) or 'none'}"]
        if self.refolded:
            parts.append(f"{self.folds} folds drawn")
        if self.repeats:
            parts.append(f"left out of gold as repeats: {by_split(self.repeats)}")
        return f"splits: {'; '.join(parts)}"

    def warning(self, output: str) -> str:
        """Say that a dataset and its project do not have the same splits; empty if they do."""
        if not self.project:
            return ""
        return (
            f"{output} keeps its splits (lineage {self.lineage}), which are not those of its "
            f"project (lineage {self.project}); a new -o gets the project's"
        )


def split_report(
    before: Lineage | None, after: Lineage, repeats: Mapping[str, int], project: str, *, anew: bool
) -> SplitReport:
    """Compare a dataset's lineage with the one that it had.

    Args:
        before: None for a new dataset.
        after: The present one.
        repeats: See `SplitReport`.
        project: See `SplitReport`.
        anew: The splits were to be drawn anew.
    """
    kept = before.splits if before and not anew else {}
    new = [split for key, split in after.splits.items() if key not in kept]
    drawn = Drawn.ANEW if anew else Drawn.KEPT if before else Drawn.NEW
    folds_kept = before and not anew and before.folds == after.folds
    return SplitReport(
        drawn=Drawn.GIVEN if after.given and drawn is Drawn.NEW else drawn,
        lineage=after.id,
        articles={split: new.count(split) for split in SPLITS if split in new},
        repeats=repeats,
        refolded=bool(after.folds and not folds_kept),
        folds=after.folds,
        project=project,
    )


def card_sentences(manifest: Mapping[str, Any]) -> list[str]:
    """Return what a reader of the card must know of the splits, beside their sizes."""
    lineage = manifest.get("lineage", {})
    sentences = []
    if lineage.get("replaces"):
        sentences.append(
            f"The splits were drawn anew (validation {lineage['validation']:.0%}, test "
            f"{lineage['test']:.0%}, by {lineage['by']}, seed {lineage['seed']}): figures measured "
            f"on the earlier ones, of lineage `{lineage['replaces']}`, do not compare with those "
            "measured on these."
        )
    if repeats := manifest.get("repeats"):
        count = sum(repeats.values())
        sentences.append(
            f"{counted(count, 'paragraph')} of {_places(repeats)} "
            f"{'is' if count == 1 else 'are'} left out of gold, because a later split has a "
            "near-duplicate: the configuration `repeats` has "
            f"{'it' if count == 1 else 'them'}."
        )
    if empty := manifest.get("folds", []).count(0):
        sentences.append(
            f"{counted(empty, 'fold')} of {len(manifest['folds'])} {'is' if empty == 1 else 'are'} "
            "empty: there are fewer groups of articles than folds."
        )
    return sentences


def by_split(counts: Mapping[str, int]) -> str:
    """Return the counts in a line, such as "70 train, 15 validation, 15 test"."""
    return ", ".join(f"{counts[split]:,} {split}" for split in SPLITS if counts.get(split))


def _places(counts: Mapping[str, int]) -> str:
    return " and ".join(split for split in SPLITS if counts.get(split))
