"""The baseline beside every model: TF-IDF of words and characters, one logistic regression a label.

It trains in seconds and without chance, so it is made anew wherever it is needed and never saved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from train.dataset import Split
from train.scoring.scores import Bools, Floats
from train.scoring.thresholds import Threshold, choose_threshold


@dataclass(frozen=True, slots=True)
class Baseline:
    """A trained baseline; a label without positives, or without negatives, has only its prior."""

    vectorizer: Any
    models: tuple[Any, ...]  # a prior, or a fitted LogisticRegression
    threshold: Threshold

    def scores(self, texts: Sequence[str]) -> Floats:
        """Probabilities of shape (texts, labels)."""
        return _scores(self.vectorizer, self.models, texts)


def train_baseline(train: Split, validation: Split) -> Baseline:
    """Fit on the first split, choose the threshold on the second."""
    vectorizer = _vectorizer()
    features = vectorizer.fit_transform(train.texts)
    models = tuple(_model(features, column) for column in train.gold.T)
    scores = _scores(vectorizer, models, validation.texts)
    return Baseline(vectorizer, models, choose_threshold(validation.gold, scores))


def _vectorizer() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import FeatureUnion

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    return FeatureUnion([("words", words), ("characters", characters)], n_jobs=1)


def _model(features: Any, gold: Bools) -> Any:
    """One label's classifier, or its prior where there is nothing to tell apart."""
    from sklearn.linear_model import LogisticRegression

    if gold.all() or not gold.any():
        return float(gold.any())
    model = LogisticRegression(class_weight="balanced", solver="liblinear", random_state=0)
    return model.fit(features, gold)


def _scores(vectorizer: Any, models: Sequence[Any], texts: Sequence[str]) -> Floats:
    result = np.zeros((len(texts), len(models)))
    if not texts:
        return result
    features = vectorizer.transform(texts)
    for column, model in enumerate(models):
        prior = isinstance(model, float)
        result[:, column] = model if prior else model.predict_proba(features)[:, 1]
    return result
