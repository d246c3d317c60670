"""What a learning curve says: points, forecast, and where the model gets ahead of each baseline."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from annotate.core.stats.estimates import Estimate, Size, judge_draws
from annotate.core.stats.intervals import DIFFERENCE, SHARE, Spread
from train.dataset import Split
from train.learning_curve.forecast import forecast
from train.learning_curve.points import MODEL, Curve, count_outcomes, make_curve
from train.learning_curve.samples import Sample
from train.learning_curve.wording import NAMES, Turn, forecast_in_words, turn_in_words
from train.scoring.scores import Floats


def measured(
    split: Split, samples: Sequence[Sample], scores: Sequence[Mapping[str, Floats]], seed: int
) -> dict[str, Any]:
    """Return points, forecast, turns and their sentences, for learning-curve.json.

    Args:
        split: The paragraphs of the curve.
        samples: What was trained on and scored.
        scores: For each sample, the probabilities of the model and of each baseline.
        seed: Of halves and bootstrap.
    """
    counts = count_outcomes(split, samples, scores, seed)
    sizes, articles = _mean_sizes(split, samples)
    curves = {name: make_curve(counts[name], sizes, seed) for name in NAMES if name in counts}
    size = Size(len(set(split.article_ids)), len(split.ids))
    draws = [len(c) for c in counts[MODEL]]
    foretold = forecast(curves[MODEL], sizes, len(split.ids))
    turns = {
        name: turn(curves[MODEL], curve, sizes, size)
        for name, curve in curves.items()
        if name != MODEL
    }
    return {
        "score": "micro-F1",
        "paragraphs": size.paragraphs,
        "articles": size.articles,
        "points": [
            {
                "paragraphs": sizes[at],
                "articles": articles[at],
                "draws": draws[at],
                "scores": {
                    name: _at(c.values[:, at], size).to_json() for name, c in curves.items()
                },
            }
            for at in range(len(sizes))
        ],
        "forecast": foretold.to_json(),
        "turn": {
            name: {"paragraphs": t.paragraphs, "difference": t.difference.to_json()}
            for name, t in turns.items()
        },
        "sentences": [
            forecast_in_words(foretold),
            *(turn_in_words(name, t, sizes[-1]) for name, t in turns.items()),
        ],
    }


def _mean_sizes(split: Split, samples: Sequence[Sample]) -> tuple[list[int], list[int]]:
    """Return how many paragraphs and articles the samples of each size have on average."""
    by_size: dict[int, list[tuple[int, int]]] = {}
    for s in samples:
        articles = len(np.unique(split.articles[s.train]))
        by_size.setdefault(s.size, []).append((len(s.train), articles))
    means = [np.mean(by_size[size], axis=0).round().astype(int) for size in sorted(by_size)]
    return [int(n) for n, _ in means], [int(a) for _, a in means]


def _at(values: Floats, size: Size, spread: Spread = SHARE) -> Estimate:
    return judge_draws(values[0], values[1:], size, spread)


def turn(model: Curve, baseline: Curve, sizes: Sequence[int], size: Size) -> Turn:
    """Return from which size on the model is ahead, by intervals over the same articles."""
    differences = model.values - baseline.values
    estimates = [_at(column, size, DIFFERENCE) for column in differences.T]
    behind = [at for at, e in enumerate(estimates) if not e.interval.low > 0]
    first = behind[-1] + 1 if behind else 0
    return Turn(sizes[first] if first < len(sizes) else None, estimates[-1])
