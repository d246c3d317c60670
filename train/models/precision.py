"""Compute in bfloat16 where the hardware does: several times as fast, at three digits."""

from typing import Any

from train.models.pooling import averaging_layer


def fast_bfloat16() -> bool:
    """Return whether the device computes in bfloat16; emulation would be slow."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if torch.accelerator.is_available():
        return False
    return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))


def compute_in_bfloat16(model: Any) -> None:
    """Multiply the encoder's matrices in bfloat16, in place; for use only, not for training.

    Sums, norms, the mean of the tokens and the head stay in full precision: they cost little, and
    most of what rounding would change in a score.
    """
    import torch

    exact = (getattr(model.base_model, "pooler", None), averaging_layer(model))
    kept = {id(module) for part in exact if part is not None for module in part.modules()}
    for module in model.base_model.modules():
        if isinstance(module, torch.nn.Linear) and id(module) not in kept:
            module.to(torch.bfloat16)
            module.register_forward_pre_hook(lambda _, inputs: (inputs[0].to(torch.bfloat16),))
