from itertools import pairwise
from typing import Any

import pytest

from train.comparison.plot import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, cost_chart


def model(key: str, micro: float, speed: float | None, **changes: Any) -> dict[str, Any]:
    figures = {"value": micro, "low": micro - 0.05, "high": micro + 0.05}
    values = {"key": key, "name": f"model {key}", "kind": "run", "micro": figures, "bytes": None}
    return values | {"paragraphs_per_cpu_second": speed} | changes


def test_better_is_higher_and_faster_is_further_right() -> None:
    slow, fast = cost_chart([model("A", 0.6, 20.0), model("B", 0.4, 900.0)]).marks

    assert slow.x is not None
    assert fast.x is not None
    assert LEFT <= slow.x < fast.x <= WIDTH - RIGHT
    assert TOP <= slow.y < fast.y <= HEIGHT - BOTTOM
    assert slow.high is not None
    assert slow.low is not None
    assert slow.high < slow.y < slow.low


def test_what_has_no_speed_has_no_place_across() -> None:
    (mark, _) = cost_chart([model("A", 0.6, None), model("B", 0.5, 3.0)]).marks

    assert mark.x is None
    assert "no cost measured" in mark.text


@pytest.mark.parametrize("number", [2, 8, 15])
def test_names_do_not_lie_on_each_other(number: int) -> None:
    marks = cost_chart([model(str(n), 0.5, 10.0) for n in range(number)]).marks

    heights = sorted(mark.at for mark in marks)
    assert all(b - a > 12 for a, b in pairwise(heights))


def test_a_chart_without_intervals_or_speeds_can_be_drawn() -> None:
    bare = {"value": 0.0, "low": None, "high": None}
    chart = cost_chart([model(key, 0.0, None) | {"micro": bare} for key in "AB"])

    assert [mark.low for mark in chart.marks] == [None, None]
    assert chart.x_ticks
    assert chart.y_ticks
