"""A split of a dataset folder as arrays, to train on and to score."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.core.dataset_folder import DatasetFolder
from annotate.core.stats.estimates import cluster_index
from train.scoring.scores import Bools

# Where marked words start and end in the text, and the number of their label
Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Split:
    """The paragraphs of one split, in the order of its files.

    Attributes:
        gold: Shape (paragraphs, labels), labels in the taxonomy's order.
        marks: The words of each paragraph that annotators marked for a label that holds.
    """

    name: str
    ids: tuple[str, ...]
    article_ids: tuple[str, ...]
    texts: tuple[str, ...]
    gold: Bools
    marks: tuple[tuple[Mark, ...], ...]

    def rows(self, numbers: Sequence[int] | npt.NDArray[np.intp]) -> "Split":
        """Return the paragraphs of these numbers, as a split of the same name."""
        return Split(
            self.name,
            ids=tuple(self.ids[n] for n in numbers),
            article_ids=tuple(self.article_ids[n] for n in numbers),
            texts=tuple(self.texts[n] for n in numbers),
            gold=self.gold[np.asarray(numbers, dtype=np.intp)],
            marks=tuple(self.marks[n] for n in numbers),
        )

    @property
    def articles(self) -> npt.NDArray[np.intp]:
        """Number of each paragraph's article."""
        return cluster_index(self.article_ids)


def joined(first: Split, second: Split) -> Split:
    """Return the paragraphs of both, as one split."""
    return Split(
        f"{first.name}+{second.name}",
        ids=first.ids + second.ids,
        article_ids=first.article_ids + second.article_ids,
        texts=first.texts + second.texts,
        gold=np.concatenate([first.gold, second.gold]),
        marks=first.marks + second.marks,
    )


def read_split(dataset: DatasetFolder, name: str) -> Split:
    """Read a split; raises as `DatasetFolder.split`."""
    rows, labels = dataset.split(name), dataset.taxonomy.labels
    numbers = {label: number for number, label in enumerate(labels)}
    gold = np.array([[label in row.gold.labels for label in labels] for row in rows], dtype=bool)
    return Split(
        name,
        ids=tuple(row.paragraph.id for row in rows),
        article_ids=tuple(row.paragraph.article_id for row in rows),
        texts=tuple(row.paragraph.text for row in rows),
        gold=gold.reshape(len(rows), len(labels)),
        marks=tuple(
            tuple(
                (span.start, span.end, numbers[span.label])
                for span, _ in row.gold.spans
                if span.label in numbers  # a group's words say nothing about one technique
            )
            for row in rows
        ),
    )
