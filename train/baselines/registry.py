"""All baselines by name. They train in seconds and without chance, and are never saved."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from train.baselines.frozen import frozen_scores, trained_frozen
from train.baselines.most_frequent import most_frequent_scores, trained_most_frequent
from train.baselines.one_per_label import Scorer
from train.baselines.tfidf import tfidf_scores, trained_tfidf
from train.dataset import Split
from train.models.encoder import Encoder
from train.scoring.scores import Floats

# name -> its title, and a function from training split, texts and encoder to probabilities
_SINGLE: Mapping[str, tuple[str, Callable[[Split, Sequence[str], Any], Floats]]] = {
    "most_frequent": ("most frequent label", most_frequent_scores),
    "tfidf": ("TF-IDF", tfidf_scores),
    "frozen": ("frozen encoder", frozen_scores),
}
# The same in two steps: trained once, then asked
TRAINED: Mapping[str, Callable[[Split, Any], Scorer]] = {
    "most_frequent": trained_most_frequent,
    "tfidf": trained_tfidf,
    "frozen": trained_frozen,
}
NEED_ENCODER = frozenset({"frozen"})
AVERAGED = ("tfidf", "frozen")
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
        if encoder or name not in NEED_ENCODER
    }
    if all(name in scores for name in AVERAGED):
        scores[AVERAGE] = np.mean([scores[name] for name in AVERAGED], axis=0)
    return scores
