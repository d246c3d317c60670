"""Figures as they are written in sentences and tables."""

import math

from annotate.core.agreement import Agreement
from annotate.core.figures import Figure

NOTHING = "undefined"


def number(value: float) -> str:
    """Two digits; a true minus sign, and none before a zero."""
    if math.isnan(value):
        return NOTHING
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "\N{MINUS SIGN}")


def with_interval(figure: Figure) -> str:
    """Such as "0.42 (0.31 to 0.50)"."""
    interval = figure.interval
    if not figure.defined or math.isnan(interval.low):
        return number(figure.value)
    return f"{number(figure.value)} ({number(interval.low)} to {number(interval.high)})"


def alpha_figure(agreement: Agreement) -> Figure:
    """An alpha as a figure like the others."""
    return Figure(agreement.alpha, agreement.interval)
