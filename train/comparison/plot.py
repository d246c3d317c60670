"""Where the marks of quality against cost stand, in the units of their SVG."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotate.core.html.ticks import nice_ticks
from train.comparison.wording import size_in_words, speed_in_words

WIDTH, HEIGHT = 680.0, 320.0
LEFT, RIGHT, TOP, BOTTOM = 48.0, 230.0, 28.0, 44.0  # margins; names stand on the right
_LINE = 16.0  # between two names


@dataclass(frozen=True, slots=True)
class Mark:
    """One of those that are compared.

    Attributes:
        name: With the size on disk, if there is one.
        x: None where there is no speed; then a line across stands for it.
        low: Height of the interval's lower end; None without one, as `high`.
        at: Height of the name.
        text: What it stands for.
    """

    key: str
    name: str
    shape: str
    x: float | None
    y: float
    low: float | None
    high: float | None
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Micro-F1 by paragraphs per CPU-second, on a logarithmic axis."""

    marks: Sequence[Mark]
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]


def cost_chart(models: Sequence[Mapping[str, Any]]) -> Chart:
    """Return the picture of quality against cost."""
    low, high = _range([v for m in models for v in m["micro"].values() if isinstance(v, float)])
    speeds = [m["paragraphs_per_cpu_second"] for m in models if m["paragraphs_per_cpu_second"]]
    slow, fast = _decades(speeds)

    def across(speed: float) -> float:
        share = (math.log10(speed) - slow) / (fast - slow)
        return LEFT + share * (WIDTH - RIGHT - LEFT)

    def up(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP)

    marks = [_mark(model, across, up) for model in models]
    return Chart(
        marks=_apart(marks),
        x_ticks=[(across(10.0**n), f"{10.0**n:,g}") for n in range(slow, fast + 1)],
        y_ticks=[(up(tick), f"{tick:.2f}") for tick in nice_ticks(low, high)],
    )


def _mark(model: Mapping[str, Any], across: Any, up: Any) -> Mark:
    micro, speed = model["micro"], model["paragraphs_per_cpu_second"]
    low, high = (None if micro[end] is None else up(micro[end]) for end in ("low", "high"))
    place = None if speed is None else across(speed)
    size = f", {size_in_words(model['bytes'])}" if model["bytes"] else ""
    fast = f"{speed_in_words(speed)} paragraphs per CPU-second{size}"
    shape = {"baseline": "baseline", "predictions": "human"}.get(model["kind"], "model")
    cost = fast if speed else "no cost measured"
    text = f"{model['key']} {model['name']}: micro-F1 {micro['value']:.3f}; {cost}"
    y = up(micro["value"])
    name = model["name"] if len(model["name"]) <= 20 else f"{model['name'][:19]}…"
    return Mark(model["key"], f"{name}{size}", shape, place, y, low, high, y, text)


def _apart(marks: Sequence[Mark]) -> list[Mark]:
    """Move the names on the right apart, so that none lies on another; none leaves the picture."""
    order = sorted(range(len(marks)), key=lambda n: marks[n].y)
    heights: list[float] = []
    for place, number in enumerate(order):
        least = heights[-1] + _LINE if heights else TOP
        most = HEIGHT - BOTTOM - _LINE * (len(order) - 1 - place)
        heights.append(max(least, min(marks[number].y, most)))
    at = dict(zip(order, heights, strict=True))
    return [replace(mark, at=at[number]) for number, mark in enumerate(marks)]


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the axis of scores, a little beyond the values."""
    low, high = min(values), max(values)
    edge = max(0.05 * (high - low), 0.01)
    return max(low - edge, 0.0), min(high + edge, 1.0 + edge)


def _decades(speeds: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten that hold all speeds."""
    if not speeds:
        return 0, 3
    slow, fast = math.floor(math.log10(min(speeds))), math.ceil(math.log10(max(speeds)))
    return slow, max(fast, slow + 1)
