"""Near-duplicates across splits: a paragraph of the test split is in no other one, even reworded.

The splits are drawn so that there are none. But where an article stands, it stays, so a new article
that is a near-duplicate of paragraphs in several splits, or of two articles that were taken for
different ones, brings some about.
"""

from collections.abc import Iterable

from annotate.core.dataset_folder import SPLITS
from annotate.core.records import DatasetRow


def find_repeats(rows: Iterable[DatasetRow]) -> frozenset[str]:
    """Return the ids of paragraphs that repeat one of a later split: of validation or test."""
    rows = list(rows)
    latest = latest_splits((row.paragraph.cluster, row.split) for row in rows)
    return frozenset(
        row.paragraph.id for row in rows if SPLITS.index(row.split) < latest[row.paragraph.cluster]
    )


def latest_splits(placed: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Return cluster -> number of the latest split that it is in, from cluster and split."""
    latest: dict[str, int] = {}
    for cluster, split in placed:
        latest[cluster] = max(latest.get(cluster, 0), SPLITS.index(split))
    return latest
