"""The sentences of a learning curve; scores are in points, hundredths of micro-F1."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from annotate.core.html.dot_plot import minus
from annotate.core.plurals import counted
from annotate.core.stats.estimates import TOO_FEW, Estimate, Interval
from train.baselines.registry import BASELINES
from train.learning_curve.forecast import Forecast
from train.learning_curve.points import MODEL

NAMES: Mapping[str, str] = {MODEL: "model", **BASELINES}


@dataclass(frozen=True, slots=True)
class Turn:
    """Where the model gets ahead of a baseline.

    Attributes:
        paragraphs: The size from which on the interval of the difference is above 0; None if there
            is none.
        difference: Of micro-F1 at the largest size, on the same paragraphs.
    """

    paragraphs: int | None
    difference: Estimate


def forecast_in_words(foretold: Forecast) -> str:
    """Say what more paragraphs would bring, or why that cannot be told."""
    more = counted(foretold.more, "more paragraph") if foretold.more else "more paragraphs"
    if foretold.unknown or foretold.gain is None:
        ends = f": {_ends(foretold.gain)} points" if foretold.gain else ""
        return f"What {more} would bring cannot be told: {foretold.unknown}{ends}."
    return (
        f"{more} than the {foretold.start:,} of today would bring the model "
        f"{_about(foretold.gain.value)} of micro-F1 ({_ends(foretold.gain)})."
    )


def turn_in_words(name: str, turn: Turn, largest: int) -> str:
    """Say from which size on the model is ahead of a baseline."""
    other, difference = f"the baseline {BASELINES[name]!r}", turn.difference
    if turn.paragraphs is not None:
        since = f"From {counted(turn.paragraphs, 'paragraph')} on, the model is ahead of {other}"
    elif difference.interval.high < 0:
        since, difference = f"The model is behind {other}", _negated(difference)
    else:
        since = f"The model is not clearly ahead of {other}"
    return f"{since}: at {largest:,} by {_points(difference.value)} ({_ends(difference)})."


def _negated(estimate: Estimate) -> Estimate:
    ends = estimate.interval
    return Estimate(-estimate.value, Interval(-ends.high, -ends.low))


def _about(value: float) -> str:
    return f"about {_points(value)}" if round(100 * value) else _points(value)


def _points(value: float) -> str:
    rounded = round(100 * value)
    return minus(counted(rounded, "point")) if rounded else "less than 1 point"


def _ends(estimate: Estimate) -> str:
    low, high = estimate.interval.low, estimate.interval.high
    if math.isnan(low):
        return TOO_FEW
    return minus(f"{round(100 * low)} to {round(100 * high)}")
