"""A split of a dataset folder as arrays, to train on and to score."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.core.dataset_folder import DatasetFolder
from annotate.core.stats.estimates import cluster_index
from train.scoring.scores import Bools


@dataclass(frozen=True, slots=True)
class Split:
    """The paragraphs of one split, in the order of its files.

    Attributes:
        gold: Shape (paragraphs, labels), labels in the taxonomy's order.
    """

    name: str
    ids: tuple[str, ...]
    article_ids: tuple[str, ...]
    texts: tuple[str, ...]
    gold: Bools

    @property
    def articles(self) -> npt.NDArray[np.intp]:
        """Number of each paragraph's article."""
        return cluster_index(self.article_ids)


def read_split(dataset: DatasetFolder, name: str) -> Split:
    """Read a split; raises as `DatasetFolder.split`."""
    rows, labels = dataset.split(name), dataset.taxonomy.labels
    gold = np.array([[label in row.gold.labels for label in labels] for row in rows], dtype=bool)
    return Split(
        name,
        ids=tuple(row.paragraph.id for row in rows),
        article_ids=tuple(row.paragraph.article_id for row in rows),
        texts=tuple(row.paragraph.text for row in rows),
        gold=gold.reshape(len(rows), len(labels)),
    )
