from typing import Any

import pytest

from annotate.dataset_page.page import splits_in_words

SETTINGS: dict[str, Any] = {"settings": {"seed": 13}}
LINEAGE: dict[str, Any] = {
    "id": "0a1b",
    "extends": [],
    "by": "article",
    "validation": 0.15,
    "test": 0.2,
    "seed": 7,
    "folds": 0,
}


@pytest.mark.parametrize(
    ("by", "beginning"),
    [
        ("article", "Split by article; near-duplicates stay together. The aim was 15\u00a0% for "),
        ("source", "Split by outlet: all articles of an outlet stay together. The aim was "),
        ("date", "Split by date: the newest articles are the test split. The aim was "),
        ("given", "The splits came with the data that were imported or merged. Each"),
    ],
)
def test_the_page_says_how_the_splits_were_drawn(by: str, beginning: str) -> None:
    text = splits_in_words(SETTINGS | {"lineage": LINEAGE | {"by": by}})

    assert text.startswith(beginning)
    assert text.endswith("Each article keeps its split in later versions (lineage 0a1b).")


def test_folds_and_other_lineages_are_named() -> None:
    text = splits_in_words(SETTINGS | {"lineage": LINEAGE | {"folds": 5, "extends": ["2c", "3d"]}})

    assert "15\u00a0% for validation and 20\u00a0% for test, drawn with seed 7." in text
    assert text.endswith(
        "What lineage 2c, 3d decided holds here too. Outside the test split, the articles are in "
        "5 folds."
    )


def test_splits_that_were_drawn_anew_say_so() -> None:
    text = splits_in_words(SETTINGS | {"lineage": LINEAGE | {"replaces": "9f"}})

    assert "drawn anew in place of lineage 9f: figures of the two cannot be compared." in text


def test_splits_without_a_lineage_are_those_of_this_version_alone() -> None:
    assert "with seed 13, for this version alone" in splits_in_words(SETTINGS)
