"""Say after the first steps how long training will take and how much memory it needs.

Forecast by tokens: the Trainer sorts stretches of up to 50 batches by length, longest first, so the
first ten steps take up to twice as long as ten others. The longest paragraph of all is in the first
batch, so the peak memory of training shows after a few steps.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from annotate.core.console import EVERY, duration, say
from annotate.core.plurals import counted

FIRST = 10  # steps before the first forecast, and between two looks at it
MUCH = 1.5  # a forecast that grew or shrank by this factor is said again


def peak_memory() -> float:
    """Return the most memory that training took so far, in GB: the GPU's, if it is used."""
    import resource

    import torch

    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 1e9
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


class Forecast:
    """Says a forecast when it is new or has changed much.

    Args:
        name: What is trained.
        tokens: How many it will be trained on from now on.
    """

    def __init__(
        self,
        name: str,
        tokens: float,
        clock: Callable[[], float] = time.monotonic,
        memory: Callable[[], float] = peak_memory,
    ) -> None:
        self._name, self._tokens, self._clock, self._memory = name, tokens, clock, memory
        self._start = clock()
        self._last: tuple[float, float] | None = None

    def look(self, steps_left: int, tokens: float) -> None:
        """Forecast from the tokens that were trained on so far; a run of seconds needs none."""
        seconds = self._clock() - self._start
        left = seconds * max(self._tokens / tokens - 1, 0)
        forecast = seconds + left, self._memory()
        if left >= EVERY and (self._last is None or _differ(forecast, self._last)):
            self._last = forecast
            say(
                f"{self._name}: {counted(steps_left, 'training step')}, about {duration(left)} "
                f"left; peak memory so far {forecast[1]:.1f} GB"
            )


def _differ(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return any(max(a, b) > MUCH * min(a, b) for a, b in zip(one, other, strict=True))


def forecast_callback(model: Any, run: Path, tokens: int) -> Any:
    """Return the Trainer's callback that says forecasts for `run`.

    Args:
        model: The model in training; its inputs are counted.
        run: The run's folder.
        tokens: Tokens of an epoch.
    """
    from transformers import TrainerCallback

    class ForecastCallback(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            self._begin, self._tokens = state.global_step, 0
            left = args.num_train_epochs * (1 - state.global_step / state.max_steps)
            self._forecast = Forecast(str(run), tokens * left)
            model.register_forward_pre_hook(self._count, with_kwargs=True)

        def _count(self, module: Any, inputs: Any, named: Any) -> None:
            if module.training:  # kept on the device: reading it would make the device wait
                self._tokens += named["attention_mask"].sum()

        def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            if (state.global_step - self._begin) % FIRST == 0 and state.is_world_process_zero:
                steps_left = state.max_steps - state.global_step
                self._forecast.look(steps_left, int(self._tokens) * args.world_size)

    return ForecastCallback()
