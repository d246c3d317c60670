"""Count what the page shows of a dataset: labels by split, and which occur together."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from annotate.core.dataset_folder import DatasetFolder
from annotate.core.errors import InputError
from annotate.core.html.dot_plot import Point
from annotate.core.io.json_files import read_object
from annotate.core.records import DatasetRow
from annotate.core.taxonomy import Technique
from annotate.dataset.cooccurrence import pairs

_FIX = "pull the dataset again"


@dataclass(frozen=True, slots=True)
class SplitFigures:
    """How much of gold a split holds; `marked` are the paragraphs with a technique."""

    name: str
    articles: int
    paragraphs: int
    marked: int


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How often a technique holds, and how far people agree on it.

    Attributes:
        group: Place of its group in the taxonomy.
        splits: Split -> paragraphs of gold.
        disputed: Paragraphs in which the answers leave it undecided.
        alpha: None where it is undefined.
    """

    technique: Technique
    group: int
    splits: Mapping[str, int]
    disputed: int
    alpha: Point | None

    @property
    def paragraphs(self) -> int:
        """Paragraphs of gold in which it holds."""
        return sum(self.splits.values())


@dataclass(frozen=True, slots=True)
class Together:
    """How many paragraphs of gold have two techniques.

    Attributes:
        labels: The techniques of rows and columns.
        counts: Of each row, by column; on the diagonal, how often the technique holds at all.
        most: The highest count of two different techniques.
        paragraphs: Of gold.
    """

    labels: Sequence[LabelFigures]
    counts: Sequence[Sequence[int]]
    most: int
    paragraphs: int


def count_splits(gold: Sequence[DatasetRow], splits: Sequence[str]) -> list[SplitFigures]:
    """Count articles and paragraphs of each split."""
    by_split = {split: [row for row in gold if row.split == split] for split in splits}
    return [
        SplitFigures(
            split,
            len({row.paragraph.article_id for row in rows}),
            len(rows),
            sum(bool(row.gold.labels) for row in rows),
        )
        for split, rows in by_split.items()
    ]


def count_labels(
    opened: DatasetFolder, gold: Sequence[DatasetRow], left_out: Collection[DatasetRow]
) -> list[LabelFigures]:
    """Count each technique of the taxonomy, in its order.

    Args:
        opened: The dataset.
        gold: Its rows.
        left_out: Paragraphs that left gold, such as disputed ones.
    """
    counts = {s: Counter[str]() for s in opened.splits}
    for row in gold:
        counts[row.split].update(row.gold.labels)
    disputed = Counter(label for row in (*gold, *left_out) for label in row.gold.disputed)
    alphas = _alphas(opened)
    return [
        LabelFigures(
            technique,
            place,
            {split: counter[technique.id] for split, counter in counts.items()},
            disputed[technique.id],
            alphas.get(technique.id),
        )
        for place, group in enumerate(opened.taxonomy.groups)
        for technique in group.techniques
    ]


def count_together(gold: Sequence[DatasetRow], labels: Sequence[LabelFigures]) -> Together:
    """Count the paragraphs with each two techniques."""
    counts = pairs(row.gold.labels for row in gold)
    ids = [label.technique.id for label in labels]
    most = max((n for (first, second), n in counts.items() if first != second), default=0)
    return Together(labels, [[counts[a, b] for b in ids] for a in ids], most, len(gold))


def _alphas(opened: DatasetFolder) -> dict[str, Point | None]:
    """Read alpha by technique from agreement.json."""
    path = opened.folder / "agreement.json"
    value = read_object(path, _FIX)
    try:
        return {row["label"]: _point(row) for row in value["labels"]}
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: no alpha of each label; {_FIX}") from error


def _point(row: Mapping[str, float | None]) -> Point | None:
    alpha, low, high = row["alpha"], row["low"], row["high"]
    if alpha is None:
        return None
    if low is None or high is None:
        return Point(float(alpha), None, None, too_few=True)
    return Point(float(alpha), float(low), float(high))
