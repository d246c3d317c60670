import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.annotate.jackknife import expected_ends
from train.scoring.paired import mean_micro_difference, micro_difference
from train.scoring.scores import Bools, LabelSet, count, score, score_predictions


def f1_by_hand(gold: Bools, predicted: Bools) -> float:
    """Twice the hits, over all that is in gold and all that is predicted."""
    return 2 * int((gold & predicted).sum()) / (int(gold.sum()) + int(predicted.sum()))


def random_predictions(
    seed: int, articles: int, each: int
) -> tuple[Bools, Bools, Bools, npt.NDArray[np.intp]]:
    chance = np.random.default_rng(seed)
    gold = chance.random((articles * each, 4)) < 0.4
    first = gold ^ (chance.random(gold.shape) < 0.15)
    second = gold ^ (chance.random(gold.shape) < 0.3)
    return gold, first, second, np.repeat(np.arange(articles), each)


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.integers(6, 12), st.integers(2, 5))
def test_difference_and_interval_are_those_of_articles_left_out_by_hand(
    seed: int, articles: int, each: int
) -> None:
    gold, first, second, numbers = random_predictions(seed, articles, each)

    estimate = micro_difference(gold, first, second, numbers)

    differences = []
    for article in range(articles):
        rows = numbers != article
        # both by the same rows: that is what paired means
        scores = [f1_by_hand(gold[rows], predicted[rows]) for predicted in (first, second)]
        differences.append(scores[0] - scores[1])
    value = f1_by_hand(gold, first) - f1_by_hand(gold, second)
    ends = expected_ends(value, differences, articles, spread=lambda _: 1, ends=(-9, 9))
    assert estimate.value == pytest.approx(value)
    assert (estimate.interval.low, estimate.interval.high) == pytest.approx(ends)


def test_the_order_of_the_two_turns_the_sign() -> None:
    gold, first, second, numbers = random_predictions(1, 10, 4)

    forth = micro_difference(gold, first, second, numbers)
    back = micro_difference(gold, second, first, numbers)

    assert back.value == pytest.approx(-forth.value)
    assert back.interval.low == pytest.approx(-forth.interval.high)


def test_four_articles_are_too_few_to_tell() -> None:
    gold, first, second, numbers = random_predictions(1, 4, 10)

    estimate = micro_difference(gold, first, second, numbers)

    assert estimate.too_few
    assert estimate.interval.missing == "4 articles, and an interval needs 5"


def test_what_makes_articles_hard_for_both_does_not_widen_the_interval() -> None:
    gold = np.ones((120, 1), dtype=bool)
    articles = np.repeat(np.arange(40), 3)
    first = (articles % 2 == 0)[:, np.newaxis]  # every other article is beyond both
    second = first.copy()
    second[::24] = False

    difference = micro_difference(gold, first, second, articles).interval
    labels = LabelSet(("a",), {"a": "x"})
    alone = score_predictions(gold, first, articles, labels).micro.f1.interval

    assert difference.low > 0
    assert difference.high - difference.low < (alone.high - alone.low) / 2


def test_without_any_technique_in_gold_and_predictions_there_is_no_difference() -> None:
    nothing = np.zeros((12, 3), dtype=bool)

    assert not micro_difference(nothing, nothing, nothing, np.arange(12)).defined


def test_of_several_raters_the_means_are_compared() -> None:
    gold, first, second, numbers = random_predictions(3, 12, 4)
    labels = LabelSet(tuple("abcd"), dict.fromkeys("abcd", "x"))
    counts = [count(gold, each, numbers, labels) for each in (first, second, gold)]
    model, people = np.stack([counts[0]] * 2), np.stack(counts[1:])

    ahead = mean_micro_difference(model, people, labels, len(gold))

    def by_hand(rows: Bools) -> float:
        scores = [f1_by_hand(gold[rows], each[rows]) for each in (first, second, gold)]
        return scores[0] - (scores[1] + scores[2]) / 2

    left_out = [by_hand(numbers != article) for article in range(12)]
    value = by_hand(numbers >= 0)
    ends = expected_ends(value, left_out, 12, spread=lambda _: 1, ends=(-9, 9))
    assert ahead.value == pytest.approx(value)
    assert (ahead.interval.low, ahead.interval.high) == pytest.approx(ends)
    means = [score(each, labels, len(gold)).micro.f1.value for each in (model, people)]
    assert ahead.value == pytest.approx(means[0] - means[1])
