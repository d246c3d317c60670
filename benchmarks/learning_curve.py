"""How often does the forecast of a learning curve hold; see benchmarks/README.md.

`python -m benchmarks.learning_curve DATASET [PARAGRAPHS [PROJECTS]]` takes random parts of a
dataset, as small projects, makes the curve of each with a cheap learner, and compares its forecast
with the mean of many samples of the whole dataset.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from annotate.core.dataset_folder import open_dataset
from train.baselines.one_per_label import label_scores
from train.dataset import Split, joined, read_split
from train.learning_curve.forecast import Forecast, forecast
from train.learning_curve.points import MODEL, count_outcomes, decided_by_halves, make_curve
from train.learning_curve.samples import default_sizes, draw_samples, draws_of, largest_sample
from train.scoring.scores import Floats

PARAGRAPHS, PROJECTS = 300, 20
REPEATS = 3
TRUTHS = 40  # samples of the whole dataset


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


def shuffled(split: Split, seed: int) -> Split:
    """The split with its articles in another order."""
    order = np.random.default_rng(seed).permutation(int(split.articles.max()) + 1)
    return split.rows(np.argsort(order[split.articles], kind="stable"))


def true_score(learner: Learner, split: Split, paragraphs: int, most: int) -> float:
    """Mean micro-F1 of samples, each on the paragraphs behind the first `most`."""
    scores = []
    for seed in range(TRUTHS):
        drawn = shuffled(split, 1000 + seed)
        train = drawn.rows(range(paragraphs))
        rest = drawn.rows(range(most, len(drawn.ids)))
        predicted = decided_by_halves(rest, learner.scores(train, rest), paragraphs, seed)
        scores.append(2 * (predicted & rest.gold).sum() / (predicted.sum() + rest.gold.sum()))
    return float(np.mean(scores))


def project_forecast(learner: Learner, project: Split, seed: int) -> Forecast:
    sizes = default_sizes(largest_sample(project, seed))
    samples = draw_samples(project, sizes, draws_of(sizes, REPEATS, lambda n: n), seed)
    scores = [
        {MODEL: learner.scores(project.rows(s.train), project.rows(s.scored))} for s in samples
    ]
    counts = count_outcomes(project, samples, scores, seed)[MODEL]
    return forecast(make_curve(counts, sizes, seed), sizes, len(project.ids))


def main(arguments: Sequence[str]) -> None:
    """Print the true gain, and what the projects forecast."""
    dataset = open_dataset(Path(arguments[0]))
    paragraphs, projects = (*map(int, arguments[1:]), *(PARAGRAPHS, PROJECTS)[len(arguments) - 1 :])
    split = joined(read_split(dataset, "train"), read_split(dataset, "validation"))
    learner = Learner.of(split)
    forecasts = []
    for seed in range(projects):
        project = shuffled(split, seed).rows(range(paragraphs))
        forecasts.append(project_forecast(learner, project, seed))
        print(seed, forecasts[-1].to_json()["gain"], flush=True)
    end = paragraphs + forecasts[0].more
    gain = true_score(learner, split, end, end) - true_score(learner, split, paragraphs, end)
    ends = [f.gain.interval for f in forecasts if f.gain]
    covered = sum(i.low <= gain <= i.high for i in ends)
    width = np.mean([i.high - i.low for i in ends])
    print(
        f"{dataset.name}: from {paragraphs} to {end} paragraphs the gain is {gain:.4f}; "
        f"{covered} of {len(ends)} intervals cover it, mean width {width:.4f}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
