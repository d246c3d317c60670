"""Places of a learning curve's lines, bands and names in an SVG; `curves.html` draws them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 560.0, 30.0, 350.0
_LINE_HEIGHT = 16.0

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A curve: what SVG writes as the points of its line and of its band's outline.

    Attributes:
        style: `model`, or a baseline's name.
        dots: Where each score stands.
        name: How high its name stands, at the right edge.
    """

    style: str
    line: str
    band: str
    dots: Sequence[Place]
    name: float


@dataclass(frozen=True, slots=True)
class Plot:
    """Everything that is drawn.

    Attributes:
        across: Where each size stands, on a logarithmic axis.
        up: Where each score of the axis stands.
        curves: Those measured; the model's is the last, so that it lies on top.
        forecast: None if nothing can be foretold.
    """

    across: Sequence[tuple[float, str]]
    up: Sequence[tuple[float, str]]
    curves: Sequence[Line]
    forecast: Line | None


@dataclass(frozen=True, slots=True)
class _Axes:
    sizes: tuple[float, float]
    scores: tuple[float, float]

    def x(self, size: float) -> float:
        low, high = self.sizes
        share = math.log(size / low) / max(math.log(high / low), 1e-9)
        return round(_LEFT + share * (_RIGHT - _LEFT), 1)

    def y(self, score: float) -> float:
        low, high = self.scores
        return round(_BOTTOM - (score - low) / (high - low) * (_BOTTOM - _TOP), 1)


def make_plot(result: Mapping[str, Any]) -> Plot:
    """Return the plot of a learning-curve.json."""
    measured: dict[str, list[dict[str, Any]]] = {}
    for point in result["points"]:
        for name, score in point["scores"].items():
            measured.setdefault(name, []).append({"paragraphs": point["paragraphs"], **score})
    foretold = result["forecast"]["line"]
    axes = _axes([*chain(*measured.values()), *foretold])
    names = _names({name: axes.y(points[-1]["value"]) for name, points in measured.items()})
    lines = [_line(axes, name, points, names[name]) for name, points in measured.items()]
    sizes = [point["paragraphs"] for point in result["points"]]
    ticks = [*sizes, *(point["paragraphs"] for point in foretold[-1:])]
    low, high = (round(10 * end) for end in axes.scores)
    return Plot(
        across=[(axes.x(size), f"{size:,.0f}") for size in ticks],
        up=[(axes.y(tenth / 10), f"{tenth / 10:.1f}") for tenth in range(low, high + 1)],
        curves=lines[::-1],
        forecast=_line(axes, "model", foretold, 0.0) if foretold else None,
    )


def _axes(points: Sequence[Mapping[str, Any]]) -> _Axes:
    sizes = [point["paragraphs"] for point in points]
    scores = [point[key] for point in points for key in ("value", "low", "high")]
    known = [score for score in scores if score is not None]
    low, high = math.floor(10 * min(known)) / 10, math.ceil(10 * max(known)) / 10
    return _Axes((min(sizes), max(sizes)), (max(low, 0.0), max(high, low + 0.1)))


def _line(axes: _Axes, style: str, points: Sequence[Mapping[str, Any]], name: float) -> Line:
    places = {
        key: [(axes.x(p["paragraphs"]), axes.y(p[key])) for p in points if p[key] is not None]
        for key in ("value", "low", "high")
    }
    outline = [*places["high"], *reversed(places["low"])]
    return Line(style, _written(places["value"]), _written(outline), places["value"], name)


def _written(places: Sequence[Place]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _names(ends: Mapping[str, float]) -> dict[str, float]:
    """Return the height of each name: that of its line's end, moved down to leave room."""
    heights: dict[str, float] = {}
    last = -math.inf
    for name, end in sorted(ends.items(), key=lambda item: item[1]):
        last = heights[name] = max(end, last + _LINE_HEIGHT)
    return heights
