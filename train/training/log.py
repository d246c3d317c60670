"""What a training run tells as it goes: figures as JSON lines, and a line on each epoch."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from annotate.core.console import Progress, say
from annotate.core.errors import ModelError
from annotate.core.io.files import plain_os_errors, writing

METRICS = "metrics.jsonl"
_NAMES = {
    "step": "step",
    "epoch": "epoch",
    "loss": "loss",
    "learning_rate": "learning_rate",
    "grad_norm": "gradient_norm",
    "eval_loss": "validation_loss",
    "eval_micro_f1": "validation_micro_f1",
    "eval_threshold": "validation_threshold",
}


class Journal:
    """Follows one training run."""

    def __init__(self, run: Path, epochs: int, bar: Progress) -> None:
        self._run, self._epochs, self._bar = run, epochs, bar

    def begin(self, history: Sequence[Mapping[str, Any]], done: int) -> None:
        """Start with what the checkpoint knows; lines of steps that will be run again go."""
        self._bar.advance(done)
        with writing(self._run / METRICS) as file:
            file.writelines(_line(entry) for entry in history)

    def step(self) -> None:
        """One step of the optimizer is done."""
        self._bar.advance()

    def log(self, entry: Mapping[str, Any]) -> None:
        """Append the figures to metrics.jsonl.

        Raises:
            ModelError: The loss is no number any more.
        """
        line, path = _line(entry), self._run / METRICS
        with plain_os_errors(path), path.open("a", encoding="utf-8") as file:
            file.write(line)
        if not math.isfinite(entry.get("loss", 0.0)):
            raise ModelError(
                f"{self._run}: the loss is no number at step {entry['step']}: the run diverged; "
                "start again with a lower --learning-rate and --replace"
            )

    def evaluated(self, entry: Mapping[str, Any]) -> None:
        """Tell how well the epoch did."""
        say(
            f"epoch {round(entry['epoch'])}/{self._epochs}: validation micro-F1 "
            f"{entry['eval_micro_f1']:.3f} at threshold {entry['eval_threshold']:.2f}"
        )


def _line(entry: Mapping[str, Any]) -> str:
    """One JSON line; empty for the Trainer's closing summary, which holds clock times."""
    named = {name: entry[key] for key, name in _NAMES.items() if key in entry}
    known = {k: v if math.isfinite(v) else None for k, v in named.items()}
    return json.dumps(known) + "\n" if len(known) > 2 else ""
