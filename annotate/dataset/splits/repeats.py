"""Near-duplicates across splits: a paragraph of the test split is in no other one, even reworded.

The splits are drawn so that there are none. But where an article stands, it stays, so a newcomer
that is a near-duplicate of paragraphs in several splits, or of two articles that were taken for
different ones, brings some about.
"""

from collections import defaultdict
from collections.abc import Iterable

from annotate.core.dataset_folder import SPLITS
from annotate.core.records import DatasetRow


def find_repeats(rows: Iterable[DatasetRow]) -> frozenset[str]:
    """Return the ids of paragraphs that repeat one of a later split: of validation or test."""
    rows = list(rows)
    splits: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        splits[row.paragraph.cluster].add(SPLITS.index(row.split))
    return frozenset(
        row.paragraph.id
        for row in rows
        if SPLITS.index(row.split) < max(splits[row.paragraph.cluster])
    )
