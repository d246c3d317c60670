"""Score the models of each size: micro-F1 at thresholds that the scored paragraphs had no part in.

The threshold for one half of the articles is chosen on the other half, and on no more paragraphs
than the model was trained on: a project of that size has no more to choose it on.

The band of a point is a bootstrap over articles, which all sizes and learners share, with the
noise of the draws added. It is measured where a size was drawn several times, and taken to fall
with the square root of the size, as the noise of a mean does.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotate.core.stats.estimates import draw_weights, sum_by_cluster
from train.dataset import Split
from train.learning_curve.samples import Numbers, Sample
from train.scoring.scores import Bools, Floats
from train.scoring.thresholds import choose_threshold

MODEL = "model"  # the learner beside the baselines

# Of one learner: for each size, hits, false alarms and misses; shape (draws, articles, 3)
Counts = Sequence[Floats]


@dataclass(frozen=True, slots=True)
class Curve:
    """Micro-F1 of one learner by size.

    Attributes:
        values: Shape (1 + replicates, sizes); the first row is the data themselves.
        noise: Standard deviation of each size's score by the draw of its samples; NaN if no size
            was drawn twice.
    """

    values: Floats
    noise: Floats


def count_outcomes(
    split: Split, samples: Sequence[Sample], scores: Sequence[Mapping[str, Floats]], seed: int
) -> dict[str, list[Floats]]:
    """Return the counts of each learner; its sizes grow.

    Args:
        split: The paragraphs.
        samples: All samples of the curve.
        scores: For each sample, the learners' probabilities for the rows that it scores.
        seed: Decides the halves for thresholds.
    """
    whole: dict[tuple[int, int], dict[str, Floats]] = {}
    for sample, learners in zip(samples, scores, strict=True):
        of_draw = whole.setdefault((sample.size, sample.draw), {})
        for name, values in learners.items():
            of_draw.setdefault(name, np.zeros(split.gold.shape))[sample.scored] = values
    counts: dict[str, dict[int, list[Floats]]] = {}
    for (size, _), learners in whole.items():
        for name, values in learners.items():
            predicted = decided_by_halves(split, values, size, seed)
            by_article = _count(split.gold, predicted, split.articles)
            counts.setdefault(name, {}).setdefault(size, []).append(by_article)
    return {
        name: [np.stack(draws) for _, draws in sorted(sizes.items())]
        for name, sizes in counts.items()
    }


def decided_by_halves(split: Split, scores: Floats, paragraphs: int, seed: int) -> Bools:
    """Return the predictions for each half of the articles, by a threshold from the other.

    Args:
        split: The paragraphs that were scored.
        scores: Their probabilities, out of fold.
        paragraphs: On how many a threshold is chosen at most.
        seed: Decides the halves.
    """
    articles = split.articles
    place = np.random.default_rng(seed).permutation(int(articles.max()) + 1)[articles]
    predicted = np.zeros(split.gold.shape, dtype=bool)
    for half in (0, 1):
        here, others = place % 2 == half, np.flatnonzero(place % 2 != half)
        chosen = others[np.argsort(place[others], kind="stable")][:paragraphs]
        threshold = choose_threshold(split.gold[chosen], scores[chosen])
        predicted[here] = scores[here] >= threshold.value
    return predicted


def _count(gold: Bools, predicted: Bools, articles: Numbers) -> Floats:
    outcomes = (gold & predicted, ~gold & predicted, gold & ~predicted)
    rows = np.stack([outcome.sum(axis=1) for outcome in outcomes], axis=1)
    return sum_by_cluster(rows.astype(np.float64), articles)


def make_curve(counts: Counts, sizes: Sequence[int], seed: int) -> Curve:
    """Return the scores of one learner and their replicates.

    Args:
        counts: Of each size.
        sizes: Training paragraphs of each.
        seed: Of the bootstrap; the same one draws the same articles for every learner.
    """
    articles = counts[0].shape[1]
    weights = np.vstack([np.ones((1, articles)), draw_weights(articles, seed)])
    drawn = [
        _micro_f1(np.asarray(np.tensordot(weights, c, axes=(1, 1)), dtype=np.float64))
        for c in counts
    ]
    noise = draw_noise([scores[0] for scores in drawn], sizes)
    values = np.stack([scores.mean(axis=1) for scores in drawn], axis=1)
    chance = np.random.default_rng((seed, 1)).normal(size=values[1:].shape)
    values[1:] += chance * np.nan_to_num(noise) / np.sqrt([c.shape[0] for c in counts])
    return Curve(values, noise)


def draw_noise(drawn: Sequence[Floats], sizes: Sequence[int]) -> Floats:
    """Return the standard deviation of a draw's score at each size, pooled over the sizes.

    Args:
        drawn: For each size, the score of each draw.
        sizes: Training paragraphs of each.
    """
    freedom = [len(scores) - 1 for scores in drawn]
    if not any(freedom):
        return np.full(len(sizes), math.nan)
    squares = [((s - s.mean()) ** 2).sum() * n for s, n in zip(drawn, sizes, strict=True)]
    noise: Floats = np.sqrt(sum(squares) / sum(freedom) / np.asarray(sizes, dtype=np.float64))
    return noise


def _micro_f1(totals: Floats) -> Floats:
    """Return the F1 of counts (..., 3); without anything to find or to claim it is 0."""
    hits, alarms, misses = np.moveaxis(totals, -1, 0)
    return np.asarray(hits / np.maximum(hits + (alarms + misses) / 2, 1e-12))
