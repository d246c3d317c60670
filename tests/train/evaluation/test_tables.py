from typing import Any

import pytest

from train.evaluation.pages import markdown_page
from train.evaluation.tables import figure, label_table, signed_figure, summary


def test_each_rater_has_a_row_with_how_far_the_model_is_ahead_of_it(
    compared: dict[str, Any],
) -> None:
    head, rows = summary(compared)

    assert head[:3] == ("", "micro-F1", "model ahead by")
    assert [row[:3] for row in rows] == [
        ("model", "0.67 (too few to tell)", "–"),
        ("most frequent label", "0.00 (0.00 to 0.10)", "+0.67 (+0.50 to +0.70)"),
        ("TF-IDF", "0.67 (too few to tell)", "+0.00 (too few to tell)"),
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


def test_a_figure_that_is_undefined_is_not_available() -> None:
    nothing = dict.fromkeys(("value", "low", "high"))

    assert figure(nothing) == signed_figure(nothing) == "n/a"
