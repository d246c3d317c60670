"""The table of all finished cells: mean and deviation over seeds, and differences to the recipe."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev

import numpy as np

from annotate.core.stats.estimates import (
    Estimate,
    Floats,
    Size,
    estimate,
    mean_defined,
    ratio,
)
from annotate.core.stats.intervals import DIFFERENCE
from benchmarks.quality.cells import Result, method_title
from benchmarks.quality.tasks import MICRO, SOURCES

OURS = "fit"
HEAD = "| set | paragraphs | method | seeds | micro-F1 | macro-F1 | top label | CPU-s | to fit |"
RULE = "|---|---|---|---|---|---|---|---|---|"

Key = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Row:
    """All seeds of a method on a set."""

    results: tuple[Result, ...]

    @property
    def set(self) -> str:
        return self.results[0].cell.set


def micro(sums: Floats) -> Floats:
    """Micro-F1 of sums of `Result.counts`."""
    hits, alarms, misses = np.moveaxis(sums[..., :3], -1, 0)
    return ratio(2 * hits, 2 * hits + alarms + misses)


def top(sums: Floats) -> Floats:
    """Share of the paragraphs with a label whose top-scored label is right."""
    return ratio(sums[..., 3], sums[..., 4])


def macro(result: Result) -> float:
    """Mean F1 over all labels; a label that is neither in gold nor predicted counts 0."""
    hits, alarms, misses = np.array(result.labels, dtype=float).T
    return float((2 * hits / np.maximum(2 * hits + alarms + misses, 1)).mean())


def grouped(results: Sequence[Result]) -> dict[Key, Row]:
    """Return the row of each set, size and method; of changed recipes and data the newest counts.

    Cells of an older recipe or dataset stay in the file, but are not mixed with newer ones.
    """
    newest: dict[Key, dict[int, Result]] = {}
    for result in results:
        cell = result.cell
        row = newest.setdefault((cell.set, cell.size, method_title(cell)), {})
        if any((r.cell.recipe, r.cell.data) != (cell.recipe, cell.data) for r in row.values()):
            row.clear()
        row[cell.seed] = result
    return {key: Row(tuple(row[seed] for seed in sorted(row))) for key, row in newest.items()}


def difference(row: Row, ours: Row) -> Estimate:
    """How far the mean over seeds of a row is ahead of ours, with a 95 % interval over articles."""
    figure = micro if SOURCES[row.set].main == MICRO else top
    split = len(row.results)
    counts = np.array([r.counts for r in (*row.results, *ours.results)], dtype=float)

    def ahead(sums: Floats) -> Floats:
        each = figure(sums)
        return mean_defined(each[:, :split]) - mean_defined(each[:, split:])

    by_article = np.moveaxis(counts, 1, 0)
    size = Size(len(by_article), int(counts[0, :, 5].sum()))
    return estimate(ahead, by_article, size, DIFFERENCE)


def table(results: Sequence[Result], order: Sequence[str]) -> str:
    """Return the table in Markdown; figures are percent.

    Args:
        results: Finished cells.
        order: The methods, in the order of the rows.
    """
    rows = grouped(results)
    sets = list(SOURCES)
    places = {name: number for number, name in enumerate(order)}

    def place(key: Key) -> tuple[int, float, int, str]:
        name, size, title = key
        return (
            sets.index(name),
            size or float("inf"),
            places.get(title.split()[0], len(places)),
            title,
        )

    lines = [_line(key, rows) for key in sorted(rows, key=place)]
    return "\n".join([HEAD, RULE, *lines])


def _line(key: Key, rows: dict[Key, Row]) -> str:
    name, size, title = key
    row, ours = rows[key], rows.get((name, size, OURS))
    if ours is row or (ours and ours.results[0].cell.data != row.results[0].cell.data):
        ours = None
    sums = [np.array(result.counts, dtype=float).sum(axis=0) for result in row.results]
    cells = [
        name,
        str(size or "all"),
        title,
        str(len(row.results)),
        _spread([float(micro(each)) for each in sums]),
        _spread([macro(result) for result in row.results]),
        _spread([float(top(each)) for each in sums]),
        _seconds(row.results),
        _signed(difference(row, ours)) if ours else "",
    ]
    return f"| {' | '.join(cells)} |"


def _spread(values: Sequence[float]) -> str:
    """The mean in percent and, from two seeds on, the standard deviation."""
    text = f"{100 * mean(values):.1f}"
    return f"{text} ± {100 * stdev(values):.1f}" if len(values) > 1 else text


def _seconds(results: Sequence[Result]) -> str:
    least = "≥ " if any(result.resumed for result in results) else ""
    seconds = mean(result.seconds for result in results)
    return f"{least}{seconds:.1f}" if seconds < 10 else f"{least}{seconds:.0f}"


def _signed(value: Estimate) -> str:
    if value.too_few:
        return f"{100 * value.value:+.1f}"
    low, high = value.interval.low, value.interval.high
    return f"{100 * value.value:+.1f} ({100 * low:+.1f} to {100 * high:+.1f})"
