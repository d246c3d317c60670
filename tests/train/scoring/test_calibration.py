import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from train.scoring.calibration import (
    Calibration,
    expected_calibration_error,
    fit_calibration,
    reliability,
    sigmoid,
)
from train.scoring.scores import Bools, Floats


def test_the_sigmoid_does_not_overflow() -> None:
    with np.errstate(all="raise", under="ignore"):
        assert sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist() == [0, 0.5, 1]


def test_scores_that_are_too_sure_are_cooled_to_what_came_true() -> None:
    # three of four decisions with logit 4 are true: log(3) would be right, so T is 4 / log(3)
    logits, gold = np.full((1, 4), 4.0), np.array([[True, True, True, False]])

    found = fit_calibration(logits, gold, shifted=False)

    assert found.temperature == pytest.approx(4 / np.log(3), rel=1e-4)
    assert found.shift == 0


@given(st.floats(0.2, 5), st.floats(-3, 3))
@settings(deadline=None, max_examples=20)
def test_what_true_logits_were_scaled_and_shifted_by_is_found(
    temperature: float, shift: float
) -> None:
    share = np.array([0.1, 0.3, 0.6, 0.9])
    gold = np.arange(10)[:, None] < share * 10  # each column is true as often as it says
    true = np.broadcast_to(np.log(share / (1 - share)), gold.shape)

    found = fit_calibration((true - shift) * temperature, gold)

    assert found.temperature == pytest.approx(temperature, rel=1e-3)
    assert found.shift == pytest.approx(shift, abs=1e-3)


@given(st.floats(0.01, 1000), st.floats(-100, 100), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=50)
def test_no_cross_entropy_is_worse_than_without_or_than_the_base_rate(
    scale: float, level: float, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    logits, gold = generator.normal(level, scale, (20, 3)), generator.random((20, 3)) < 0.2
    rate = gold.mean()
    calm = -rate * np.log(rate) - (1 - rate) * np.log(1 - rate) if gold.any() else np.inf

    found = fit_calibration(logits, gold)

    assert found.temperature > 0
    after = cross_entropy(logits / found.temperature + found.shift, gold)
    assert after <= cross_entropy(logits, gold) + 1e-3
    assert after <= calm + 1e-3 or found.temperature == 1


def cross_entropy(logits: Floats, gold: Bools) -> float:
    return float(np.logaddexp(0, np.where(gold, -logits, logits)).mean())


def test_scipy_finds_the_same_lowest_point() -> None:
    from scipy.optimize import minimize

    generator = np.random.default_rng(5)
    logits = generator.normal(size=(40, 5)) * 3
    gold = generator.random((40, 5)) < sigmoid(logits / 2 - 1)

    best = minimize(lambda at: cross_entropy(logits * at[0] + at[1], gold), [1, 0], tol=1e-10).x

    found = fit_calibration(logits, gold)
    assert (1 / found.temperature, found.shift) == pytest.approx(tuple(best), rel=1e-3)


def test_scores_in_the_wrong_order_are_only_shifted() -> None:
    logits = np.array([[1.0, 1.0, -1.0, -1.0]])
    gold = np.array([[False, False, True, False]])

    found = fit_calibration(logits, gold)

    assert found.temperature == 1
    assert found.scores(logits).mean() == pytest.approx(0.25, abs=1e-4)  # the share of yeses
    assert fit_calibration(logits, gold, shifted=False) == Calibration(1, 0)


def test_without_anything_to_fit_nothing_is_changed() -> None:
    nothing = Calibration(1, 0)
    assert fit_calibration(np.zeros((0, 3)), np.zeros((0, 3), dtype=bool)) == nothing
    assert fit_calibration(np.full((2, 3), -2.0), np.zeros((2, 3), dtype=bool)) == nothing
    assert fit_calibration(np.full((2, 3), -2.0), np.ones((2, 3), dtype=bool)) == nothing


def test_a_split_that_is_told_apart_without_error_has_a_finite_calibration() -> None:
    logits, gold = np.array([[3.0, -3.0]]), np.array([[True, False]])

    found = fit_calibration(logits, gold)

    assert 0.1 < found.temperature < 1
    assert found.shift == pytest.approx(0, abs=1e-3)


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
