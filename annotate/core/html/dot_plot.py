"""Dots with whiskers on an axis; `macros.html` draws them as SVG that keeps its text size.

Places are percentages of the row's width, so a plot fits a phone as well as a wide screen; the
axis stands in the table's head. Colours come from the theme.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor

from annotate.core.stats import published
from annotate.core.stats.estimates import TOO_FEW


@dataclass(frozen=True, slots=True)
class Point:
    """A figure with its 95 % interval; the ends are None where there is no interval.

    Attributes:
        too_few: Whether it has none because it rests on too little, which is then written out.
    """

    value: float
    low: float | None
    high: float | None
    too_few: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """The range of a plot, and what is marked on it.

    Attributes:
        ticks: Where a number and a thin line stand.
        band: A shaded range, such as published figures; None for none.
        lines: Where a stronger line stands.
    """

    low: float
    high: float
    ticks: Sequence[float]
    band: tuple[float, float] | None = None
    lines: Sequence[float] = ()

    def place(self, value: float) -> str:
        """Return where a value stands, in per cent; values outside stand at the edge."""
        return f"{self._percent(value):.2f}%"

    def width(self, low: float, high: float) -> str:
        """Return how wide a range is, in per cent."""
        return f"{self._percent(high) - self._percent(low):.2f}%"

    def _percent(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return 100 * min(max(share, 0.0), 1.0)


UNIT = Axis(0.0, 1.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0))


def alpha_axis(ends: Iterable[float]) -> Axis:
    """Return the axis from 0 to 1, and below 0 as far as an end goes, with published figures."""
    fifths = floor(5 * min([0.0, *ends]))
    ticks = [fifth / 5 for fifth in range(max(fifths, -5), 6)]
    band = (published.LOWER_HALF, published.UPPER_HALF)
    return Axis(ticks[0], ticks[-1], ticks, band, (published.ALL, published.CURATORS))


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure to draw.

    Attributes:
        shape: A shape of `macros.html`: also the class that gives its colour.
        name: What it is called.
        point: None where it is undefined; then nothing is drawn.
        whisker: Whether its interval is drawn.
    """

    shape: str
    name: str
    point: Point | None
    whisker: bool = True


def in_words(point: Point) -> str:
    """Return a figure as text, such as "0.42 (0.31 to 0.50)" or "0.42 (too few to tell)"."""
    if point.low is None or point.high is None:
        return minus(f"{point.value:.2f}") + (f" ({TOO_FEW})" if point.too_few else "")
    return minus(f"{point.value:.2f} ({point.low:.2f} to {point.high:.2f})")


def minus(text: str) -> str:
    """Return the text with true minus signs, and with none before a zero."""
    return text.replace("-0.00", "0.00").replace("-", "\N{MINUS SIGN}")
