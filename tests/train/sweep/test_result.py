import pytest

from annotate.core.stats.estimates import Estimate, Interval
from train.sweep.page import gain_in_words
from train.sweep.result import best_of, verdict
from train.sweep.study import Trial


def trials(*scores: float) -> list[Trial]:
    return [Trial(n, {}, str(n), score, 5) for n, score in enumerate(scores)]


def test_of_equal_trials_the_first_is_the_best() -> None:
    assert best_of(trials(0.4, 0.5, 0.5)).number == 1


@pytest.mark.parametrize(
    ("scores", "gain", "words"),
    [
        ((0.4,), Estimate(0, Interval(0, 0)), "Only the recipe"),
        ((0.4, 0.3), Estimate(0.1, Interval(0.05, 0.2)), "No trial did better"),
        ((0.4, 0.5), Estimate(0.1, Interval(0.05, 0.2)), "better than the recipe by more than"),
        ((0.4, 0.5), Estimate(0.1, Interval(-0.05, 0.2)), "not better than the recipe by more"),
        (
            (0.4, 0.5),
            Estimate(0.1, Interval(float("nan"), float("nan"), "3 articles")),
            "too few to tell",
        ),
    ],
)
def test_the_verdict_says_whether_it_is_more_than_chance(
    scores: tuple[float, ...], gain: Estimate, words: str
) -> None:
    assert words in verdict(trials(*scores), best_of(trials(*scores)), gain)


def test_the_gain_has_true_signs() -> None:
    gain = Estimate(0.011, Interval(-0.006, 0.031)).to_json()

    assert gain_in_words({"gain": gain}).endswith(": +0.011 (\N{MINUS SIGN}0.006 to +0.031)")


def test_a_gain_without_an_interval_says_why() -> None:
    gain = Estimate(0.0, Interval(float("nan"), float("nan"), "3 articles")).to_json()

    assert gain_in_words({"gain": gain}).endswith(" 0.000 (too few to tell: 3 articles)")
