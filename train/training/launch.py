"""Train in several processes, as torchrun and accelerate start them.

Process 0 leads: it alone reads, decides, writes and prints. The others follow: they wait for a
training, take part in it and wait for the next, so that processes cannot disagree. What is sent
between them is weights, paragraphs and settings, so the others need no dataset and no encoder.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

from annotate.core.errors import InputError, ModelError
from annotate.core.plurals import counted

if TYPE_CHECKING:  # slow to import
    from train.training.recipe import Recipe

# how a process may wait: for the others in a step, and for the leader between two trainings
_STEP, _LEADER = timedelta(minutes=30), timedelta(days=30)
# set for each process by launchers that do not tell torch of them
_OTHER_LAUNCHERS = {
    "OMPI_COMM_WORLD_SIZE": "mpirun",
    "PMI_SIZE": "mpirun",
    "MV2_COMM_WORLD_SIZE": "mpirun",
    "SLURM_STEP_NUM_TASKS": "srun",
}
# what gloo and NCCL say of a process that ended
_BROKEN = ("onnection closed", "onnection reset", "roken pipe", "remote process exited")


@dataclass(frozen=True, slots=True)
class World:
    """The processes that train together.

    Attributes:
        rank: Number of this process, from 0.
        size: Number of processes, on all hosts.
        local: Number of processes on this host.
    """

    rank: int = 0
    size: int = 1
    local: int = 1


def find_world(environ: Mapping[str, str], wanted: int = 0) -> World:
    """Read what the launcher set.

    Args:
        environ: The environment.
        wanted: How many processes there must be; 0 for any number that was launched properly.

    Raises:
        ModelError: There are more or fewer processes than were wanted, or than their launcher was
            asked for.
    """
    world = World(*(_number(environ, name) for name in ("RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE")))
    if wanted and world.size != wanted:
        raise ModelError(
            f"{counted(world.size, 'process', 'processes')} started, but --processes says "
            f"{wanted}; start them with torchrun (docs/scaling.md)"
        )
    if world.size == 1 and not wanted:
        _check_launchers(environ)
    return world


def _number(environ: Mapping[str, str], name: str) -> int:
    text = environ.get(name, "0" if name == "RANK" else "1")
    if not text.isdecimal():
        raise ModelError(f"{name} is {text!r}, no number; unset it, or start with torchrun")
    return int(text)


def _check_launchers(environ: Mapping[str, str]) -> None:
    """Refuse to run alone where several processes were asked for."""
    # accelerate sets this address where it was asked for more than one, though it starts only one
    if "ACCELERATE_MIXED_PRECISION" in environ and "MASTER_ADDR" in environ:
        raise ModelError(
            "accelerate was asked for several processes but started one, as it does without GPUs; "
            "start them with torchrun (docs/scaling.md), or say --processes 1"
        )
    for name, launcher in _OTHER_LAUNCHERS.items():
        if _number(environ, name) > 1:
            raise ModelError(
                f"{launcher} started {environ[name]} processes that do not know of each other; "
                "start one torchrun on each host (docs/scaling.md), or say --processes 1"
            )


@cache
def _group() -> Any:
    """Connect the processes; return the group in which the leader sends."""
    import torch
    from torch import distributed

    local = int(os.environ.get("LOCAL_RANK", "0"))
    if torch.cuda.is_available():
        if local >= torch.cuda.device_count():
            gpus = counted(torch.cuda.device_count(), "GPU")
            raise ModelError(f"process {local} of this host has no GPU: there are {gpus}")
        torch.cuda.set_device(local)
    if not distributed.is_initialized():
        distributed.init_process_group(timeout=_STEP)
    # not on the GPU, where a process that waits would compute all the time
    return distributed.new_group(backend="gloo", timeout=_LEADER)


def _disconnect() -> None:
    from torch import distributed

    distributed.destroy_process_group()
    _group.cache_clear()


@contextmanager
def launched(wanted: int = 0) -> Iterator[None]:
    """Run the block in process 0; the others follow it, and end where it ends.

    Args:
        wanted: As `find_world`.

    Raises:
        ModelError: As `find_world`, or a process has no GPU on a host that has some.
    """
    try:
        world = find_world(os.environ, wanted)
    except ModelError:
        if os.environ.get("RANK", "0") != "0":
            raise SystemExit(1) from None  # process 0 tells
        raise
    if world.size == 1:
        yield
        return
    with _ending_with_the_others(world.rank):
        _group()
        if world.rank:
            _follow()
        yield
        _send(None)
        _disconnect()


def processes() -> int:
    """Return how many processes train together.

    Raises:
        ModelError: There are several, but this is not the block of `launched`.
    """
    size = find_world(os.environ, _number(os.environ, "WORLD_SIZE")).size
    if size > 1 and not _group.cache_info().currsize:
        raise ModelError("several processes can train together in 'rhetoric-train fit' only")
    return size


def shares(recipe: "Recipe", among: int) -> tuple[int, int]:
    """Return how many paragraphs a process computes at a time, and how often for each step.

    Raises:
        InputError: The processes would get unequal shares of a batch.
    """
    share = recipe.batch_size // among
    size = min(recipe.per_device_train_batch_size or share, share)
    if not size or recipe.batch_size % (among * size):
        least = among * (recipe.per_device_train_batch_size or 1)
        raise InputError(
            f"batch_size={recipe.batch_size} cannot be shared equally by "
            f"{counted(among, 'process', 'processes')}; set it to a multiple of {least}, such as "
            f"--set batch_size={least * max(1, round(recipe.batch_size / least))}"
        )
    return size, share // size


def check_sharding(recipe: "Recipe", among: int) -> None:
    """Refuse to split weights that the processes must have whole.

    Raises:
        InputError: FSDP is on without GPUs, or the recipe averages weights.
    """
    launched_so = os.environ.get("ACCELERATE_USE_FSDP", "").lower() == "true"
    if not launched_so and not recipe.arguments.get("fsdp"):
        return
    import torch

    if among == 1 or not torch.accelerator.is_available():  # else accelerate ignores FSDP
        raise InputError("FSDP needs several processes with a GPU each (docs/scaling.md)")
    if recipe.averaging:
        raise InputError("FSDP splits the weights, which cannot be averaged: add --set averaging=0")


def let_others(work: Callable[..., object], *arguments: Any) -> None:
    """Let the other processes do `work(*arguments)`, while this one does its part of it."""
    import torch

    if processes() > 1:
        _send((torch.get_rng_state(), work, arguments))


def barrier_callback() -> Any:
    """Return a Trainer's callback that waits until each process has written its checkpoint."""
    from torch import distributed
    from transformers import TrainerCallback

    class BarrierCallback(TrainerCallback):
        def on_save(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            if processes() > 1:
                distributed.barrier(_group())

    return BarrierCallback()


def _send(task: Any) -> None:
    from torch import distributed

    distributed.broadcast_object_list([task], src=0, group=_group())


def _follow() -> NoReturn:
    """Do what the leader sends until it sends None, then end this process."""
    import torch
    from torch import distributed

    while True:
        task = [None]
        distributed.broadcast_object_list(task, src=0, group=_group())
        if task[0] is None:
            _disconnect()
            raise SystemExit(0)
        state, work, arguments = task[0]
        torch.set_rng_state(state)  # new layers start with the same weights
        work(*arguments)


@contextmanager
def _ending_with_the_others(rank: int) -> Iterator[None]:
    """End in one line, or quietly, where another process ended, which has told why."""
    try:
        yield
    except (KeyboardInterrupt, RuntimeError) as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        if not interrupted and not any(words in str(error) for words in _BROKEN):
            raise
        if rank:
            raise SystemExit(1) from None
        if interrupted:
            raise
        raise ModelError(
            "another process of this run ended, its error is above; start all processes again to "
            "go on from the newest checkpoint"
        ) from error
