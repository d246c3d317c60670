from typing import Any

import pytest

from train.sweep.plots import BOTTOM, HEIGHT, LEFT, TOP, history, log_ticks, slices

RATES = {"low": 1e-5, "high": 1e-3, "log": True, "choices": []}
LOSSES = {"low": 0.0, "high": 0.0, "log": False, "choices": ["bce", "asymmetric"]}


def trial(number: int, score: float | None, rate: float, loss: str, state: str) -> dict[str, Any]:
    settings = {"learning_rate": rate, "loss": loss}
    return {"number": number, "score": score, "settings": settings, "state": state, "folds": 2}


def result(*trials: dict[str, Any]) -> dict[str, Any]:
    ranges = {"learning_rate": RATES, "loss": LOSSES}
    score = {"recipe": trials[0]["score"]}
    return {"ranges": ranges, "trials": trials, "score": score, "folds": 5}


FOUR = result(
    trial(0, 0.4, 1e-4, "asymmetric", "finished"),
    trial(1, 0.3, 1e-5, "bce", "stopped"),
    trial(2, None, 1e-3, "bce", "failed"),
    trial(3, 0.5, 1e-3, "bce", "finished"),
)


def test_the_best_so_far_rises_in_steps() -> None:
    chart = history(FOUR)
    heights = [y for _, y in chart.steps]

    assert heights[0] == chart.level == chart.marks[0].y
    assert heights == sorted(heights, reverse=True)  # SVG counts from the top
    assert heights[-1] == chart.marks[-1].y
    assert len(chart.marks) == 3  # one failed


def test_all_marks_lie_inside_the_chart() -> None:
    for chart in (history(FOUR), *slices(FOUR)):
        for mark in chart.marks:
            assert LEFT <= mark.x <= chart.width
            assert TOP <= mark.y <= HEIGHT - BOTTOM


def test_shapes_tell_the_recipe_and_stopped_trials_apart() -> None:
    chart = history(FOUR)

    assert [mark.shape for mark in chart.marks] == ["human", "baseline", "model"]
    assert chart.marks[0].text == "the recipe: 0.400; learning_rate 0.0001, loss asymmetric"
    assert "trial 1: 0.300 (estimated after 2 of 5 folds)" in chart.marks[1].text


def test_a_slice_has_a_place_for_each_choice_and_a_logarithm_for_rates() -> None:
    rates, losses = slices(FOUR)

    assert [text for _, text in losses.x_ticks] == ["bce", "asymmetric"]
    by_text = {mark.text[:7]: mark.x for mark in rates.marks}
    middle = (by_text["trial 1"] + by_text["trial 3"]) / 2
    assert by_text["the rec"] == pytest.approx(middle)  # 1e-4 is half-way from 1e-5 to 1e-3


def test_one_trial_alone_has_a_page_too() -> None:
    one = result(trial(0, 0.0, 1e-4, "bce", "finished"))

    assert len(history(one).marks) == 1
    assert all(chart.y_ticks for chart in slices(one))


def test_ticks_of_a_logarithmic_axis_are_round() -> None:
    assert log_ticks(3e-5, 3e-4) == [5e-5, 1e-4, 2e-4]
    assert log_ticks(3, 4) == [3, 4]
