"""Figures as they are written in sentences and tables."""

import math

from annotate.core.html.dot_plot import Point, in_words, minus
from annotate.core.stats.estimates import Estimate
from annotate.core.stats.krippendorff import Alpha

NOTHING = "undefined"


def number(value: float) -> str:
    """Two digits; a true minus sign, and none before a zero."""
    return NOTHING if math.isnan(value) else minus(f"{value:.2f}")


def with_interval(figure: Estimate) -> str:
    """Such as "0.42 (0.31 to 0.50)"."""
    return in_words(point(figure)) if figure.defined else NOTHING


def point(figure: Estimate) -> Point:
    """A figure that is defined, to be drawn."""
    low, high = figure.interval.low, figure.interval.high
    return Point(figure.value, None if math.isnan(low) else low, None if math.isnan(high) else high)


def alpha_figure(agreement: Alpha) -> Estimate:
    """An alpha as a figure like the others."""
    return Estimate(agreement.alpha, agreement.interval)
