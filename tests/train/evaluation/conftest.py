from typing import Any

import numpy as np
import pytest

from train.evaluation.error_rows import ErrorRows
from train.scoring.scores import LabelSet, score_predictions, scores_to_json

HOSTILE = '<script>alert(1)</script> | & "quoted"'
NOTHING = ErrorRows('{"head":{"groups":[],"techniques":[]},"rows":[]}', 0)
LABELS = LabelSet(("a", "b"), {"a": "x", "b": "y"})


@pytest.fixture
def evaluation() -> dict[str, Any]:
    return evaluated()


def evaluated() -> dict[str, Any]:
    """One label that is half right and one without examples, under names that attack the page."""
    gold = np.array([[True, False]] * 6)
    predicted = np.array([[True, False], [False, False]] * 3)
    articles = np.repeat([0, 1], 3)
    scores = scores_to_json(score_predictions(gold, predicted, articles, LABELS))
    nothing = np.zeros_like(gold)
    empty = scores_to_json(score_predictions(gold, nothing, articles, LABELS))
    calibration = {"error": 0.1, "bins": [{"score": 0.5, "share": 0.4, "size": 4}]}
    return {
        "format": 3,
        "model": {"digest": "abc", "threshold": 0.25, "temperature": 1.5, "max_length": 64},
        "dataset": {"name": HOSTILE, "digest": "def"},
        "split": "test",
        "articles": 2,
        "paragraphs": 2,
        "with_technique": 2,
        "annotators": 1,
        "groups": [
            {"id": "x", "name": HOSTILE, "labels": [{"id": "a", "name": HOSTILE}]},
            {"id": "y", "name": "Y", "labels": [{"id": "b", "name": "Label b"}]},
        ],
        "scores": {"model": scores, "baselines": {}, "empty": empty, "human": None},
        "all_right": {"model": 1, "empty": 0},
        "average_precision": {"mean": 1.0, "labels": {"a": 1.0, "b": None}},
        "confusions": [{"missed": "a", "instead": None, "paragraphs": 2, "of": 3}],
        "slices": [],
        "differences": {},
        "verdict": [],
        "calibration": calibration | {"before": calibration | {"error": 0.3}},
        "curve": [
            {"threshold": t, "precision": 0.5, "recall": 1 - t, "f1": 0.5} for t in (0.1, 0.9)
        ],
    }


@pytest.fixture
def compared(evaluation: dict[str, Any]) -> dict[str, Any]:
    """Beside the model, two baselines: one as good as it, one that never answers."""
    scores = evaluation["scores"]["model"]
    silent = scores | {"micro": scores["micro"] | {"f1": {"value": 0.0, "low": 0.0, "high": 0.1}}}
    evaluation["scores"]["baselines"] = {"most_frequent": silent, "tfidf": scores}
    evaluation["differences"] = {
        "most_frequent": {"value": 0.667, "low": 0.5, "high": 0.7},
        "tfidf": {"value": 0.0, "low": None, "high": None},
    }
    evaluation["verdict"] = ["The model is level <with> TF-IDF."]
    return evaluation
