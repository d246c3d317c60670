"""Stop a run whose loss or gradient is not a number, before a step ruins the weights."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from annotate.core.errors import ModelError
from train.training.checkpoints import steps_kept


def divergence_callback(model: Any, ids: Sequence[str], run: Path) -> Any:
    """Return the Trainer's callback that looks at each step's losses before they are applied.

    It costs what the Trainer's own filter would, which hides such losses: one number a step is
    read from the device.

    Args:
        model: As `training_model` returns it.
        ids: Of the paragraphs, in the order of the rows.
        run: Folder of the run, for the message.
    """
    import torch
    from transformers import TrainerCallback

    class DivergenceCallback(TrainerCallback):
        def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            losses, numbers = zip(*model.computed, strict=True)
            model.computed.clear()
            if bool(torch.isfinite(sum(losses) + _gradient(model))):
                return
            batch = ", ".join(ids[n] for n in torch.cat(numbers).tolist())
            kept = steps_kept(Path(args.output_dir))
            raise ModelError(
                f"{run}: the loss is not a number at step {state.global_step + 1}; "
                f"{f'the checkpoint of step {kept} is kept' if kept else 'nothing is kept'}; "
                f"train again with --replace and --set learning_rate={args.learning_rate / 2:g}, "
                f"or look for the cause in the paragraphs of this batch: {batch}"
            )

    return DivergenceCallback()


def _gradient(model: Any) -> Any:
    """Return a sum that is no number where any gradient was none: clipping spread it to all."""
    gradients = (p.grad for p in model.parameters() if p.grad is not None)
    gradient = next(gradients)
    return getattr(gradient, "to_local", lambda: gradient)().sum()
