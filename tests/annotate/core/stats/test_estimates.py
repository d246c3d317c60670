import math

import numpy as np
import pytest

from annotate.core.stats.estimates import (
    Floats,
    Interval,
    draw_weights,
    estimate,
    estimates,
    mean_defined,
    percentile_interval,
    ratio,
)


def share(sums: Floats) -> Floats:
    return ratio(sums[:, 0], sums[:, 1])


def test_a_figure_is_the_statistic_of_all_articles_and_of_articles_drawn_again() -> None:
    counts = np.array([[1.0, 4], [0, 2], [3, 3], [1, 5]])
    weights = draw_weights(4, seed=5, replicates=200)

    found = estimate(share, counts, weights)

    drawn = [np.repeat(counts, w.astype(int), axis=0).sum(axis=0) for w in weights]
    expected = percentile_interval(np.array([one / all_ for one, all_ in drawn]))
    assert found.value == pytest.approx(5 / 14)
    assert found.interval.low == pytest.approx(expected.low)
    assert found.interval.high == pytest.approx(expected.high)


def test_several_figures_come_from_one_draw() -> None:
    counts = np.array([[[1.0, 2], [2, 2]], [[0, 1], [1, 1]]])
    weights = draw_weights(2, seed=5)

    first, second = estimates(lambda sums: ratio(sums[..., 0], sums[..., 1]), counts, weights)

    assert first.value == pytest.approx(1 / 3)
    assert second.value == 1.0
    assert second.interval == Interval(1.0, 1.0)


def test_without_articles_a_figure_is_undefined() -> None:
    found = estimate(share, np.zeros((0, 2)), draw_weights(0, seed=1))

    assert not found.defined
    assert math.isnan(found.interval.high)


def test_a_ratio_with_nothing_below_is_undefined() -> None:
    found = ratio(np.array([1.0, 0.0, 3.0]), np.array([0.0, 2.0, 4.0]))

    assert math.isnan(found[0])
    assert found[1:].tolist() == [0.0, 0.75]


def test_a_mean_leaves_out_what_is_undefined() -> None:
    found = mean_defined(np.array([[0.2, math.nan, 0.6], [math.nan] * 3]))

    assert found[0] == pytest.approx(0.4)
    assert math.isnan(found[1])
