from collections.abc import Sequence
from typing import Any

import numpy as np

from train.dataset import Split


def make_split(articles: Sequence[int], labels: int = 1) -> Split:
    """A split whose articles have so many paragraphs; the first label holds in every other one."""
    ids = [f"a{n:03}" for n, size in enumerate(articles) for _ in range(size)]
    gold = np.zeros((len(ids), labels), dtype=bool)
    gold[::2, 0] = True
    texts = tuple(f"text {n}" for n in range(len(ids)))
    marks = ((),) * len(ids)
    return Split("made", tuple(map(str, range(len(ids)))), tuple(ids), texts, gold, marks)


def curve_result() -> dict[str, Any]:
    """Three sizes of the model and a baseline, and a forecast."""

    def score(value: float) -> dict[str, float]:
        return {"value": value, "low": value - 0.05, "high": value + 0.05}

    line = [{"paragraphs": n} | score(v) for n, v in ((200, 0.4), (400, 0.45))]
    return {
        "format": 1,
        "dataset": {"name": "made & labelled", "digest": "0011aabb"},
        "encoder": "minilm",
        "recipe": "minilm",
        "seed": 13,
        "plan": {"sizes": [50, 100, 200], "draws": [3, 1, 1], "folds": 4},
        "paragraphs": 267,
        "articles": 30,
        "points": [
            {
                "paragraphs": n,
                "articles": n // 10,
                "draws": draws,
                "scores": {"model": score(value), "tfidf": score(0.3)},
            }
            for n, draws, value in ((50, 3, 0.25), (100, 1, 0.35), (200, 1, 0.4))
        ],
        "forecast": {"line": line},
        "sentences": ["More would help.", "From 100 paragraphs on, it is ahead."],
    }
