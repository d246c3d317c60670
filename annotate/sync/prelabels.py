"""A model's predictions sent along with the paragraphs: to sort Label Studio's task list by score.

The labels stay here: Label Studio ticks them for whoever opens a task from the list, whatever the
project's settings say (seen in version 1.23), and what a model says would sway what people say.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from annotate.core.errors import ServerError
from annotate.core.predictions import Prediction
from annotate.label_studio.retry import until_certain

_BATCH = 1000


class PredictionStore(Protocol):
    """What sending predictions needs of a project."""

    def predicted(self) -> frozenset[tuple[int, str]]:
        """Task number and model of the predictions that are there."""

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """Add predictions as the server takes them, hidden from annotators; how many it made.

        Raises:
            InDoubtError: It is not known how many.
        """


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
