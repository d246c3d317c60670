"""One classifier for each label, over features that all labels share."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from train.scoring.scores import Bools, Floats

# From texts to probabilities of shape (texts, labels)
Scorer = Callable[[Sequence[str]], Floats]


def label_scores(features: Any, gold: Bools, asked: Any, classifier: Callable[[], Any]) -> Floats:
    """Train, then return probabilities of shape (asked, labels); see `trained_labels`."""
    return trained_labels(features, gold, classifier)(asked)


def trained_labels(
    features: Any, gold: Bools, classifier: Callable[[], Any]
) -> Callable[[Any], Floats]:
    """Return the function from features of texts to probabilities of shape (texts, labels).

    A label without positives, or without negatives, has only its prior: there is nothing to tell
    apart.

    Args:
        features: Of the training paragraphs, a row each.
        gold: Their labels; shape (paragraphs, labels).
        classifier: Returns an untrained one, in the manner of scikit-learn.
    """
    trained = [
        None if truth.all() or not truth.any() else classifier().fit(features, truth)
        for truth in gold.T
    ]

    def score(asked: Any) -> Floats:
        scores = np.zeros((asked.shape[0], gold.shape[1]))
        for column, one in enumerate(trained):
            if one is None:
                scores[:, column] = float(gold[:, column].any())
            elif len(scores):
                scores[:, column] = one.predict_proba(asked)[:, 1]
        return scores

    return score
