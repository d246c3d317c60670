"""A model's predictions sent along with the paragraphs: to sort Label Studio's task list by score.

The labels stay here: Label Studio ticks them for whoever opens a task from the list, whatever the
project's settings say (seen in version 1.23), and what a model says would sway what people say.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Protocol

from annotate.core.errors import InputError, ServerError
from annotate.core.io.jsonl import read_rows
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.tasks import until_certain

_BATCH = 1000


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


class PredictionStore(Protocol):
    """What sending predictions needs of a project."""

    def predicted(self) -> frozenset[tuple[int, str]]:
        """Task number and model of the predictions that are there."""

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """Add predictions as the server takes them, hidden from annotators; how many it made.

        Raises:
            InDoubtError: It is not known how many.
        """


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


def send_predictions(
    predictions: Mapping[str, Prediction],
    tasks: Mapping[str, int],
    store: PredictionStore,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Add the predictions of these tasks that are not there; a second time adds none.

    Args:
        predictions: By paragraph id.
        tasks: Paragraph id -> task number.
        store: The project.
        sleep: Waits before a look.

    Returns:
        How many were added.

    Raises:
        ServerError: The server took fewer than it was sent, or cannot be reached.
    """
    wanted = {(tasks[id_], p.model): p for id_, p in predictions.items() if id_ in tasks}
    there = store.predicted() if wanted else frozenset()
    keys = [key for key in wanted if key not in there]
    for start in range(0, len(keys), _BATCH):
        _send(keys[start : start + _BATCH], wanted, store, sleep)
    return len(keys)


def _send(
    keys: Sequence[tuple[int, str]],
    predictions: Mapping[tuple[int, str], Prediction],
    store: PredictionStore,
    sleep: Callable[[float], None],
) -> None:
    lacking = list(keys)

    def add() -> None:
        rows = [
            {"task": task, "model_version": model, "score": predictions[task, model].score}
            | {"result": []}
            for task, model in lacking
        ]
        made = store.predict(rows)
        if made != len(rows):
            raise ServerError(
                f"the server took {made} of {len(rows)} predictions and dropped the rest without a "
                "word; nothing else was changed: send them again"
            )

    def settled() -> bool:
        there = store.predicted()
        lacking[:] = [key for key in lacking if key not in there]
        return not lacking

    until_certain(add, settled, sleep)
