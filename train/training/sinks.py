"""Where else a run's figures go, besides metrics.jsonl: TensorBoard, trackio, MLflow; all local."""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError

SINKS = ("tensorboard", "trackio", "mlflow")


def check_sinks(names: Sequence[str]) -> None:
    """Refuse a sink that is unknown, or whose package is not installed.

    Raises:
        InputError: One is.
    """
    for name in names:
        if name not in SINKS:
            raise InputError(f"--log-to {name}: choose from {', '.join(SINKS)}")
        if find_spec(name) is None:
            raise InputError(
                f"--log-to {name}: the package is not installed; run 'pip install {name}' in the "
                "environment of this project, or leave it out (metrics.jsonl is always written)"
            )


def sink_callbacks(names: Sequence[str], run: Path) -> list[Any]:
    """Return the Trainer's callbacks for these sinks.

    TensorBoard writes into the run folder, and so does MLflow unless MLFLOW_TRACKING_URI says
    where (into a database, for it refuses folders); trackio writes where `trackio show` looks.
    """
    return [_callback(name, run) for name in names]


def _callback(name: str, run: Path) -> Any:
    import transformers.integrations as library

    integrations: Any = library  # it exports them without types

    if name == "tensorboard":
        from torch.utils.tensorboard import SummaryWriter

        return integrations.TensorBoardCallback(SummaryWriter(str(run / "tensorboard")))
    if name == "mlflow":
        import mlflow  # type: ignore[import-not-found]

        if "MLFLOW_TRACKING_URI" not in os.environ:
            mlflow.set_tracking_uri(f"sqlite:///{run.absolute()}/mlflow.db")
        return integrations.MLflowCallback()
    return integrations.TrackioCallback()
