"""A moving average of the weights, which scores better than the last ones and costs nothing.

Its decay rises with the steps, min(decay, (1 + step) / (10 + step)), so that a short run averages
over about its last tenth and is not held back by its first steps.
"""

from pathlib import Path
from typing import Any

FILE = "average.safetensors"


class Average:
    """The moving average of a model's trainable weights."""

    def __init__(self, model: Any, decay: float) -> None:
        self._model, self._decay = model, decay
        self._average = {name: value.clone() for name, value in self._weights().items()}

    def _weights(self) -> dict[str, Any]:
        return {name: p.data for name, p in self._model.named_parameters() if p.requires_grad}

    def update(self, step: int) -> None:
        """Take in the weights after a step, counted from 1."""
        import torch

        share = 1 - min(self._decay, (1 + step) / (10 + step))
        torch._foreach_lerp_([*self._average.values()], [*self._weights().values()], share)

    def swap(self) -> None:
        """Exchange the average and the model's weights."""
        for name, value in self._weights().items():
            kept = value.clone()
            value.copy_(self._average[name])
            self._average[name].copy_(kept)

    def save(self, path: Path) -> None:
        """Write the average into a checkpoint."""
        from safetensors.torch import save_file

        save_file(self._average, path)

    def load(self, path: Path) -> None:
        """Read it back, if the checkpoint has one: the first steps have none."""
        from safetensors.torch import load_file

        for name, value in (load_file(path) if path.is_file() else {}).items():
            self._average[name].copy_(value)


def averaging_callback(model: Any, decay: float) -> Any:
    """Return the Trainer's callback that averages the weights of `model` in training.

    Validation sees the average; training goes on with the weights themselves. Each checkpoint
    holds the average too, so a resumed run ends with the same weights. At the end of training the
    average takes the place of the weights.
    """
    from transformers import TrainerCallback

    average = Average(model, decay)

    class AveragingCallback(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            average.load(_path(args, state))

        def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            average.update(state.global_step)

        def on_save(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            if state.is_world_process_zero:
                average.save(_path(args, state))

        def on_evaluate(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            average.swap()

        def on_epoch_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            if control.should_evaluate:
                average.swap()

        on_train_end = on_evaluate

    return AveragingCallback()


def _path(args: Any, state: Any) -> Path:
    return Path(args.output_dir) / f"checkpoint-{state.global_step}" / FILE
