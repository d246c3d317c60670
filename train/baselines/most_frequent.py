"""Always the most frequent label of the training paragraphs, whatever the text says."""

from collections.abc import Sequence

import numpy as np

from train.baselines.one_per_label import Scorer
from train.dataset import Split
from train.models.encoder import Encoder
from train.scoring.scores import Floats


def most_frequent_scores(train: Split, texts: Sequence[str], _: Encoder | None = None) -> Floats:
    """Return the label's share in train, and 0 for all others; shape (texts, labels).

    Of equally frequent labels it is the first. Without any example, all are 0. Where labels are so
    frequent that always naming all of them has the better micro-F1, the caller's threshold is 0.
    """
    return trained_most_frequent(train)(texts)


def trained_most_frequent(train: Split, _: Encoder | None = None) -> Scorer:
    """Return the function from texts to what `most_frequent_scores` returns."""
    counts = train.gold.sum(axis=0)
    shares = np.zeros(len(counts))
    if counts.any():
        shares[counts.argmax()] = counts.max() / len(train.gold)
    return lambda texts: np.tile(shares, (len(texts), 1))
