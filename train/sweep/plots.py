"""Where the marks of a sweep's charts stand, in the units of their SVG."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.core.html.ticks import MOST_TICKS, nice_ticks

LEFT, RIGHT, TOP, BOTTOM = 52.0, 16.0, 16.0, 44.0  # margins
HEIGHT = 260.0

Scores = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """A trial; `shape` is a shape of `macros.html`, `text` what it stands for."""

    x: float
    y: float
    shape: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of scores.

    Attributes:
        below: What stands under the axis.
        level: Height of the recipe's score.
        steps: Corners of the line of the best score so far.
    """

    title: str
    below: str
    width: float
    marks: Sequence[Mark]
    level: float
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]
    steps: Sequence[tuple[float, float]] = ()


def history(result: Mapping[str, Any]) -> Chart:
    """Return the score of each trial, and the best so far."""
    width, trials, (place, ticks) = 680.0, _scored(result), _heights(result)
    last = max(trial["number"] for trial in trials)

    def across(number: float) -> float:
        return _between(number / max(last, 1), LEFT, width - RIGHT)

    corners: list[tuple[float, float]] = []
    best = 0.0
    for trial in trials:
        best = max(best, trial["score"])
        before = [(across(trial["number"]), corners[-1][1])] if corners else []
        corners += [*before, (across(trial["number"]), place(best))]
    return Chart(
        title="Score of each trial",
        below="trial",
        width=width,
        marks=[_mark(trial, across(trial["number"]), place, result) for trial in trials],
        level=place(result["score"]["recipe"]),
        x_ticks=[(across(n), f"{n:g}") for n in nice_ticks(0, last) if n == int(n)],
        y_ticks=ticks,
        steps=corners,
    )


def slices(result: Mapping[str, Any]) -> list[Chart]:
    """Return the score by each setting's value."""
    return [_slice(result, key, item) for key, item in result["ranges"].items()]


def _slice(result: Mapping[str, Any], key: str, item: Mapping[str, Any]) -> Chart:
    width, trials, (place, heights) = 440.0, _scored(result), _heights(result)
    choices = list(item["choices"])

    def share(value: Any) -> float:
        if choices:
            return (choices.index(value) + 0.5) / len(choices)
        low, high, at = item["low"], item["high"], value
        if item["log"]:
            low, high, at = math.log(low), math.log(high), math.log(at)
        return float((at - low) / (high - low))

    def across(value: Any) -> float:
        return _between(share(value), LEFT, width - RIGHT)

    marked = choices or (log_ticks if item["log"] else nice_ticks)(item["low"], item["high"])
    return Chart(
        title=f"Score by {key}",
        below=key,
        width=width,
        # the recipe last, on top
        marks=[
            _mark(t, across(t["settings"][key]), place, result) for t in (*trials[1:], trials[0])
        ],
        level=place(result["score"]["recipe"]),
        x_ticks=[(across(value), in_short(value)) for value in marked],
        y_ticks=heights,
    )


def _scored(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [trial for trial in result["trials"] if trial["score"] is not None]


def _heights(result: Mapping[str, Any]) -> tuple[Any, list[tuple[float, str]]]:
    """Return the function from a score to its height, and the marks of the axis."""
    scores = [trial["score"] for trial in _scored(result)]
    margin = max(0.05 * (max(scores) - min(scores)), 0.005)
    low, high = max(min(scores) - margin, 0.0), max(scores) + margin

    def place(score: float) -> float:
        return _between((score - low) / (high - low), HEIGHT - BOTTOM, TOP)

    digits = 2 if high - low > 0.1 else 3
    return place, [(place(score), f"{score:.{digits}f}") for score in nice_ticks(low, high)]


def _mark(trial: Mapping[str, Any], x: float, place: Any, result: Mapping[str, Any]) -> Mark:
    shape = "model" if trial["state"] == "finished" else "baseline"
    if trial["number"] == 0:
        shape = "human"
    name = "the recipe" if trial["number"] == 0 else f"trial {trial['number']}"
    settings = ", ".join(f"{key} {in_short(value)}" for key, value in trial["settings"].items())
    early = f" (estimated after {trial['folds']} of {result['folds']} folds)"
    text = f"{name}: {trial['score']:.3f}{early if trial['state'] == 'stopped' else ''}; {settings}"
    return Mark(x, place(trial["score"]), shape, text)


def in_short(value: Any) -> str:
    """Return a setting's value as a chart shows it."""
    return f"{value:g}" if isinstance(value, int | float) and value is not True else str(value)


def log_ticks(low: float, high: float) -> list[float]:
    """Return the numbers 1, 2 and 5 times a power of ten from low to high; else the ends."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    numbers = [float(f"{f}e{power}") for power in powers for f in (1, 2, 5)]
    inside = [number for number in numbers if low <= number <= high]
    return inside if 2 <= len(inside) <= MOST_TICKS else [low, high]


def _between(share: float, start: float, end: float) -> float:
    return start + share * (end - start)
