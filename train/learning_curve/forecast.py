"""Forecast what more training paragraphs would bring, with an interval, or say "cannot tell".

A power law is fitted to each replicate of the curve, so the interval covers the articles and the
draws; the value is the median. Nothing is foretold beyond twice the largest size measured, from
fewer than three sizes, without repeated draws, or where the interval is wide. Checked on small
parts of public corpora, whose truth is known: benchmarks/learning_curve.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotate.core.stats.estimates import Estimate, percentile_interval, plain
from train.learning_curve.points import Curve
from train.learning_curve.power_law import extrapolate
from train.scoring.scores import Floats

FARTHEST = 2  # times the largest size
LEAST_SIZES = 3  # the law has three numbers
WIDE = 0.10  # of micro-F1
_POINTS = 9  # of the line that is drawn


@dataclass(frozen=True, slots=True)
class Forecast:
    """What `more` paragraphs would bring to a model trained on `start`.

    Attributes:
        gain: Of micro-F1.
        line: Sizes, and the score at each with its ends; shape (points, 4).
        unknown: Why this cannot be told, in words; else empty.
    """

    start: int
    more: int
    gain: Estimate | None
    line: Floats
    unknown: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the object of learning-curve.json."""
        keys = ("paragraphs", "value", "low", "high")
        return {
            "from": self.start,
            "more": self.more,
            "gain": self.gain.to_json() if self.gain else None,
            "cannot_tell": self.unknown or None,
            "line": [dict(zip(keys, map(plain, point), strict=True)) for point in self.line],
        }


def forecast(curve: Curve, sizes: Sequence[int], labelled: int) -> Forecast:
    """Return what half as many paragraphs again would bring.

    Args:
        curve: Of the model.
        sizes: Training paragraphs of each point.
        labelled: Paragraphs of train and validation: what a model can be trained on today.
    """
    end = FARTHEST * sizes[-1]
    more = two_digits(max(min(labelled // 2, end - labelled), 0))
    if reason := _reason(curve, sizes, more):
        return Forecast(labelled, more, None, np.empty((0, 4)), reason)
    targets = np.geomspace(sizes[-1], end, _POINTS)
    scores = extrapolate(sizes, curve.values[1:], [labelled, labelled + more, *targets])
    line = np.stack([targets, np.median(scores[:, 2:], axis=0), *_ends(scores[:, 2:])], axis=1)
    gains = scores[:, 1] - scores[:, 0]
    interval = percentile_interval(gains)
    gain = Estimate(float(np.median(gains)), interval)
    wide = interval.high - interval.low > WIDE
    return Forecast(labelled, more, gain, line, "the curve leaves it open" if wide else "")


def _reason(curve: Curve, sizes: Sequence[int], more: int) -> str:
    if len(sizes) < LEAST_SIZES:
        return f"it needs {LEAST_SIZES} sizes, and {len(sizes)} were measured"
    if more < 1:
        return f"the largest size, {sizes[-1]}, is less than half of what is labelled"
    if np.isnan(curve.noise).any():
        return "no size was drawn twice, so nothing shows what the draw decides (--repeats)"
    return ""


def _ends(values: Floats) -> tuple[Floats, Floats]:
    low, high = np.percentile(values, [2.5, 97.5], axis=0)
    return low, high


def two_digits(number: int) -> int:
    """Round down to two significant digits: 375 to 370."""
    unit: int = 10 ** max(int(math.log10(max(number, 1))) - 1, 0)
    return number // unit * unit
