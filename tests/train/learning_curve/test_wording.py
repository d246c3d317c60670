import math

import numpy as np
import pytest

from annotate.core.stats.estimates import Estimate, Interval
from train.learning_curve.forecast import Forecast
from train.learning_curve.wording import Turn, forecast_in_words, turn_in_words

NO_LINE = np.empty((0, 4))


def estimate(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, Interval(low, high))


def test_a_forecast_is_a_sentence_in_points() -> None:
    foretold = Forecast(800, 400, estimate(0.031, 0.008, 0.052), NO_LINE)

    assert forecast_in_words(foretold) == (
        "400 more paragraphs than the 800 of today would bring the model about 3 points of "
        "micro-F1 (1 to 5)."
    )


def test_a_gain_below_half_a_point_is_not_rounded_to_nothing() -> None:
    foretold = Forecast(800, 400, estimate(0.004, 0.0, 0.02), NO_LINE)

    assert "about less than" not in forecast_in_words(foretold)
    assert "would bring the model less than 1 point of micro-F1 (0 to 2)" in forecast_in_words(
        foretold
    )


def test_what_cannot_be_told_has_its_reason() -> None:
    open_ = Forecast(800, 400, estimate(0.05, 0.0, 0.14), NO_LINE, "the curve leaves it open")
    few = Forecast(133, 66, None, NO_LINE, "it needs 3 sizes, and 2 were measured")

    assert forecast_in_words(open_) == (
        "What 400 more paragraphs would bring cannot be told: the curve leaves it open: 0 to 14 "
        "points."
    )
    assert forecast_in_words(few).endswith("told: it needs 3 sizes, and 2 were measured.")


@pytest.mark.parametrize(
    ("turn", "sentence"),
    [
        (
            Turn(200, estimate(0.05, 0.02, 0.08)),
            "From 200 paragraphs on, the model is ahead of the baseline 'TF-IDF': at 600 by 5 "
            "points (2 to 8).",
        ),
        (
            Turn(None, estimate(0.01, -0.02, 0.03)),
            "The model is not clearly ahead of the baseline 'TF-IDF': at 600 by 1 point (−2 to 3).",
        ),
        (
            Turn(None, estimate(-0.05, -0.08, -0.02)),
            "The model is behind the baseline 'TF-IDF': at 600 by 5 points (2 to 8).",
        ),
        (
            Turn(None, estimate(0.0, math.nan, math.nan)),
            "The model is not clearly ahead of the baseline 'TF-IDF': at 600 by less than 1 point "
            "(too few to tell).",
        ),
    ],
)
def test_the_turn_is_a_sentence(turn: Turn, sentence: str) -> None:
    assert turn_in_words("tfidf", turn, 600) == sentence
