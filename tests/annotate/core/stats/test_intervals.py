import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm, ttest_1samp

from annotate.core.stats.intervals import (
    AMOUNT,
    COEFFICIENT,
    DIFFERENCE,
    SHARE,
    Interval,
    freedom,
    leave_one_out,
    percentile_interval,
    variance,
)

NORMAL = 1e12  # degrees of freedom


@given(st.integers(1, 60), st.data())
def test_a_share_has_the_interval_of_wilson(trials: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, trials))

    interval = SHARE.interval(hits / trials, 1 / trials, NORMAL)

    expected = binomtest(hits, trials).proportion_ci(method="wilson")
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_an_amount_has_the_score_interval_of_a_poisson_rate() -> None:
    z = float(norm.ppf(0.975))

    interval = AMOUNT.interval(12 / 8, 1 / 8, NORMAL)

    # x + z**2 / 2 -+ z * sqrt(x + z**2 / 4) of the count x (Rao 1948), over the units
    middle, reach = 12 + z**2 / 2, z * math.sqrt(12 + z**2 / 4)
    assert (interval.low, interval.high) == pytest.approx(
        ((middle - reach) / 8, (middle + reach) / 8)
    )


@given(st.floats(-1, 1), st.floats(0.001, 2))
def test_a_coefficient_is_a_share_on_another_range(value: float, factor: float) -> None:
    interval = COEFFICIENT.interval(value, factor, 9)

    share = SHARE.interval((value + 1) / 2, factor, 9)
    assert interval.low == pytest.approx(2 * share.low - 1, abs=1e-7)
    assert interval.high == pytest.approx(2 * share.high - 1, abs=1e-7)
    assert -1 - 1e-9 <= interval.low <= interval.high <= 1 + 1e-9


def test_a_difference_has_the_interval_of_the_t_test() -> None:
    leads = np.array([0.3, -0.1] * 6 + [0.2])
    left = (leads.sum() - leads) / 12

    changes = left - left.mean()
    interval = DIFFERENCE.interval(leads.mean(), variance(changes), freedom(changes))

    expected = ttest_1samp(leads, 0).confidence_interval()
    assert freedom(changes) == 12  # articles of nearly equal influence
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


def test_degrees_of_freedom_follow_from_the_articles_influences() -> None:
    # squares add up to 20, their squares to 68: 2.4675 * 400 / 68
    changes = np.array([1.0, -1] * 2 + [2.0, -2] * 2 + [0.0] * 8)

    assert freedom(changes) == pytest.approx(14.5147, abs=1e-4)
    assert freedom(np.array([9.0] + [-0.001] * 40)) == pytest.approx(2.7274, abs=1e-3)
    assert freedom(np.array([1.0, -1] * 10)) == 19  # never more than articles less one
    assert freedom(np.zeros(7)) == 6


@given(st.integers(0, 40))
def test_each_cluster_is_left_out_once(clusters: int) -> None:
    weights = leave_one_out(clusters)

    assert weights.tolist() == (1 - np.eye(clusters)).tolist()


def test_many_clusters_are_left_out_in_500_groups() -> None:
    weights = leave_one_out(1203)

    assert weights.shape == (500, 1203)
    assert (weights.sum(axis=0) == 499).all()  # each is left out once
    assert set(weights.sum(axis=1).tolist()) == {1200, 1201}


def test_the_interval_of_draws_is_the_middle_95_percent() -> None:
    assert percentile_interval(np.array(range(1001), dtype=np.float64)) == Interval(25.0, 975.0)
    assert percentile_interval(np.full(1000, 0.5)) == Interval(0.5, 0.5)


@pytest.mark.parametrize(
    ("defined", "has_ends"), [(0, False), (49, False), (50, True), (100, True)]
)
def test_an_interval_needs_half_of_the_draws(defined: int, has_ends: bool) -> None:
    values = np.array([0.25] * defined + [math.nan] * (100 - defined))

    interval = percentile_interval(values)

    assert (interval == Interval(0.25, 0.25)) is has_ends
    assert math.isnan(interval.low) is not has_ends
    assert math.isnan(interval.high) is not has_ends


def test_no_draw_gives_no_interval() -> None:
    assert math.isnan(percentile_interval(np.array([])).low)
