"""Dots with whiskers as SVG that keeps its text size: one drawing for each row of a table.

Places are percentages of the row's width, so a plot fits a phone as well as a wide screen; the
axis stands in the table's head. Colours come from the page's style sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_HEIGHT = 28
_MIDDLE = _HEIGHT / 2
_SHAPES = {
    "model": '<circle r="4.5"/>',
    # hollow and a little larger, so that they frame a dot that they fall on
    "baseline": '<rect x="-5" y="-5" width="10" height="10"/>',
    "human": '<path d="M0-7.5L7.5 0L0 7.5L-7.5 0Z"/>',
    "first": '<circle r="4.5"/>',
    "second": '<path d="M0-6.5L6.5 0L0 6.5L-6.5 0Z"/>',
}


@dataclass(frozen=True, slots=True)
class Point:
    """A figure with its 95 % interval; the ends are None where there is no interval."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Axis:
    """From what to what a plot goes, and what is marked on it.

    Attributes:
        ticks: Where a number and a thin line stand.
        band: A shaded range, such as what others have found; None for none.
        lines: Where a stronger line stands.
    """

    low: float
    high: float
    ticks: Sequence[float]
    band: tuple[float, float] | None = None
    lines: Sequence[float] = ()

    def place(self, value: float) -> str:
        """Where a value stands, in per cent; what lies outside stands at the edge."""
        share = (value - self.low) / (self.high - self.low)
        return f"{100 * min(max(share, 0.0), 1.0):.2f}%"


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure to draw.

    Attributes:
        shape: One of `_SHAPES`: also the class that gives its colour.
        name: What it is called.
        whisker: Whether its interval is drawn.
    """

    shape: str
    name: str
    point: Point
    whisker: bool = True


def row(axis: Axis, dots: Sequence[Dot]) -> str:
    """A row's drawing; the last dot lies on top."""
    said = "; ".join(f"{dot.name} {in_words(dot.point)}" for dot in dots)
    about = f'role="img" aria-label="{escape(said)}"' if dots else 'aria-hidden="true"'
    parts = [_ground(axis), *(_whisker(axis, dot) + _mark(axis, dot) for dot in dots)]
    return f'<svg class="dots" height="{_HEIGHT}" {about}>{"".join(parts)}</svg>'


def head(axis: Axis) -> str:
    """The axis' numbers."""
    numbers = "".join(
        f'<text x="{axis.place(tick)}" y="13" text-anchor="{_anchor(axis, tick)}">'
        f"{minus(f'{tick:.1f}')}</text>"
        for tick in axis.ticks
    )
    return f'<svg class="dots" aria-hidden="true" height="18">{numbers}</svg>'


def in_words(point: Point) -> str:
    """Such as "0.42 (0.31 to 0.50)"."""
    if point.low is None or point.high is None:
        return minus(f"{point.value:.2f}")
    return minus(f"{point.value:.2f} ({point.low:.2f} to {point.high:.2f})")


def minus(text: str) -> str:
    """The text with true minus signs, and without that of a zero."""
    return text.replace("-0.00", "0.00").replace("-", "\N{MINUS SIGN}")


def _ground(axis: Axis) -> str:
    band = ""
    if axis.band:
        left, right = (float(axis.place(end)[:-1]) for end in axis.band)
        band = f'<rect class="band" x="{left:.2f}%" width="{right - left:.2f}%" height="100%"/>'
    ticks = "".join(_upright(axis.place(tick), "grid") for tick in axis.ticks)
    return band + ticks + "".join(_upright(axis.place(line), "strong") for line in axis.lines)


def _upright(x: str, style: str) -> str:
    return f'<line class="{style}" x1="{x}" x2="{x}" y1="0" y2="100%"/>'


def _whisker(axis: Axis, dot: Dot) -> str:
    if not dot.whisker or dot.point.low is None or dot.point.high is None:
        return ""
    left, right = axis.place(dot.point.low), axis.place(dot.point.high)
    return (
        f'<line class="whisker {dot.shape}" x1="{left}" x2="{right}" '
        f'y1="{_MIDDLE:g}" y2="{_MIDDLE:g}"/>'
    )


def _mark(axis: Axis, dot: Dot) -> str:
    """The shape; an inner drawing of no size carries it to a place given in per cent."""
    title = f"<title>{escape(dot.name)} {in_words(dot.point)}</title>"
    return (
        f'<svg class="mark {dot.shape}" x="{axis.place(dot.point.value)}" y="{_MIDDLE:g}" '
        f'overflow="visible">{title}{_SHAPES[dot.shape]}</svg>'
    )


def _anchor(axis: Axis, tick: float) -> str:
    ends = {axis.low: "start", axis.high: "end"}
    return ends.get(tick, "middle")


def sample(shape: str) -> str:
    """A mark as it stands in a key: a dot, a band or a line."""
    if shape == "band":
        inner = '<rect class="band" x="0" y="0" width="18" height="14"/>'
    elif shape == "strong":
        inner = '<line class="strong" x1="9" x2="9" y1="-1" y2="15"/>'
    else:
        line = f'<line class="whisker {shape}" x1="0" x2="18" y1="7" y2="7"/>'
        inner = f'{line}<svg class="mark {shape}" x="9" y="7">{_SHAPES[shape]}</svg>'
    return f'<svg aria-hidden="true">{inner}</svg>'
