import numpy as np
import pytest

from train.learning_curve.power_law import extrapolate

SIZES = (50, 100, 200, 400)


@pytest.mark.parametrize("c", [0.3, 0.5, 1.0])
def test_an_inverse_power_law_is_continued_exactly(c: float) -> None:
    scores = 0.7 - 2 * np.array([SIZES], dtype=float) ** -c

    assert extrapolate(SIZES, scores, [800.0])[0, 0] == pytest.approx(0.7 - 2 * 800**-c, abs=1e-9)


def test_a_logarithm_is_continued_exactly() -> None:
    scores = 0.1 + 0.05 * np.log([SIZES])

    assert extrapolate(SIZES, scores, [800.0])[0, 0] == pytest.approx(0.1 + 0.05 * np.log(800))


def test_a_falling_curve_is_continued_flat() -> None:
    first, second = extrapolate(SIZES, np.array([[0.5, 0.45, 0.42, 0.4]]), [400.0, 800.0])[0]

    assert first == second
