import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy import typing as npt

from train.scoring.scores import Bools, Floats
from train.scoring.thresholds import choose_threshold, micro_curve


def test_the_threshold_lies_in_the_middle_between_the_scores_that_it_parts() -> None:
    gold = np.array([[True, False, False, True]])
    scores = np.array([[0.9, 0.2, 0.1, 0.6]])

    chosen = choose_threshold(gold, scores)

    assert chosen.value == pytest.approx(0.4)
    assert chosen.f1 == 1


def test_among_equal_stretches_the_widest_is_taken() -> None:
    # above .8: 1 of 1 found, F1 2/3; above .5: 1 of 2, 1/2; above .1: 2 of 4 or more, at most 2/3
    gold = np.array([[True, False, False, True]])
    scores = np.array([[0.8, 0.7, 0.6, 0.5]])

    # F1 is 2/3 in (.7, .8] and in (0, .5]: the second one is wider
    chosen = choose_threshold(gold, scores)

    assert chosen.f1 == pytest.approx(2 / 3)
    assert chosen.value == pytest.approx(0.25)


def test_without_positives_the_threshold_is_a_half() -> None:
    chosen = choose_threshold(np.zeros((2, 2), dtype=bool), np.array([[0.9, 0.2], [0.4, 0.3]]))

    assert (chosen.value, chosen.f1) == (0.5, 0)


def test_equal_scores_are_never_parted() -> None:
    gold, scores = np.array([[True, False]]), np.array([[0.5, 0.5]])

    chosen = choose_threshold(gold, scores)

    assert chosen.f1 == pytest.approx(2 / 3)
    assert chosen.value == pytest.approx(0.25)


def micro_f1(gold: Bools, predicted: Bools) -> float:
    hits = (gold & predicted).sum()
    return float(2 * hits / max(gold.sum() + predicted.sum(), 1))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Bools, npt.NDArray[np.float32]]:
    shape = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    scores = arrays(np.float32, shape, elements=st.floats(0, 1, width=32))
    return draw(arrays(np.bool_, shape)), draw(scores)


@given(cases())
@settings(deadline=None)
def test_no_other_threshold_does_better(case: tuple[Bools, npt.NDArray[np.float32]]) -> None:
    gold, scores = case
    chosen = choose_threshold(gold, scores)

    values = np.unique(np.concatenate([[0], scores.ravel().astype(float), [1]]))
    tried = [*values, *((values[1:] + values[:-1]) / 2)]
    best = max(micro_f1(gold, scores >= value) for value in tried)
    assert chosen.f1 == pytest.approx(best)
    assert 0 <= chosen.value <= 1


@given(cases())
@settings(deadline=None)
def test_the_curve_holds_what_each_threshold_gives(
    case: tuple[Bools, npt.NDArray[np.float32]],
) -> None:
    gold, scores = case
    curve: Floats = micro_curve(gold, scores, points=10)

    assert curve[:, 0] == pytest.approx(np.arange(1, 10) / 10)
    for threshold, _, _, f1 in curve:
        assert f1 == pytest.approx(micro_f1(gold, scores.astype(float) >= threshold))
