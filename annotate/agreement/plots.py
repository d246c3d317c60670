"""Dots with whiskers as SVG that keeps its text size: one drawing for each row of a table.

Places are percentages of the row's width, so a plot fits a phone as well as a wide screen; the
axis stands in the table's head. Colours come from the page's style sheet.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from annotate.agreement.words import number, with_interval
from annotate.core.figures import Figure

_HEIGHT, _MIDDLE = 28, 14
_SHAPES = {
    "first": '<circle r="4.5"/>',
    "second": '<path d="M0-6.5L6.5 0L0 6.5L-6.5 0Z"/>',
}


@dataclass(frozen=True, slots=True)
class Axis:
    """From what to what a plot goes, and what is marked on it.

    Attributes:
        ticks: Where a number and a thin line stand; the ends among them.
        band: A shaded range; None for none.
        lines: Where a stronger line stands.
    """

    ticks: Sequence[float]
    band: tuple[float, float] | None = None
    lines: Sequence[float] = ()

    def place(self, value: float) -> float:
        """Where a value stands, in per cent; what lies outside stands at the edge."""
        low, high = self.ticks[0], self.ticks[-1]
        return 100 * min(max((value - low) / (high - low), 0.0), 1.0)


UNIT = Axis((0.0, 0.2, 0.4, 0.6, 0.8, 1.0))


def row(axis: Axis, dots: Sequence[tuple[str, Figure]]) -> str:
    """A row's drawing: names and figures, of which the undefined ones are left out."""
    shown = [(n, s, f) for (n, f), s in zip(dots, _SHAPES, strict=False) if f.defined]
    said = "; ".join(f"{name} {with_interval(figure)}" for name, _, figure in shown)
    about = f'role="img" aria-label="{escape(said)}"' if shown else 'aria-hidden="true"'
    parts = "".join(
        _whisker(axis, shape, f) + _mark(axis, name, shape, f) for name, shape, f in shown
    )
    return f'<svg class="dots" height="{_HEIGHT}" {about}>{_ground(axis)}{parts}</svg>'


def head(axis: Axis) -> str:
    """The axis' numbers."""
    anchors = {axis.ticks[0]: "start", axis.ticks[-1]: "end"}
    numbers = "".join(
        f'<text x="{axis.place(tick):.2f}%" y="13" text-anchor="{anchors.get(tick, "middle")}">'
        f"{number(tick)[:-1]}</text>"
        for tick in axis.ticks
    )
    return f'<svg class="dots" aria-hidden="true" height="18">{numbers}</svg>'


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


def _ground(axis: Axis) -> str:
    band = ""
    if axis.band:
        left, right = (axis.place(end) for end in axis.band)
        band = f'<rect class="band" x="{left:.2f}%" width="{right - left:.2f}%" height="100%"/>'
    thin = [(tick, "grid") for tick in axis.ticks]
    lines = [*thin, *((line, "strong") for line in axis.lines)]
    return band + "".join(
        f'<line class="{style}" x1="{axis.place(x):.2f}%" x2="{axis.place(x):.2f}%" y1="0" '
        'y2="100%"/>'
        for x, style in lines
    )


def _whisker(axis: Axis, shape: str, figure: Figure) -> str:
    if math.isnan(figure.interval.low):
        return ""
    left, right = axis.place(figure.interval.low), axis.place(figure.interval.high)
    return (
        f'<line class="whisker {shape}" x1="{left:.2f}%" x2="{right:.2f}%" '
        f'y1="{_MIDDLE}" y2="{_MIDDLE}"/>'
    )


def _mark(axis: Axis, name: str, shape: str, figure: Figure) -> str:
    """The shape; an inner drawing of no size carries it to a place given in per cent."""
    title = f"<title>{escape(name)} {with_interval(figure)}</title>"
    return (
        f'<svg class="mark {shape}" x="{axis.place(figure.value):.2f}%" y="{_MIDDLE}" '
        f'overflow="visible">{title}{_SHAPES[shape]}</svg>'
    )
