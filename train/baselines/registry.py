"""All baselines by name. They train in seconds and without chance, and are never saved."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from train.baselines.frozen import frozen_scores
from train.baselines.most_frequent import most_frequent_scores
from train.baselines.tfidf import tfidf_scores
from train.dataset import Split
from train.models.encoder import Encoder
from train.scoring.scores import Floats

# name -> its title, and a function from training split, texts and encoder to probabilities
_SINGLE: Mapping[str, tuple[str, Callable[[Split, Sequence[str], Any], Floats]]] = {
    "most_frequent": ("most frequent label", most_frequent_scores),
    "tfidf": ("TF-IDF", tfidf_scores),
    "frozen": ("frozen encoder", frozen_scores),
}
_NEED_ENCODER = frozenset({"frozen"})
_AVERAGED = ("tfidf", "frozen")
AVERAGE = "average"

# name -> title, in the order of tables
BASELINES: Mapping[str, str] = {name: title for name, (title, _) in _SINGLE.items()} | {
    AVERAGE: "TF-IDF + frozen encoder"
}


def score_baselines(
    train: Split, texts: Sequence[str], encoder: Encoder | None
) -> dict[str, Floats]:
    """Train each baseline on a split; return its probabilities by name, shape (texts, labels).

    Args:
        train: The paragraphs to learn from.
        texts: Those to score; give all at once, such as validation and test, and split the rows.
        encoder: The model's own; None leaves out the baselines that need one.

    Raises:
        ModelError: The encoder cannot be loaded.
    """
    scores = {
        name: function(train, texts, encoder)
        for name, (_, function) in _SINGLE.items()
        if encoder or name not in _NEED_ENCODER
    }
    if all(name in scores for name in _AVERAGED):
        scores[AVERAGE] = np.mean([scores[name] for name in _AVERAGED], axis=0)
    return scores
