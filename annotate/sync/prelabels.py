"""Send a model's predictions along with the paragraphs, to sort Label Studio's task list by score.

The labels are not sent: Label Studio ticks them for whoever opens a task from the list, whatever
the project's settings say (seen in version 1.23), and a model's labels would sway people's.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from annotate.core.errors import ServerError
from annotate.core.predictions import Prediction
from annotate.label_studio.retry import write_until_certain
from annotate.label_studio.tasks import TaskStore

_BATCH = 1000


def send_predictions(
    predictions: Mapping[str, Prediction],
    tasks: Mapping[str, int],
    project: TaskStore,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Add the predictions that these tasks do not have yet; a second time adds none.

    Args:
        predictions: By paragraph id.
        tasks: Paragraph id -> task number.
        project: The project.
        sleep: Waits before a look.

    Returns:
        How many were added.

    Raises:
        ServerError: The server took fewer than it was sent, or cannot be reached.
    """
    wanted = {(tasks[id_], p.model): p for id_, p in predictions.items() if id_ in tasks}
    existing = project.predicted() if wanted else frozenset()
    keys = [key for key in wanted if key not in existing]
    for start in range(0, len(keys), _BATCH):
        _send(keys[start : start + _BATCH], wanted, project, sleep)
    return len(keys)


def _send(
    keys: Sequence[tuple[int, str]],
    predictions: Mapping[tuple[int, str], Prediction],
    project: TaskStore,
    sleep: Callable[[float], None],
) -> None:
    missing = list(keys)

    def add() -> None:
        rows = [
            {"task": task, "model_version": model, "score": predictions[task, model].score}
            | {"result": []}
            for task, model in missing
        ]
        created = project.predict(rows)
        if created != len(rows):
            raise ServerError(
                f"the server took {created} of {len(rows)} predictions and silently dropped the "
                "rest; nothing else was changed: push again"
            )

    def settled() -> bool:
        existing = project.predicted()
        missing[:] = [key for key in missing if key not in existing]
        return not missing

    write_until_certain(add, settled, sleep)
