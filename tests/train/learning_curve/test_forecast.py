import math

import numpy as np
import pytest

from train.learning_curve.forecast import forecast, two_digits
from train.learning_curve.points import Curve

SIZES = (50, 100, 200, 400, 600)


def power_law(n: float) -> float:
    return float(0.7 - 1.5 * n**-0.4)


def noisy(noise: float, sizes: tuple[int, ...] = SIZES) -> Curve:
    exact = np.array([power_law(n) for n in sizes])
    values = exact + np.random.default_rng(1).normal(scale=noise, size=(501, len(sizes)))
    values[0] = exact
    return Curve(values, np.full(len(sizes), noise))


def test_the_gain_of_a_known_power_law_is_forecast() -> None:
    foretold = forecast(noisy(0.003), SIZES, 800)

    assert (foretold.start, foretold.more, foretold.unknown) == (800, 400, "")
    assert foretold.gain
    gain = power_law(1200) - power_law(800)
    assert foretold.gain.value == pytest.approx(gain, abs=1e-6)
    assert foretold.gain.interval.low < gain < foretold.gain.interval.high


def test_noise_widens_the_interval_until_nothing_can_be_told() -> None:
    widths = []
    for noise in (0.002, 0.01):
        gain = forecast(noisy(noise), SIZES, 800).gain
        assert gain
        widths.append(gain.interval.high - gain.interval.low)

    assert widths[0] < widths[1]
    assert forecast(noisy(0.15), SIZES, 800).unknown == "the curve leaves it open"


def test_nothing_is_foretold_beyond_twice_the_largest_size() -> None:
    foretold = forecast(noisy(0.003), SIZES, 1000)

    assert foretold.start + foretold.more == 1200
    assert foretold.line[-1, 0] == pytest.approx(1200)


def test_two_sizes_are_too_few() -> None:
    foretold = forecast(noisy(0.003, (50, 100)), (50, 100), 133)

    assert foretold.gain is None
    assert foretold.unknown == "it needs 3 sizes, and 2 were measured"


def test_without_repeated_draws_nothing_is_foretold() -> None:
    curve = Curve(noisy(0.003).values, np.full(5, math.nan))

    assert "no size was drawn twice" in forecast(curve, SIZES, 800).unknown


def test_a_largest_size_of_less_than_half_of_the_labels_tells_nothing() -> None:
    assert "less than half" in forecast(noisy(0.003), SIZES, 1300).unknown


def test_numbers_are_rounded_down_to_two_digits() -> None:
    assert [two_digits(n) for n in (0, 7, 56, 375, 4726)] == [0, 7, 56, 370, 4700]
