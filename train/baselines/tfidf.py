"""TF-IDF of words and characters, one balanced logistic regression a label."""

from collections.abc import Sequence
from typing import Any

from train.baselines.one_per_label import Scorer, trained_labels
from train.dataset import Split
from train.models.encoder import Encoder
from train.scoring.scores import Floats


def tfidf_scores(train: Split, texts: Sequence[str], _: Encoder | None = None) -> Floats:
    """Return probabilities of shape (texts, labels)."""
    return trained_tfidf(train)(texts)


def trained_tfidf(train: Split, _: Encoder | None = None) -> Scorer:
    """Return the function from texts to probabilities."""
    vectorizer = _vectorizer()
    features = vectorizer.fit_transform(train.texts)
    classify = trained_labels(features, train.gold, _regression)
    return lambda texts: classify(vectorizer.transform(texts) if texts else features[:0])


def _vectorizer() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import FeatureUnion

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    return FeatureUnion([("words", words), ("characters", characters)], n_jobs=1)


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(class_weight="balanced", solver="liblinear", random_state=0)
