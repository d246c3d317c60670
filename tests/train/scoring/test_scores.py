import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.annotate.jackknife import expected_ends
from train.scoring.scores import (
    Bools,
    LabelSet,
    Score,
    Scores,
    count,
    score,
    score_predictions,
    scores_to_json,
)

# the 23 labels of SemEval-2023 task 3, of which the worked case names five
NAMES = ("Loaded_Language", "Slogans", "Doubt", "Name_Calling-Labeling", "Repetition")
OFFICIAL = LabelSet(
    (*NAMES, *(f"other{i}" for i in range(18))),
    {name: "first" if name in NAMES[:2] else "second" for name in NAMES}
    | {f"other{i}": "third" for i in range(18)},
)
THREE = LabelSet(("a", "b", "c"), {"a": "x", "b": "x", "c": "y"})


def matrix(labels: LabelSet, *rows: set[str]) -> Bools:
    return np.array([[label in row for label in labels.labels] for row in rows])


GOLD = matrix(
    OFFICIAL, {"Loaded_Language"}, set(), {"Doubt", "Name_Calling-Labeling"}, {"Repetition"}
)
PREDICTED = matrix(OFFICIAL, {"Loaded_Language", "Slogans"}, set(), {"Doubt"}, set())


def test_the_worked_case_of_semeval_2023_scores_as_its_scorer_does() -> None:
    scores = score_predictions(GOLD, PREDICTED, np.arange(4), OFFICIAL)

    assert scores.micro.f1.value == pytest.approx(4 / 7)
    assert scores.macro_official.value == pytest.approx(20 / 23)


def test_the_plain_macro_is_over_labels_with_gold_examples_only() -> None:
    # Loaded_Language 1, Doubt 1, Name_Calling 0, Repetition 0; Slogans has no example
    assert score_predictions(GOLD, PREDICTED, np.arange(4), OFFICIAL).macro.value == 0.5


def test_a_group_holds_when_any_of_its_labels_does() -> None:
    gold, predicted = matrix(THREE, {"a"}, {"c"}), matrix(THREE, {"b"}, {"a", "b"})

    scores = score_predictions(gold, predicted, np.arange(2), THREE)

    assert _values(scores.groups["x"]) == pytest.approx((0.5, 1.0, 2 / 3))
    assert _values(scores.groups["y"]) == (0, 0, 0)
    assert scores.groups["x"].support == 1
    assert scores.groups["x"].predicted == 2


def test_any_technique_asks_only_whether_there_is_one() -> None:
    gold, predicted = matrix(THREE, {"a"}, {"c"}, set()), matrix(THREE, {"b"}, set(), set())

    scores = score_predictions(gold, predicted, np.arange(3), THREE)

    assert _values(scores.any_technique) == pytest.approx((1.0, 0.5, 2 / 3))


def test_a_label_that_is_nowhere_scores_zero_without_an_interval() -> None:
    scores = score_predictions(GOLD, PREDICTED, np.arange(4), OFFICIAL)

    assert _values(scores.labels["other0"]) == (0, 0, 0)
    assert scores.labels["other0"].support == 0
    assert math.isnan(scores.labels["other0"].f1.interval.low)


ONE = LabelSet(("a",), {"a": "x"})


def half_right(articles: int, paragraphs: int, examples: int) -> Scores:
    """Every example is found in every second article; the first paragraphs are the examples."""
    article = np.arange(paragraphs) % articles
    gold = (np.arange(paragraphs) < examples)[:, np.newaxis]
    return score_predictions(gold, gold & (article % 2 == 0)[:, np.newaxis], article, ONE)


def test_one_article_gives_no_interval_and_the_reason() -> None:
    scores = score_predictions(GOLD, PREDICTED, np.zeros(4, dtype=np.intp), OFFICIAL)

    for figure in (scores.micro.f1, scores.macro, scores.macro_official, scores.any_technique.f1):
        assert figure.interval.missing == "1 article, and an interval needs 5"
        assert figure.to_json()["low"] is None


@pytest.mark.parametrize(
    ("articles", "paragraphs", "examples", "whole", "technique"),
    [
        (4, 40, 20, "4 articles", "4 articles"),
        (5, 40, 20, "", ""),
        (5, 9, 9, "9 paragraphs", "9 paragraphs"),
        (5, 10, 9, "", ""),
        (20, 40, 4, "4 articles", "4 articles"),
        (20, 40, 5, "", ""),
    ],
)
def test_an_interval_needs_articles_paragraphs_and_examples(
    articles: int, paragraphs: int, examples: int, whole: str, technique: str
) -> None:
    scores = half_right(articles, paragraphs, examples)

    for figure, short in ((scores.micro.f1, whole), (scores.labels["a"].f1, technique)):
        assert figure.interval.missing == (f"{short}, and an interval needs " if short else "") + (
            {"a": "5", "p": "10"}[short.split()[1][0]] if short else ""
        )


def test_a_technique_with_four_examples_has_no_interval_among_many_false_alarms() -> None:
    gold = (np.arange(40) < 4)[:, np.newaxis]

    scores = score_predictions(gold, np.ones_like(gold), np.arange(40), ONE)

    assert scores.labels["a"].precision.interval.missing == "4 examples, and an interval needs 5"
    assert scores.labels["a"].recall.interval.missing == "4 articles, and an interval needs 5"
    assert not scores.micro.f1.too_few


def test_articles_and_not_paragraphs_are_left_out() -> None:
    # six articles of ten paragraphs, three all right and three all wrong
    gold = np.ones((60, 1), dtype=bool)
    predicted = np.repeat([[True], [False]], 30, axis=0)

    recall = score_predictions(gold, predicted, np.repeat(range(6), 10), ONE).micro.recall

    # without an article it is 2/5 or 3/5; of six articles alike in influence t has 5 degrees
    assert recall.value == 0.5
    ends = expected_ends(0.5, [0.4] * 3 + [0.6] * 3, articles=6)
    assert (recall.interval.low, recall.interval.high) == pytest.approx(ends)


def test_a_technique_that_is_never_recognised_may_be_elsewhere() -> None:
    gold = (np.arange(60) % 6 == 0)[:, np.newaxis]

    score = score_predictions(gold, ~gold, np.arange(60) // 6, ONE).labels["a"]

    # none of ten articles: t**2 / (10 + t**2), with t of 9 degrees of freedom, 2.262
    assert (score.f1.value, score.f1.interval.low) == (0, 0)
    assert score.f1.interval.high == pytest.approx(2.262**2 / (10 + 2.262**2), abs=1e-4)


def test_precision_needs_articles_with_predictions_and_recall_those_with_examples() -> None:
    article = np.arange(60) // 6
    gold = (np.arange(60) % 6 == 0)[:, np.newaxis]
    predicted = gold & (article < 4)[:, np.newaxis]

    score = score_predictions(gold, predicted, article, ONE).labels["a"]

    assert score.precision.interval.missing == "4 articles, and an interval needs 5"
    assert not score.recall.too_few
    assert not score.f1.too_few


def test_several_raters_have_the_mean_of_their_figures() -> None:
    gold = matrix(THREE, {"a"}, {"b"})
    right, wrong = gold, np.zeros_like(gold)
    counts = np.array([count(gold, rater, np.arange(2), THREE) for rater in (right, wrong)])

    scores = score(counts, THREE, 2)

    assert scores.micro.f1.value == 0.5
    assert scores.macro.value == 0.5
    assert scores.micro.support == 4


def test_the_json_form_has_null_for_what_is_not_defined() -> None:
    value = scores_to_json(score_predictions(GOLD, PREDICTED, np.arange(4), OFFICIAL))

    assert value["labels"]["other0"]["f1"] == {
        "value": 0.0,
        "low": None,
        "high": None,
        "no_interval": "too few to tell: 0 articles, and an interval needs 5",
    }
    assert value["micro"]["f1"]["value"] == 0.571429
    assert set(value["groups"]) == {"first", "second", "third"}


def _values(score: Score) -> tuple[float, float, float]:
    return score.precision.value, score.recall.value, score.f1.value


@st.composite
def gold_and_predicted(draw: st.DrawFn) -> tuple[Bools, Bools]:
    shape = (draw(st.integers(1, 12)), 3)
    return draw(arrays(np.bool_, shape)), draw(arrays(np.bool_, shape))


@given(gold_and_predicted())
@settings(deadline=None, max_examples=60)
def test_every_figure_is_that_of_sklearn(pair: tuple[Bools, Bools]) -> None:
    from sklearn.metrics import precision_recall_fscore_support

    gold, predicted = pair
    scores = score_predictions(gold, predicted, np.arange(len(gold)), THREE)

    each = precision_recall_fscore_support(gold, predicted, average=None, zero_division=0)
    micro = precision_recall_fscore_support(gold, predicted, average="micro", zero_division=0)
    for column, label in enumerate(THREE.labels):
        expected = tuple(figure[column] for figure in each[:3])
        assert _values(scores.labels[label]) == pytest.approx(expected)
        assert scores.labels[label].support == each[3][column]
    assert _values(scores.micro) == pytest.approx(micro[:3])
    supported = each[2][each[3] > 0]
    assert scores.macro.value == pytest.approx(supported.mean() if len(supported) else 0)


@given(gold_and_predicted())
@settings(deadline=None, max_examples=30)
def test_figures_lie_in_their_order_between_zero_and_one(pair: tuple[Bools, Bools]) -> None:
    gold, predicted = pair
    scores = score_predictions(gold, predicted, np.arange(len(gold)), THREE)

    for each in (*scores.labels.values(), *scores.groups.values(), scores.micro):
        for figure in (each.precision, each.recall, each.f1):
            assert 0 <= figure.value <= 1
            assert (
                math.isnan(figure.interval.low)
                or 0 <= figure.interval.low <= figure.interval.high <= 1
            )
