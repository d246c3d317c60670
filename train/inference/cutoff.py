"""The score from which on a label is assigned: the model's threshold, a number, or `adapt`."""

from typing import Literal

from annotate.core.errors import InputError
from train.scoring.thresholds import Scores, adapted_threshold

ADAPT: Literal["adapt"] = "adapt"
LEAST = 50  # paragraphs to adapt to: with fewer, their own noise decides

# What the user wants: a number, `adapt`, or the model's threshold
Cutoff = float | Literal["adapt"] | None


def read_cutoff(text: str) -> Cutoff:
    """Read the value of `--threshold`; empty for the model's.

    Raises:
        InputError: It is neither a number from 0 to 1 nor `adapt`.
    """
    if not text:
        return None
    if text == ADAPT:
        return ADAPT
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise InputError(f"--threshold takes a number from 0 to 1, or adapt; not {text!r}")
    return value


def start_at(threshold: float, cutoff: Cutoff) -> float:
    """Return the number, or the model's threshold, which is also what `adapt` starts from."""
    return threshold if cutoff is None or cutoff == ADAPT else cutoff


def adapt(threshold: float, scores: Scores) -> float:
    """Fit a model's threshold to the scores of the paragraphs to label, (paragraphs, labels).

    Raises:
        InputError: There are too few.
    """
    if len(scores) < LEAST:
        raise InputError(
            f"--threshold adapt needs at least {LEAST} paragraphs, and the input has "
            f"{len(scores)}; name a number instead, or leave it out for the model's threshold"
        )
    return round(adapted_threshold(threshold, scores), 6)
