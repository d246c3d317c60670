import math

import numpy as np
import pytest

from annotate.core.stats.estimates import Estimate, Interval
from train.comparison.verdict import (
    Errors,
    Verdict,
    fixed_and_broken,
    judge_difference,
    judge_labels,
    nearer_and_further,
    paragraphs_needed,
)
from train.scoring.contrasts import count_all

NONE = Interval(math.nan, math.nan, "3 articles, and an interval needs 5")


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.001, 0.05, Verdict.BETTER),
        (-0.05, -0.001, Verdict.WORSE),
        (-0.02, 0.02, Verdict.ALIKE),
        (0.001, 0.019, Verdict.ALIKE),  # real, and too small to matter
        (-0.021, 0.01, Verdict.UNCLEAR),
        (-0.01, 0.03, Verdict.UNCLEAR),
        (0.0, 0.03, Verdict.UNCLEAR),
    ],
)
def test_the_interval_and_the_margin_give_the_verdict(
    low: float, high: float, verdict: Verdict
) -> None:
    difference = Estimate((low + high) / 2, Interval(low, high))

    assert judge_difference(difference, 0.02) is verdict


def test_without_a_margin_every_real_difference_counts() -> None:
    assert judge_difference(Estimate(0.01, Interval(0.001, 0.019)), 0.0) is Verdict.BETTER


def test_without_an_interval_nothing_can_be_told_but_of_equal_answers() -> None:
    assert judge_difference(Estimate(0.3, NONE), 0.02) is Verdict.UNCLEAR
    assert judge_difference(Estimate(0.0, NONE), 0.02, identical=True) is Verdict.ALIKE


def test_the_paragraphs_that_are_missing_grow_with_the_square_of_the_error() -> None:
    # standard error .04 / 1.96 = .0204; (1.96 + .8416) * .0204 / .02 = 2.859; its square is 8.17
    assert paragraphs_needed(Estimate(0.0, Interval(-0.04, 0.04)), 100, 0.02) == pytest.approx(
        717, abs=2
    )
    assert paragraphs_needed(Estimate(0.0, Interval(-0.08, 0.08)), 100, 0.02) == pytest.approx(
        3170, abs=8
    )
    assert paragraphs_needed(Estimate(0.0, Interval(-0.004, 0.004)), 100, 0.02) == 0


def test_nothing_is_said_of_more_paragraphs_without_an_interval_or_a_gap() -> None:
    assert paragraphs_needed(Estimate(0.1, NONE), 100, 0.02) is None
    assert paragraphs_needed(Estimate(0.0, Interval(0.0, 0.0)), 100, 0.02) is None
    assert paragraphs_needed(Estimate(0.0, Interval(-0.1, 0.1)), 100, 0.0) is None


@pytest.mark.parametrize("seed", range(4))
def test_kappa_of_being_wrong_is_that_of_scikit_learn(seed: int) -> None:
    from sklearn.metrics import cohen_kappa_score

    chance = np.random.default_rng(seed)
    gold, first, second = chance.random((3, 50, 2)) < 0.3

    errors = Errors.of(gold, first, second)

    wrong = [(gold != each).any(axis=1) for each in (first, second)]
    assert errors.kappa == pytest.approx(cohen_kappa_score(*wrong))
    assert errors.share == (wrong[0] & wrong[1]).sum() / (wrong[0] | wrong[1]).sum()
    assert errors.both + errors.first + errors.second + errors.neither == 50


def test_without_an_error_there_is_nothing_in_common() -> None:
    gold = np.ones((3, 2), dtype=bool)
    errors = Errors.of(gold, gold, gold)

    assert math.isnan(errors.kappa)
    assert math.isnan(errors.share)


def test_a_paragraph_is_fixed_when_all_its_labels_are_right_now() -> None:
    gold = np.array([[1, 1], [0, 0], [1, 0], [0, 1]], dtype=bool)
    first = np.array([[1, 0], [0, 0], [0, 1], [1, 0]], dtype=bool)
    second = np.array([[1, 1], [1, 0], [1, 1], [1, 0]], dtype=bool)

    assert fixed_and_broken(gold, first, second) == ([0], [1])
    assert nearer_and_further(gold, first, second) == (2, 1)


def test_labels_are_corrected_for_how_many_are_tested() -> None:
    gold = np.zeros((40, 3), dtype=bool)
    gold[::2, 0] = gold[1::2, 1] = gold[:3, 2] = True
    second = gold.copy()
    second[:, 0] = False

    p_values, adjusted = judge_labels(count_all(gold, [gold, second], np.arange(40) // 2))

    assert p_values[0] is not None
    assert p_values[0] < 0.001
    assert adjusted == [2 * p_values[0], 1, None]
    assert p_values[1:] == [1, None]
