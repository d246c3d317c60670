from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml  # noqa: TID251 -- reads the card as the Hub does

from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.dataset.card import card
from tests.annotate.samples import TAXONOMY

MANIFEST: dict[str, Any] = {
    "name": "pilot",
    "digest": "0123456789abcdef",
    "paragraphs": {"train": 3, "validation": 0, "test": 1},
    "articles": {"train": 2, "validation": 0, "test": 1},
    "annotations": 9,
    "settings": {"aggregate": "majority"},
    "ledger": {
        "tasks": 9,
        "given": 4,
        "paragraphs": 4,
        "unreadable_tasks": 1,
        "doubled_tasks": 4,
        "annotators": {
            "a1": {"tasks": 5, "labelled": 3, "none": 2},
            "a2": {"tasks": 5, "labelled": 1, "none": 4},
        },
        "adjudicators": {},
    },
}
AGREEMENT: dict[str, Any] = {
    "mean_alpha": 0.4567,
    "labels": [
        {"label": "Insult", "alpha": 0.512, "low": 0.25, "high": 0.751},
        {"label": "Doubt", "alpha": 0.4, "low": None, "high": None},
        {"label": "Fear", "alpha": None, "low": None, "high": None},
    ],
}
LABELS: dict[str, list[tuple[str, ...]]] = {
    "train": [("Insult", "Doubt"), ("Insult",), ()],
    "test": [("Doubt",)],
}


@pytest.fixture
def small(tmp_path: Path) -> Taxonomy:
    (tmp_path / "taxonomy.yaml").write_text(TAXONOMY)
    return load_taxonomy(tmp_path / "taxonomy.yaml")


def header(text: str) -> dict[str, Any]:
    found = yaml.safe_load(text.split("---\n")[1])
    assert isinstance(found, dict)
    return found


def test_the_header_names_both_configurations_and_the_splits_with_rows(small: Taxonomy) -> None:
    said = header(card(MANIFEST, AGREEMENT, small, LABELS))

    gold, answers = said["configs"]
    assert (gold["config_name"], gold["default"]) == ("gold", True)
    assert [d["split"] for d in gold["data_files"]] == ["train", "test"]
    assert [d["path"] for d in gold["data_files"]] == [
        "gold/train-*.parquet",
        "gold/test-*.parquet",
    ]
    assert answers["config_name"] == "annotations"
    assert [d["split"] for d in answers["data_files"]] == ["train"]
    assert all("0123456789abcdef" in config["description"] for config in said["configs"])


@pytest.mark.parametrize("language", ["en", "no", "on", "1", "a: b", 'a"b'])
def test_a_language_stays_text_whatever_yaml_makes_of_the_word(
    small: Taxonomy, language: str
) -> None:
    said = header(card(MANIFEST, AGREEMENT, replace(small, language=language), LABELS))

    assert said["language"] == language


def test_counts_and_agreement_stand_in_one_table(small: Taxonomy) -> None:
    lines = card(MANIFEST, AGREEMENT, small, LABELS).splitlines()

    assert "| technique | train | test | alpha |" in lines
    assert "| Insult | 2 | 0 | 0.51 (0.25 to 0.75) |" in lines
    assert "| Doubt | 1 | 1 | 0.40 (too few to tell) |" in lines
    assert "| Fear | 0 | 0 | undefined |" in lines
    assert "| *no technique* | 1 | 0 |  |" in lines
    assert "| train | 2 | 3 |" in lines
    assert any("Mean alpha over techniques: 0.46." in line for line in lines)


def test_a_mean_of_alphas_without_any_interval_is_too_few_to_tell(small: Taxonomy) -> None:
    text = card(MANIFEST, AGREEMENT | {"too_few_to_tell": True}, small, LABELS)

    assert "Mean alpha over techniques: 0.46 (too few to tell)." in text


@pytest.mark.parametrize(
    ("labellers", "warned"),
    [(None, False), ("people", False), ("imported", False), ("simulated", True)],
)
def test_simulated_annotators_are_named_before_anything_else(
    labellers: str | None, warned: bool, small: Taxonomy
) -> None:
    settings = MANIFEST["settings"] | ({"labelled_by": labellers} if labellers else {})

    text = card(MANIFEST | {"settings": settings}, AGREEMENT, small, LABELS)

    warning = "**Labels of simulated annotators: the scores say nothing about real news.**"
    assert (f"# pilot\n\n{warning}\n" in text) is warned


def test_an_undefined_mean_is_called_so(small: Taxonomy) -> None:
    text = card(MANIFEST, AGREEMENT | {"mean_alpha": None}, small, LABELS)

    assert "Mean alpha over techniques: undefined." in text


def test_the_ledger_has_a_line_for_each_annotator(small: Taxonomy) -> None:
    lines = card(MANIFEST, AGREEMENT, small, LABELS).splitlines()

    assert (
        "Tasks read from the server: 9. Of these 4 hold a paragraph for somebody (4 different "
        "ones), 1 could not be read because their data was changed there, and 4 hold a paragraph "
        "again. Each person's states add up to the tasks that this person has:"
    ) in lines
    assert "| annotator | tasks | labelled | none |" in lines
    assert "| a2 | 5 | 1 | 4 |" in lines
    assert not any("Those who decided" in line for line in lines)


def test_adjudicators_have_a_table_of_their_own(small: Taxonomy) -> None:
    decided = {"adjudicators": {"a3": {"tasks": 2, "labelled": 1, "none": 1}}}
    lines = card(
        MANIFEST | {"ledger": MANIFEST["ledger"] | decided}, AGREEMENT, small, LABELS
    ).splitlines()

    assert "Those who decided where annotators disagreed:" in lines
    assert "| a3 | 2 | 1 | 1 |" in lines


def test_nobody_at_all_gives_an_empty_ledger(small: Taxonomy) -> None:
    empty = MANIFEST | {"ledger": MANIFEST["ledger"] | {"annotators": {}}}

    assert "| annotator |\n| --- |\n" in card(empty, AGREEMENT, small, LABELS)


@pytest.mark.parametrize(
    ("method", "rule"),
    [
        ("majority", "when more than half of the answers have it"),
        ("dawid-skene", "estimated from all answers by Dawid and Skene's method,"),
        ("mace", "estimated from all answers by the method mace,"),
    ],
)
def test_the_card_says_when_a_label_holds_even_by_a_removed_method(
    small: Taxonomy, method: str, rule: str
) -> None:
    text = card(MANIFEST | {"settings": {"aggregate": method}}, AGREEMENT, small, LABELS)

    assert rule in text
