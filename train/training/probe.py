"""Train the last layer alone, on what the frozen encoder says: for very few paragraphs."""

import numpy as np
import numpy.typing as npt

from train.dataset import Split
from train.models.classifier import Classifier, find_head
from train.scoring.scores import Bools, Floats

# As in train/baselines/frozen.py, where it was chosen
_PENALTY = 0.01
# The logit of a label that each paragraph has, negated that of one that none has
_CERTAIN = 8.0


def fit_head(classifier: Classifier, split: Split) -> None:
    """Fit one logistic regression a label and put them into the classifier's last layer.

    Raises:
        ModelError: The architecture has no such layer.
    """
    import torch

    head = find_head(classifier.model)
    weights, biases = _regressions(classifier.head_inputs(split.texts), split.gold)
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(weights))
        if head.bias is not None:
            head.bias.copy_(torch.from_numpy(biases))


def head_out_of_fold(classifier: Classifier, split: Split, numbers: npt.NDArray[np.intp]) -> Floats:
    """Return the logits of each paragraph by a head of the other folds; shape (rows, labels).

    Args:
        classifier: An encoder with a new head, which stays as it is.
        split: The paragraphs.
        numbers: The fold of each, from 0.

    Raises:
        ModelError: The architecture has no last layer of its own.
    """
    features, logits = classifier.head_inputs(split.texts), np.zeros(split.gold.shape)
    for fold in range(numbers.max() + 1):
        own = numbers == fold
        weights, biases = _regressions(features[~own], split.gold[~own])
        logits[own] = features[own] @ weights.T + biases
    return logits


def _regressions(
    features: npt.NDArray[np.float32], gold: Bools
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return weights of shape (labels, features) and a bias a label."""
    from sklearn.linear_model import LogisticRegression

    weights = np.zeros((gold.shape[1], features.shape[1]), dtype=np.float32)
    biases = np.zeros(gold.shape[1], dtype=np.float32)
    for label, truth in enumerate(gold.T):
        if truth.all() or not truth.any():
            biases[label] = _CERTAIN if truth.any() else -_CERTAIN
        else:
            model = LogisticRegression(C=_PENALTY, max_iter=1000).fit(features, truth)
            weights[label], biases[label] = model.coef_[0], model.intercept_[0]
    return weights, biases
