"""Losses for many rare labels; each returns the loss of every decision, not their mean."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

Loss = Callable[["Tensor", "Tensor"], "Tensor"]


def asymmetric_loss(
    logits: "Tensor", gold: "Tensor", gamma: float = 4.0, clip: float = 0.05
) -> "Tensor":
    """The asymmetric loss of Ridnik et al. (2021), gamma+ 0.

    Positives pay their cross-entropy in full. Negatives are weighted down by their (shifted)
    probability to the power `gamma`, and are free below `clip`: so the easy noes, which are nearly
    all decisions here, do not drown the rare yeses.

    Args:
        logits: Shape (..., labels).
        gold: 0.0 or 1.0, same shape.
        gamma: Focus on the hard negatives.
        clip: Probability below which a negative costs nothing.

    Returns:
        The loss of each decision, same shape.
    """
    from torch.nn.functional import logsigmoid

    logits = logits.float()
    shifted = (logits.sigmoid() - clip).clamp(min=0)
    positive = gold * logsigmoid(logits)
    negative = (1 - gold) * shifted**gamma * (1 - shifted).clamp(min=1e-8).log()
    return -(positive + negative)


def cross_entropy(logits: "Tensor", gold: "Tensor") -> "Tensor":
    """The binary cross-entropy of each decision; arguments as `asymmetric_loss`."""
    from torch.nn.functional import binary_cross_entropy_with_logits

    return binary_cross_entropy_with_logits(logits.float(), gold, reduction="none")


LOSSES: dict[str, Loss] = {"asymmetric": asymmetric_loss, "bce": cross_entropy}
