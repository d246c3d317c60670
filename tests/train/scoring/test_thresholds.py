import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy import typing as npt

from train.scoring.scores import Bools, Floats
from train.scoring.thresholds import (
    adapted_threshold,
    between,
    choose_threshold,
    cross_fitted,
    expected_threshold,
    micro_curve,
    shrunk_threshold,
)


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


def test_the_expected_threshold_takes_scores_for_the_share_that_is_true() -> None:
    # of .9, .5 and .1 (1.5 expected): one gives 1.8 / 2.5, two 2.8 / 3.5, three 3 / 4.5
    assert expected_threshold(np.array([[0.9, 0.5, 0.1]])) == pytest.approx(0.3)


def test_between_is_in_logits() -> None:
    assert between(0.1, 0.9, 0.5) == pytest.approx(0.5)
    assert between(0.5, 0.9, 0.5) == pytest.approx(0.75)  # odds of 1 and 9: 3
    assert (between(0.2, 0.7, 0), between(0.2, 0.7, 1)) == pytest.approx((0.2, 0.7))


def test_with_200_positives_the_best_and_the_expected_threshold_count_the_same() -> None:
    gold = np.tile([[True, False, False]], (200, 1))
    scores = np.tile([[0.9, 0.5, 0.1]], (200, 1))

    chosen = shrunk_threshold(gold, scores)

    # best: .7, the middle of .5 and .9; expected: .3; their logits are opposite
    assert (chosen.paragraphs, chosen.positives) == (200, 200)
    assert chosen.value == pytest.approx(0.5)


def test_few_positives_leave_the_threshold_near_the_expected_one() -> None:
    gold, scores = np.array([[True, False, False]]), np.array([[0.9, 0.5, 0.1]])

    assert shrunk_threshold(gold, scores).value == pytest.approx(between(0.3, 0.7, 1 / 201))


def test_without_positives_a_models_threshold_is_a_half() -> None:
    chosen = shrunk_threshold(np.zeros((1, 2), dtype=bool), np.array([[0.9, 0.2]]))

    assert (chosen.value, chosen.rule, chosen.positives) == (0.5, "no positives", 0)


def test_the_adapted_threshold_is_halfway_to_the_one_expected_on_the_inputs() -> None:
    scores = np.tile(np.array([[0.9, 0.5, 0.1]], dtype=np.float32), (60, 1))

    assert adapted_threshold(0.7, scores) == pytest.approx(0.5)


@given(cases())
@settings(deadline=None)
def test_a_models_threshold_lies_between_the_best_and_the_expected(
    case: tuple[Bools, npt.NDArray[np.float32]],
) -> None:
    gold, scores = case
    ends = choose_threshold(gold, scores).value, expected_threshold(scores)

    value = shrunk_threshold(gold, scores.astype(float)).value

    assert 0 < value < 1
    if gold.any():
        assert min(ends) - 1e-6 <= value <= max(ends) + 1e-6


@given(cases(), st.floats(0, 1), st.floats(0, 1))
@settings(deadline=None)
def test_a_higher_threshold_stays_higher_when_it_adapts(
    case: tuple[Bools, npt.NDArray[np.float32]], one: float, other: float
) -> None:
    _, scores = case
    low, high = sorted([one, other])

    assert 0 < adapted_threshold(low, scores) <= adapted_threshold(high, scores) < 1


def test_the_threshold_of_a_fold_comes_from_the_other_folds() -> None:
    gold = np.array([[True], [False], [True], [False]])
    scores = np.array([[0.9], [0.7], [0.4], [0.2]])
    numbers = np.array([0, 0, 1, 1])

    # fold 1 alone would cut at .3, fold 0 alone at .8: each is applied to the other
    assert cross_fitted(gold, scores, numbers).ravel().tolist() == [True, True, False, False]


def test_a_fold_s_own_labels_do_not_move_its_decisions() -> None:
    chance = np.random.default_rng(0)
    scores, numbers = chance.random((30, 3)), np.arange(30) % 3
    gold = chance.random((30, 3)) < scores
    other = gold.copy()
    other[numbers == 1] = ~other[numbers == 1]

    one, two = cross_fitted(gold, scores, numbers), cross_fitted(other, scores, numbers)

    assert (one[numbers == 1] == two[numbers == 1]).all()
