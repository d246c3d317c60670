"""How often does the forecast of a learning curve hold; see benchmarks/README.md.

`python -m benchmarks.learning_curve DATASET [PARAGRAPHS [PROJECTS]]` takes random parts of a large
dataset for small projects, makes each one's curve with TF-IDF, and compares its forecast of
training on half as many paragraphs again with the mean over many samples of the whole dataset.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from train.dataset import Split
from train.learning_curve.points import count_outcomes, cross_fitted
from train.learning_curve.samples import (
    default_sizes,
    draw_samples,
    draws_of,
    largest_sample,
)
from train.scoring.scores import Floats

REPEATS = 3
TRUTHS = 12  # samples of the whole dataset
NAME = "tfidf"


@dataclass(frozen=True, slots=True)
class Learner:
    """One logistic regression a label, on the words of a dataset, which are counted once."""

    features: Any
    row: Mapping[str, int]  # of a paragraph's id

    @classmethod
    def of(cls, split: Split) -> "Learner":
        from sklearn.feature_extraction.text import TfidfVectorizer

        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit_transform(split.texts)
        return cls(words.tocsr(), {id_: row for row, id_ in enumerate(split.ids)})

    def scores(self, train: Split, asked: Split) -> Floats:
        from sklearn.linear_model import LogisticRegression

        def regression() -> Any:
            return LogisticRegression(class_weight="balanced", solver="liblinear", random_state=0)

        known, new = ([self.row[id_] for id_ in split.ids] for split in (train, asked))
        return label_scores(self.features[known], train.gold, self.features[new], regression)


def label_scores(features: Any, gold: Any, asked: Any, classifier: Any) -> Floats:
    scores = np.zeros((asked.shape[0], gold.shape[1]))
    for column, truth in enumerate(gold.T):
        if truth.all() or not truth.any():
            scores[:, column] = float(truth.any())
        elif len(scores):
            scores[:, column] = classifier().fit(features, truth).predict_proba(asked)[:, 1]
    return scores


def shuffled(split: Split, seed: int) -> Split:
    """The split with its articles in another order."""
    order = np.random.default_rng(seed).permutation(int(split.articles.max()) + 1)
    return split.rows(np.argsort(order[split.articles], kind="stable"))


def true_score(learner: Learner, split: Split, paragraphs: int, least: int, seed: int) -> float:
    """Micro-F1 of a sample on the paragraphs that no sample here is trained on."""
    drawn = shuffled(split, seed)
    rows = np.arange(len(drawn.ids))
    train, rest = drawn.rows(rows[:paragraphs]), drawn.rows(rows[least:])
    predicted = cross_fitted(rest, learner.scores(train, rest), paragraphs, seed)
    return float(2 * (predicted & rest.gold).sum() / (predicted.sum() + rest.gold.sum()))


def project_counts(learner: Learner, project: Split, seed: int) -> Any:
    most = largest_sample(project, seed)
    sizes = default_sizes(most)
    draws = draws_of(sizes, REPEATS, lambda n: n)
    samples = draw_samples(project, sizes, draws, seed)
    scores = [
        {NAME: learner.scores(project.rows(s.train), project.rows(s.scored))} for s in samples
    ]
    return sizes, count_outcomes(project, samples, scores, seed)[NAME]
