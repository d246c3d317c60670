import math

import pytest

from annotate.core.stats.estimates import UNDEFINED, Estimate, Interval
from train.baselines.verdict import curve_in_words, verdict


def difference(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, Interval(low, high))


def few(value: float) -> Estimate:
    return Estimate(value, Interval(math.nan, math.nan, "3 articles, and an interval needs 5"))


AHEAD = difference(0.08, 0.05, 0.11)
BEHIND = difference(-0.041, -0.07, -0.012)
LEVEL = difference(0.02, -0.01, 0.05)


def test_a_baseline_that_is_ahead_is_named_with_what_to_do() -> None:
    assert verdict({"most_frequent": AHEAD, "tfidf": BEHIND}) == [
        "The baseline TF-IDF is ahead of the model by 0.04 (0.01 to 0.07) micro-F1: use it, or "
        "label more."
    ]


def test_of_several_that_are_ahead_the_strongest_comes_first() -> None:
    further = difference(-0.2, -0.3, -0.1)

    [sentence] = verdict({"most_frequent": AHEAD, "tfidf": BEHIND, "frozen": further})

    assert sentence == (
        "The baseline frozen encoder is ahead of the model by 0.20 (0.10 to 0.30), TF-IDF by 0.04 "
        "(0.01 to 0.07) micro-F1: use it, or label more."
    )


def test_a_baseline_within_the_interval_is_not_reliably_behind() -> None:
    assert verdict({"most_frequent": AHEAD, "tfidf": LEVEL}) == [
        "The model is not reliably ahead of 1 baseline: TF-IDF +0.02 (\N{MINUS SIGN}0.01 to "
        "+0.05) micro-F1. The first costs seconds: use it, or label more."
    ]


def test_where_no_baseline_is_behind_that_is_said() -> None:
    sentences = verdict({"tfidf": LEVEL, "frozen": BEHIND})

    assert sentences[-1] == "No baseline is reliably behind the model."
    assert len(sentences) == 3


def test_a_model_that_is_ahead_of_all_is_said_to_be() -> None:
    assert verdict({"tfidf": AHEAD, "frozen": difference(0.2, 0.1, 0.3)}) == [
        "The model is ahead of every baseline; of the best, TF-IDF, by 0.08 (0.05 to 0.11) "
        "micro-F1."
    ]


def test_too_few_articles_say_nothing_either_way() -> None:
    assert verdict({"tfidf": few(0.1), "frozen": few(-0.05)}) == [
        "Whether the model is ahead of 2 baselines is too few to tell (3 articles, and an interval "
        "needs 5): frozen encoder \N{MINUS SIGN}0.05, TF-IDF +0.10 micro-F1."
    ]


def test_what_the_learning_curve_says_comes_last() -> None:
    assert verdict({"tfidf": AHEAD}, curve="It rises.")[-1] == "It rises."


@pytest.mark.parametrize("differences", [{}, {"tfidf": UNDEFINED}])
def test_without_anything_to_compare_nothing_is_said(differences: dict[str, Estimate]) -> None:
    assert verdict(differences, curve="It rises.") == []


def point(paragraphs: int, model: float, tfidf: float, frozen: float = 0.0) -> dict[str, object]:
    scores = {"model": model, "tfidf": {"value": tfidf}, "frozen": frozen}
    return {"paragraphs": paragraphs, "scores": scores}


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (
            [point(50, 0.1, 0.2), point(1000, 0.3, 0.2), point(2000, 0.4, 0.3)],
            "the model is ahead of every baseline from 1,000 training paragraphs on",
        ),
        (
            [point(200, 0.4, 0.3), point(50, 0.1, 0.2), point(100, 0.3, 0.2)],
            "the model is ahead of every baseline from 100 training paragraphs on",
        ),
        (  # ahead, behind, ahead: only the last time it stays so
            [point(50, 0.3, 0.2), point(100, 0.2, 0.3), point(200, 0.4, 0.3)],
            "the model is ahead of every baseline from 200 training paragraphs on",
        ),
        (
            [point(50, 0.3, 0.2), point(100, 0.3, 0.1, 0.3)],
            "frozen encoder is ahead of the model from 100 training paragraphs on",
        ),
        (  # behind, ahead, behind, behind
            [point(9, 0, 1), point(50, 0.3, 0.2), point(226, 0.2, 0.3), point(295, 0.3, 0.4)],
            "TF-IDF is ahead of the model from 226 training paragraphs on",
        ),
        (
            [point(50, 0.1, 0.2), point(295, 0.2, 0.3)],
            "the model is ahead of every baseline at no size up to 295 training paragraphs",
        ),
    ],
)
def test_the_learning_curve_tells_from_which_size_on_who_is_ahead(
    points: list[dict[str, object]], expected: str
) -> None:
    assert curve_in_words(points) == f"In its learning curve {expected}."


@pytest.mark.parametrize("points", [[], [{"paragraphs": 50, "scores": {"model": 0.3}}]])
def test_a_learning_curve_without_baselines_says_nothing(points: list[dict[str, object]]) -> None:
    assert curve_in_words(points) == ""
