"""Follow a training run: metrics.jsonl, a line on stderr per epoch, sealed checkpoints."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotate.core.console import Progress, say
from annotate.core.io.files import plain_os_errors, writing
from train.training.checkpoints import seal

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


def log_callback(run: Path, bar: Progress) -> Any:
    """Return the Trainer's callback that keeps the log of `run`."""
    from transformers import TrainerCallback

    class LogCallback(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            bar.skip(state.global_step)
            with writing(run / METRICS) as file:  # without the steps that are run again
                file.writelines(_line(entry) for entry in state.log_history)

        def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            bar.advance()

        def on_prediction_step(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            bar.advance(0)  # validation may take longer than a minute

        def on_log(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            _append(run, state.log_history[-1])

        def on_evaluate(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            entry = state.log_history[-1]
            say(
                f"epoch {round(entry['epoch'])}/{round(args.num_train_epochs)}: validation "
                f"micro-F1 {entry['eval_micro_f1']:.3f} at threshold {entry['eval_threshold']:.2f}"
            )

        def on_save(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            seal(Path(args.output_dir) / f"checkpoint-{state.global_step}")

    return LogCallback()


def epoch_end_callback() -> Any:
    """Return the Trainer's callback that logs the end of each epoch, in every process.

    A checkpoint does not hold the losses since the last entry, so it follows right after one: the
    log of a run that was killed goes on as if it had not been.
    """
    from transformers import TrainerCallback

    class EpochEndCallback(TrainerCallback):
        def on_epoch_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            control.should_log = True

    return EpochEndCallback()


def _append(run: Path, entry: Mapping[str, Any]) -> None:
    path = run / METRICS
    with plain_os_errors(path), path.open("a", encoding="utf-8") as file:
        file.write(_line(entry))


def _line(entry: Mapping[str, Any]) -> str:
    """Return a JSON line; empty for the Trainer's closing summary, which holds clock times."""
    named = {name: entry[key] for key, name in _NAMES.items() if key in entry}
    values = {k: v if math.isfinite(v) else None for k, v in named.items()}
    return json.dumps(values) + "\n" if len(values) > 2 else ""
