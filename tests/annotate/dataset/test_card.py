from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml  # noqa: TID251 -- reads the card as the Hub does

from annotate.core.records import Consensus, DatasetRow
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.dataset.card import card
from tests.annotate.samples import TAXONOMY, TAXONOMY_FILE, paragraph

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


def row(words: int, *labels: str, annotators: int = 2) -> DatasetRow:
    """A paragraph of so many words with these labels."""
    gold = Consensus(labels, (), annotators, ())
    return DatasetRow(paragraph(" ".join(["word"] * words)), gold, "train")


ROWS = {
    "train": [row(5, "Insult", "Doubt"), row(7, "Insult"), row(40, annotators=1)],
    "test": [row(9, "Doubt", annotators=3)],
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
    said = header(card(MANIFEST, AGREEMENT, small, ROWS))

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
    said = header(card(MANIFEST, AGREEMENT, replace(small, language=language), ROWS))

    assert said["language"] == language


def test_counts_and_agreement_stand_in_one_table(small: Taxonomy) -> None:
    lines = card(MANIFEST, AGREEMENT, small, ROWS).splitlines()

    assert "| technique | train | test | alpha |" in lines
    assert "| Insult | 2 | 0 | 0.51 (0.25 to 0.75) |" in lines
    assert "| Doubt | 1 | 1 | 0.40 (too few to tell) |" in lines
    assert "| Fear | 0 | 0 | undefined |" in lines
    assert "| *no technique* | 1 | 0 |  |" in lines
    assert "| train | 2 | 3 |" in lines
    assert any("Mean alpha over techniques: 0.46." in line for line in lines)


def test_a_mean_of_alphas_without_any_interval_is_too_few_to_tell(small: Taxonomy) -> None:
    text = card(MANIFEST, AGREEMENT | {"too_few_to_tell": True}, small, ROWS)

    assert "Mean alpha over techniques: 0.46 (too few to tell)." in text


@pytest.mark.parametrize(
    ("labellers", "warned"),
    [(None, False), ("people", False), ("imported", False), ("simulated", True)],
)
def test_simulated_annotators_are_named_before_anything_else(
    labellers: str | None, warned: bool, small: Taxonomy
) -> None:
    settings = MANIFEST["settings"] | ({"labelled_by": labellers} if labellers else {})

    text = card(MANIFEST | {"settings": settings}, AGREEMENT, small, ROWS)

    warning = "**Labels of simulated annotators: the scores say nothing about real news.**"
    assert (f"# pilot\n\n{warning}\n" in text) is warned


def test_an_undefined_mean_is_called_so(small: Taxonomy) -> None:
    text = card(MANIFEST, AGREEMENT | {"mean_alpha": None}, small, ROWS)

    assert "Mean alpha over techniques: undefined." in text


def test_the_ledger_has_a_line_for_each_annotator(small: Taxonomy) -> None:
    lines = card(MANIFEST, AGREEMENT, small, ROWS).splitlines()

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
        MANIFEST | {"ledger": MANIFEST["ledger"] | decided}, AGREEMENT, small, ROWS
    ).splitlines()

    assert "Those who decided where annotators disagreed:" in lines
    assert "| a3 | 2 | 1 | 1 |" in lines


def test_nobody_at_all_gives_an_empty_ledger(small: Taxonomy) -> None:
    empty = MANIFEST | {"ledger": MANIFEST["ledger"] | {"annotators": {}}}

    assert "| annotator |\n| --- |\n" in card(empty, AGREEMENT, small, ROWS)


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
    text = card(MANIFEST | {"settings": {"aggregate": method}}, AGREEMENT, small, ROWS)

    assert rule in text


def test_the_header_says_what_the_hub_filters_by(small: Taxonomy) -> None:
    fields = header(card(MANIFEST, AGREEMENT, small, ROWS))

    assert fields["size_categories"] == ["n<1K"]
    assert fields["task_ids"] == ["multi-label-classification"]
    assert (fields["pretty_name"], fields["license"]) == ("pilot", "other")
    assert "annotations_creators" not in fields  # nobody said whether they are experts


@pytest.mark.parametrize(
    ("paragraphs", "size"),
    [(999, "n<1K"), (1000, "1K<n<10K"), (99_999, "10K<n<100K"), (10**7, "n>10M")],
)
def test_the_size_is_the_hubs_word_for_it(small: Taxonomy, paragraphs: int, size: str) -> None:
    manifest = MANIFEST | {"paragraphs": {"train": paragraphs, "validation": 0, "test": 0}}

    assert header(card(manifest, AGREEMENT, small, ROWS))["size_categories"] == [size]


def test_lengths_are_quartiles_of_the_words_of_each_split(small: Taxonomy) -> None:
    lines = card(MANIFEST, AGREEMENT, small, ROWS).splitlines()

    assert "| train | 5 | 5 | 7 | 7 | 40 |" in lines
    assert "| test | 9 | 9 | 9 | 9 | 9 |" in lines


def test_answers_per_paragraph_and_the_people_are_counted(small: Taxonomy) -> None:
    people = MANIFEST | {"settings": MANIFEST["settings"] | {"labelled_by": "people"}}
    lines = card(people, AGREEMENT, small, ROWS).splitlines()

    assert "Labelled by people, in Label Studio: 2 annotators, each under a pseudonym." in lines
    answers = lines.index("| answers | paragraphs |")
    assert lines[answers + 2 : answers + 5] == ["| 1 | 1 |", "| 2 | 2 |", "| 3 | 1 |"]


def test_decisions_between_annotators_are_counted(small: Taxonomy) -> None:
    decided = {"adjudicators": {"a3": {"tasks": 4, "labelled": 1, "none": 2, "skipped": 1}}}
    manifest = MANIFEST | {"ledger": MANIFEST["ledger"] | decided}

    text = card(manifest, AGREEMENT, small, ROWS)

    assert "- 3 paragraphs were adjudicated: the decision is the gold label." in text


LINEAGE: dict[str, Any] = {
    "id": "feed",
    "extends": [],
    "by": "article",
    "validation": 0.15,
    "test": 0.2,
    "seed": 13,
    "folds": 0,
}


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({}, ["Aim: 15% validation, 20% test; seed 13."]),
        ({"by": "source"}, ["Outlets are kept apart: the test split has none"]),
        ({"by": "date"}, ["the test split has the newest articles."]),
        ({"by": "given"}, ["They came with the data that were imported or merged."]),
        ({"folds": 5, "extends": ["a"]}, ["has 5 folds", "Those of 1 other lineage hold"]),
    ],
)
def test_the_card_says_how_the_splits_were_drawn_and_that_they_stay(
    small: Taxonomy, changes: dict[str, Any], sentences: list[str]
) -> None:
    text = card(MANIFEST | {"lineage": LINEAGE | changes}, AGREEMENT, small, ROWS)

    assert (
        "The splits stay: an article keeps its split in every version of the lineage `feed`."
        in (" ".join(text.split()))
    )
    for sentence in sentences:
        assert sentence in text


def test_a_dataset_from_before_lineages_promises_nothing(small: Taxonomy) -> None:
    assert "The splits stay" not in card(MANIFEST, AGREEMENT, small, ROWS)


def test_rare_techniques_of_a_long_taxonomy_fold() -> None:
    taxonomy = load_taxonomy(TAXONOMY_FILE)
    alphas = [
        {"label": label, "alpha": None, "low": None, "high": None} for label in taxonomy.labels
    ]
    rows = {"train": [row(5, "Doubt"), *(row(5, "Slogans") for _ in range(10))]}

    text = card(MANIFEST, AGREEMENT | {"labels": alphas}, taxonomy, rows)

    shown, _, folded = text.partition("<summary>22 techniques with fewer than 10 paragraphs")
    assert "| Slogans | 10 | undefined |" in shown
    assert "| Doubt | 1 | undefined |" in folded.partition("</details>")[0]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("file", "Rows read from the file `x y` of labels made elsewhere: 9."),
        ("project", "Tasks read from the project `x y`, which was made elsewhere: 9."),
        ("corpus", "Rows read from the public corpus `x y`: 9."),
        ("merge", "Tasks and rows of the merged datasets: 9."),
    ],
)
def test_the_ledger_says_where_the_labels_came_from(small: Taxonomy, kind: str, words: str) -> None:
    settings = MANIFEST["settings"] | {"source": {"kind": kind, "name": "x\ny"}}

    assert words in card(MANIFEST | {"settings": settings}, AGREEMENT, small, ROWS)


def test_the_picture_is_shown_where_there_is_a_label(small: Taxonomy) -> None:
    assert "(cooccurrence.svg)" in card(MANIFEST, AGREEMENT, small, ROWS)
    assert ".svg" not in card(MANIFEST, AGREEMENT, small, {"train": [row(5)]})


def test_a_public_corpus_brings_its_languages_and_its_owners_licence(small: Taxonomy) -> None:
    source = {
        "kind": "corpus",
        "name": "argotario",
        "title": "Argotario",
        "licence": "CC0 1.0",
        "url": "https://corpus.example",
        "languages": "en, de",
    }
    settings = MANIFEST["settings"] | {"source": source}

    text = card(MANIFEST | {"settings": settings}, AGREEMENT, small, ROWS)

    fields = header(text)
    assert (fields["language"], fields["multilinguality"]) == (["en", "de"], ["multilingual"])
    assert "Argotario (https://corpus.example), whose licence is: CC0 1.0.\n" in text
    assert "whose licence is" not in card(MANIFEST, AGREEMENT, small, ROWS)


def test_texts_from_elsewhere_are_not_called_news(small: Taxonomy) -> None:
    settings = MANIFEST["settings"] | {"source": {"kind": "file", "name": "labels.csv"}}

    text = card(MANIFEST | {"settings": settings}, AGREEMENT, small, ROWS)

    assert "news" not in text
    assert "in such texts" in text
    assert "1 was set aside" in text
    assert "news" in header(card(MANIFEST, AGREEMENT, small, ROWS))["tags"]


def test_what_one_annotator_did_promises_no_agreement(small: Taxonomy) -> None:
    ledger = MANIFEST["ledger"] | {"annotators": {"a1": {"tasks": 5, "labelled": 3, "none": 2}}}
    settings = MANIFEST["settings"] | {"labelled_by": "people"}
    manifest = MANIFEST | {"ledger": ledger, "settings": settings}
    undefined = dict.fromkeys(("alpha", "low", "high"))
    agreement = {
        "mean_alpha": None,
        "labels": [{"label": label, **undefined} for label in small.labels],
    }

    text = card(manifest, agreement, small, ROWS)

    assert "in Label Studio: 1 annotator, under a pseudonym." in text
    assert "How far other annotators would agree with these labels is not known" in text
    assert "about as much as these disagree" not in text
    assert "about as much as these disagree" in card(MANIFEST, AGREEMENT, small, ROWS)
