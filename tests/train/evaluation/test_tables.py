from typing import Any

import pytest

from tests.train.evaluation.conftest import NOTHING
from train.evaluation.pages import html_page, markdown_page
from train.evaluation.tables import (
    confusion_table,
    figure,
    label_table,
    signed_figure,
    slice_table,
    summary,
)


def test_each_rater_has_a_row_with_how_far_the_model_is_ahead_of_it(
    compared: dict[str, Any],
) -> None:
    head, rows = summary(compared)

    assert head[:3] == ("", "micro-F1", "model ahead by")
    assert [row[:3] for row in rows] == [
        ("model", "0.67 (too few to tell)", "–"),
        ("most frequent label", "0.00 (0.00 to 0.10)", "+0.67 (+0.50 to +0.70)"),
        ("TF-IDF", "0.67 (too few to tell)", "0.00 (too few to tell)"),
        ("no label at all", "0.00", "–"),
    ]


def test_of_people_only_f1_is_shown(evaluation: dict[str, Any]) -> None:
    evaluation["scores"]["human"] = evaluation["scores"]["model"]
    head, rows = summary(evaluation)

    people = dict(zip(head, rows[-1], strict=True))

    assert people["micro precision"] == people["micro recall"] == "–"
    assert people["micro-F1"].startswith("0.67 (")
    assert "of two others, what both say" in markdown_page(evaluation)


def test_a_label_without_examples_has_no_figures(
    compared: dict[str, Any],
) -> None:
    head, rows = label_table(compared)

    assert head[-2:] == ("F1 model", "F1 TF-IDF")  # the better of the two baselines
    assert rows[1] == ("Label b", "no example", *["n/a"] * 4)


@pytest.mark.parametrize(
    ("ends", "text", "signed"),
    [
        ((0.25, 0.75), "0.50 (0.25 to 0.75)", "+0.50 (+0.25 to +0.75)"),
        ((None, None), "0.50 (too few to tell)", "+0.50 (too few to tell)"),
    ],
)
def test_a_figure_is_written_with_its_interval(
    ends: tuple[float | None, float | None], text: str, signed: str
) -> None:
    value = {"value": 0.5, "low": ends[0], "high": ends[1]}

    assert (figure(value), signed_figure(value)) == (text, signed)


def test_an_end_that_rounds_to_zero_has_no_sign() -> None:
    assert signed_figure({"value": 0.5, "low": -0.001, "high": 0.75}) == "+0.50 (0.00 to +0.75)"


def test_a_figure_that_is_undefined_is_not_available() -> None:
    nothing = dict.fromkeys(("value", "low", "high"))

    assert figure(nothing) == signed_figure(nothing) == "n/a"


def test_techniques_with_few_examples_share_a_row(compared: dict[str, Any]) -> None:
    scores = compared["scores"]["model"]["labels"]
    # 2 of 4 found with 1 false alarm, 1 of 2 with none: together 3 of 6, of 4 predicted
    scores["a"] |= {"support": 4, "predicted": 3, "recall": {"value": 0.5}}
    scores["b"] |= {"support": 2, "predicted": 1, "recall": {"value": 0.5}}
    _, rows = label_table(compared)

    assert [row[:5] for row in rows] == [
        ("2 techniques with fewer than 5 examples, together", "6", "0.75", "0.50", "0.60")
    ]


def test_confusions_name_what_was_said_instead(evaluation: dict[str, Any]) -> None:
    evaluation["confusions"].append({"missed": "b", "instead": "b", "paragraphs": 2, "of": 2})

    assert confusion_table(evaluation)[1][0][1:] == ("nothing at all", "2", "2 of 3")
    assert confusion_table(evaluation)[1][1][:2] == ("Label b", "Label b")


def test_a_slice_that_is_reliably_worse_says_so(evaluation: dict[str, Any]) -> None:
    figures = {"f1": {"value": 0.2, "low": 0.1, "high": 0.3}, "paragraphs": 40, "articles": 9}
    difference = {"difference": {"value": -0.2, "low": -0.3, "high": -0.1}, "with_technique": 10}
    row = figures | difference | {"by": "outlet", "name": "Herald", "worse": True}
    evaluation["slices"] = [row]

    [cells] = slice_table(evaluation)[1]
    assert cells[:4] == ("outlet: Herald", "9", "40", "25 %")
    assert cells[4:] == (
        "0.20 (0.10 to 0.30)",
        "\N{MINUS SIGN}0.20 (\N{MINUS SIGN}0.30 to \N{MINUS SIGN}0.10), reliably worse",
    )
    for text in (markdown_page(evaluation), html_page(evaluation, NOTHING)):
        assert "eliably worse" in text
