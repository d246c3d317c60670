"""The encoder as it comes, without training: one logistic regression a label on its embeddings.

The penalty was chosen by 5-fold cross-validation on the train splits of two public corpora with
MiniLM. Micro-F1 on SemEval-2021 task 6 (20 labels) and accuracy on Argotario (6 classes):

| C | .003 | .01 | .03 | .1 |
|---|---|---|---|---|
| as it is | .496 / .425 | **.494 / .431** | .481 / .406 | .457 / .406 |
| balanced classes | .405 / .428 | .424 / .428 | .428 / .406 | .425 / .403 |
"""

from collections.abc import Sequence
from typing import Any

from train.baselines.embeddings import embed
from train.baselines.one_per_label import Scorer, trained_labels
from train.dataset import Split
from train.models.encoder import Encoder
from train.scoring.scores import Floats

_C = 0.01


def frozen_scores(train: Split, texts: Sequence[str], encoder: Encoder) -> Floats:
    """Return probabilities of shape (texts, labels).

    Raises:
        ModelError: The encoder cannot be loaded.
    """
    embed(encoder, [*train.texts, *texts])  # in one go, so that little padding is computed
    return trained_frozen(train, encoder)(texts)


def trained_frozen(train: Split, encoder: Encoder) -> Scorer:
    """Return the function from texts to probabilities; raises as `frozen_scores`, as it does."""
    classify = trained_labels(embed(encoder, train.texts), train.gold, _regression)
    return lambda texts: classify(embed(encoder, texts))


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=_C, max_iter=1000)
