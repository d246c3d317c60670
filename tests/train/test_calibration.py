import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from train.calibration import (
    expected_calibration_error,
    fit_temperature,
    reliability,
    sigmoid,
)


def test_the_sigmoid_does_not_overflow() -> None:
    with np.errstate(all="raise", under="ignore"):
        assert sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist() == [0, 0.5, 1]


def test_scores_that_are_too_sure_are_cooled_to_what_came_true() -> None:
    # three of four decisions with logit 4 are true: log(3) would be right, so T is 4 / log(3)
    logits, gold = np.full((1, 4), 4.0), np.array([[True, True, True, False]])

    temperature = fit_temperature(logits, gold)

    assert temperature == pytest.approx(4 / np.log(3), rel=1e-4)
    assert sigmoid(logits / temperature) == pytest.approx(np.full((1, 4), 0.75), rel=1e-4)


@given(st.floats(0.2, 5))
@settings(deadline=None, max_examples=20)
def test_the_temperature_by_which_true_logits_were_scaled_is_found(temperature: float) -> None:
    share = np.array([0.1, 0.3, 0.6, 0.9])
    gold = np.arange(10)[:, None] < share * 10  # each column is true as often as it says
    logits = np.broadcast_to(np.log(share / (1 - share)), gold.shape) * temperature

    assert fit_temperature(logits, gold) == pytest.approx(temperature, rel=1e-3)


def test_scipy_finds_the_same_lowest_point() -> None:
    from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]

    generator = np.random.default_rng(5)
    logits = generator.normal(size=(40, 5)) * 3
    gold = generator.random((40, 5)) < sigmoid(logits / 2)

    def loss(log_temperature: float) -> float:
        scores = sigmoid(logits / np.exp(log_temperature))
        return float(-np.log(np.where(gold, scores, 1 - scores)).mean())

    expected = np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x)
    assert fit_temperature(logits, gold) == pytest.approx(expected, rel=1e-3)


def test_without_anything_to_fit_nothing_is_changed() -> None:
    assert fit_temperature(np.zeros((0, 3)), np.zeros((0, 3), dtype=bool)) == 1
    assert fit_temperature(np.full((2, 3), -2.0), np.zeros((2, 3), dtype=bool)) == 1
    assert fit_temperature(np.full((2, 3), -2.0), np.ones((2, 3), dtype=bool)) == 1


def test_a_split_that_is_told_apart_without_error_has_a_bounded_temperature() -> None:
    logits, gold = np.array([[3.0, -3.0]]), np.array([[True, False]])

    assert fit_temperature(logits, gold) == pytest.approx(0.05, rel=1e-3)


def test_bins_hold_mean_score_share_and_size() -> None:
    scores = np.array([[0.12, 0.18, 0.95, 1.0]])
    gold = np.array([[False, True, True, True]])

    low, high = reliability(scores, gold)

    assert (low.score, low.share, low.size) == pytest.approx((0.15, 0.5, 2))
    assert (high.score, high.share, high.size) == pytest.approx((0.975, 1, 2))


def test_the_calibration_error_is_the_mean_distance_weighted_by_size() -> None:
    scores = np.array([[0.25, 0.25, 0.25, 0.75]])
    gold = np.array([[True, False, False, False]])

    # |1/3 - .25| * 3/4 + |0 - .75| * 1/4
    assert expected_calibration_error(scores, gold) == pytest.approx(0.0625 + 0.1875)
    assert expected_calibration_error(np.zeros((0, 2)), np.zeros((0, 2), dtype=bool)) == 0
