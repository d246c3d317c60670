"""Figures as they are written in sentences and tables."""

import math

from annotate.core.html.dot_plot import Point, in_words, minus
from annotate.core.stats.estimates import Figure
from annotate.core.stats.krippendorff import Agreement

NOTHING = "undefined"


def number(value: float) -> str:
    """Two digits; a true minus sign, and none before a zero."""
    return NOTHING if math.isnan(value) else minus(f"{value:.2f}")


def with_interval(figure: Figure) -> str:
    """Such as "0.42 (0.31 to 0.50)"."""
    return in_words(point(figure)) if figure.defined else NOTHING


def point(figure: Figure) -> Point:
    """A figure that is defined, to be drawn."""
    low, high = figure.interval.low, figure.interval.high
    return Point(figure.value, None if math.isnan(low) else low, None if math.isnan(high) else high)


def alpha_figure(agreement: Agreement) -> Figure:
    """An alpha as a figure like the others."""
    return Figure(agreement.alpha, agreement.interval)
