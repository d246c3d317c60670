"""One classifier for each label, over features that all labels share."""

from collections.abc import Callable
from typing import Any

import numpy as np

from train.scoring.scores import Bools, Floats


def label_scores(features: Any, gold: Bools, asked: Any, classifier: Callable[[], Any]) -> Floats:
    """Return probabilities of shape (asked, labels).

    A label without positives, or without negatives, has only its prior: there is nothing to tell
    apart.

    Args:
        features: Of the training paragraphs, a row each.
        gold: Their labels; shape (paragraphs, labels).
        asked: Features of the texts to score.
        classifier: Returns an untrained one, in the manner of scikit-learn.
    """
    scores = np.zeros((asked.shape[0], gold.shape[1]))
    for column, truth in enumerate(gold.T):
        if truth.all() or not truth.any():
            scores[:, column] = float(truth.any())
        elif len(scores):
            scores[:, column] = classifier().fit(features, truth).predict_proba(asked)[:, 1]
    return scores
