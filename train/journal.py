"""What a training run writes down as it goes: figures as JSON lines, and the best epoch's weights.

The best weights lie in each checkpoint beside the current ones, so that one whole checkpoint is
all that a run needs to go on.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotate.core.console import Progress, say
from annotate.core.errors import ModelError
from annotate.core.files import plain_os_errors, writing
from train.checkpoints import seal

METRICS = "metrics.jsonl"
BEST = "best.safetensors"
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


@dataclass(slots=True)
class Best:
    """The best epoch so far, by validation micro-F1; the earlier one among equals."""

    epoch: int = 0
    micro_f1: float = -1.0
    weights: dict[str, Any] = field(default_factory=dict)


class Journal:
    """Follows one training run."""

    def __init__(self, run: Path, resumed: Path | None, epochs: int, bar: Progress) -> None:
        self._run, self._epochs, self._bar = run, epochs, bar
        self.best = _load_best(resumed / BEST) if resumed else Best()

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

    def evaluated(self, entry: Mapping[str, Any], weights: Mapping[str, Any]) -> None:
        """Keep a copy of the weights if this epoch is the best one."""
        epoch, micro_f1 = round(entry["epoch"]), float(entry["eval_micro_f1"])
        say(
            f"epoch {epoch}/{self._epochs}: validation micro-F1 {micro_f1:.3f} "
            f"at threshold {entry['eval_threshold']:.2f}"
        )
        if micro_f1 > self.best.micro_f1:
            copies = {name: tensor.detach().cpu().clone() for name, tensor in weights.items()}
            self.best = Best(epoch, micro_f1, copies)

    def saved(self, checkpoint: Path) -> None:
        """Complete a checkpoint that the Trainer wrote."""
        from safetensors.torch import save_file

        about = {"epoch": str(self.best.epoch), "micro_f1": repr(self.best.micro_f1)}
        save_file(self.best.weights, checkpoint / BEST, metadata=about)
        seal(checkpoint)


def _load_best(path: Path) -> Best:
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        about = file.metadata()
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
    return Best(int(about["epoch"]), float(about["micro_f1"]), weights)


def _line(entry: Mapping[str, Any]) -> str:
    """One JSON line; empty for the Trainer's closing summary, which holds clock times."""
    named = {name: entry[key] for key, name in _NAMES.items() if key in entry}
    known = {k: v if math.isfinite(v) else None for k, v in named.items()}
    return json.dumps(known) + "\n" if len(known) > 2 else ""
