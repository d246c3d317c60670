"""Read predictions.jsonl."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.jsonl import read_rows
from annotate.core.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of a paragraph.

    Attributes:
        model: Digest of the model.
        score: The highest probability among all techniques.
    """

    paragraph_id: str
    model: str
    score: float


def read_predictions(path: Path, taxonomy: Taxonomy) -> dict[str, Prediction]:
    """Paragraph id -> prediction, of a predictions.jsonl.

    Raises:
        InputError: A line is no prediction, or a label is not in the taxonomy.
    """
    found: dict[str, Prediction] = {}
    for number, row in read_rows(path):
        prediction = _prediction(row, taxonomy, f"{path}:{number}")
        if prediction.paragraph_id in found:
            raise InputError(f"{path}:{number}: paragraph {prediction.paragraph_id} stands twice")
        found[prediction.paragraph_id] = prediction
    if not found:
        raise InputError(f"{path}: no predictions; 'rhetoric-train predict' makes them")
    return found


def _prediction(row: Mapping[str, Any], taxonomy: Taxonomy, where: str) -> Prediction:
    id_, model, labels, scores = (row.get(key) for key in ("id", "model", "labels", "scores"))
    if not (isinstance(id_, str) and isinstance(model, str) and model):
        raise InputError(f"{where}: a prediction needs 'id' and 'model' as text")
    if not (isinstance(labels, list) and isinstance(scores, dict) and scores):
        raise InputError(f"{where}: a prediction needs 'labels', a list, and 'scores', by label")
    unknown = sorted({*map(str, labels), *scores} - set(taxonomy.labels))
    if unknown:
        raise InputError(
            f"{where}: the label {unknown[0]!r} is not in the taxonomy {taxonomy.name}; predict "
            "with a model that was trained on it"
        )
    if not all(type(score) in (int, float) and isfinite(score) for score in scores.values()):
        raise InputError(f"{where}: each of 'scores' must be a number")
    return Prediction(id_, model, float(max(scores.values())))
