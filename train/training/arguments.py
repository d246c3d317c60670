"""The arguments of transformers' `TrainingArguments` that can be set beside a recipe's keys.

The others are left out because `fit` decides them, or because they change nothing here: the
optimizer, the loss, the batches and the validation are those of this project.
"""

from collections.abc import Mapping
from typing import Any

from annotate.core.errors import InputError
from train.models.encoder import quiet
from train.models.precision import fast_bfloat16

OPTIMIZER = "adamw_torch_fused"
# Handed to the model, of which the Trainer sees only the outside
CHECKPOINTING = "gradient_checkpointing"
_TYPES: Mapping[type, str] = {
    bool: "bf16 fp16 tf32 full_determinism logging_first_step dataloader_persistent_workers "
    "dataloader_pin_memory ddp_find_unused_parameters ddp_static_graph ddp_broadcast_buffers fsdp "
    + CHECKPOINTING,
    int: "logging_steps save_total_limit torch_empty_cache_steps dataloader_num_workers "
    "dataloader_prefetch_factor ddp_bucket_cap_mb",
    float: "adam_beta1 adam_beta2 adam_epsilon",
    str: "lr_scheduler_type optim project trackio_space_id",
    dict: "lr_scheduler_kwargs fsdp_config",
}
ARGUMENTS = {name: kind for kind, names in _TYPES.items() for name in names.split()}


def check_arguments(values: Mapping[str, Any], where: str) -> None:
    """Refuse values with which no training could begin.

    Args:
        values: Argument -> value, of the right type.
        where: Begins the message.

    Raises:
        InputError: There are some.
    """
    if values.get("optim", OPTIMIZER) != OPTIMIZER:
        raise InputError(f"{where}: optim can only be {OPTIMIZER}, the one that fit uses")
    for key, value in values.items():
        if isinstance(value, int | float) and value < 0:
            raise InputError(f"{where}: {key} must not be negative")
    reason = _fault(values)
    if reason:
        without = {key: {k: v for k, v in values.items() if k != key} for key in values}
        guilty = [key for key in values if not _fault(without[key])] or list(values)
        raise InputError(f"{where}: {' and '.join(guilty)} cannot be used: {reason}")


def _fault(values: Mapping[str, Any]) -> str:
    """Build what the Trainer builds of the values; return why it refuses them, or nothing."""
    import torch
    from transformers import TrainingArguments, get_scheduler

    quiet()
    try:
        arguments = TrainingArguments(**{**for_device(), **passed_on(values)})
        optimizer = torch.optim.AdamW([torch.zeros(1)], **adam(arguments))
        rest: Any = arguments.lr_scheduler_kwargs
        get_scheduler(arguments.lr_scheduler_type, optimizer, 1, 2, scheduler_specific_kwargs=rest)
    except (ValueError, TypeError, ImportError, OSError) as error:
        return " ".join(str(error).split())
    return ""


def for_device() -> dict[str, Any]:
    """Return the arguments that follow from the device."""
    import torch

    return {
        "bf16": fast_bfloat16(),
        "use_cpu": not torch.accelerator.is_available(),  # bf16 on a CPU is refused without it
    }


def passed_on(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that the Trainer itself takes care of."""
    return {key: value for key, value in values.items() if key != CHECKPOINTING}


def adam(arguments: Any) -> dict[str, Any]:
    """Return the settings of the optimizer, by torch's names, in `TrainingArguments`."""
    return {
        "betas": (arguments.adam_beta1, arguments.adam_beta2),
        "eps": arguments.adam_epsilon,
    }
