"""LOGIC and LogicClimate, in made files of their form."""

import csv
from collections.abc import Sequence
from pathlib import Path

from tests.annotate.imports.corpora.corpus_runs import (
    dataset,
    imported,
    labels,
    refused,
    set_aside,
)

HEAD = ["", "Unnamed: 0", "source_article", "updated_label", "masked_articles"]
CLIMATE = ["", "original_url", "source_article", "logical_fallacies"]


def write(name: str, head: Sequence[str], *rows: Sequence[str]) -> None:
    path = Path("repository/data", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def edu(name: str, *rows: tuple[str, str]) -> None:
    write(name, HEAD, *(["0", "0", text, label, "MSK"] for text, label in rows))


def test_texts_and_labels_are_read_whatever_is_quoted() -> None:
    quoted = 'She said "no, never",\nand left.'
    edu("edu_train.csv", (quoted, "ad hominem"), ("Plain.", "equivocation"))
    edu("edu_dev.csv", ("Other.", "intentional"))

    report = imported("logic", "repository")

    assert report["taken"] == 3
    assert labels() == {
        'She said "no, never", and left.': ("ad hominem",),
        "Plain.": ("equivocation",),
        "Other.": ("intentional",),
    }


def test_a_text_of_two_splits_is_an_article_in_each() -> None:
    edu("edu_train.csv", ("Twice.", "ad hominem"), ("Once.", "ad populum"))
    edu("edu_test.csv", ("Twice.", "ad hominem"))

    imported("logic", "repository")

    rows = [*dataset().gold()]
    articles = {row.paragraph.article_id for row in rows if row.paragraph.text == "Twice."}
    assert articles <= {"edu_train-1", "edu_test-1"}
    assert "edu_test-1" in articles


def test_the_fallacies_of_a_text_in_several_rows_are_united() -> None:
    url = "https://example.org/ice"
    write(
        "climate_train.csv",
        CLIMATE,
        ["0", url, "Ice melts.", "intentional"],
        ["1", url, "Ice melts.", "ad populum"],
        ["2", url, "Ice melts.", "intentional"],
        ["3", url, "", "intentional"],
        ["4", url, "Snow falls.", "equivocation"],
    )

    report = imported("logicclimate", "repository")

    assert report == {**report, "rows": 5, "taken": 2, "set_aside": 1, "united": 2}
    assert labels() == {
        "Ice melts.": ("ad populum", "intentional"),
        "Snow falls.": ("equivocation",),
    }
    assert {row.paragraph.url for row in dataset().gold()} == {url}
    assert set_aside() == [("data/climate_train.csv:5", "there is no text")]


def test_the_whole_files_that_repeat_the_splits_are_not_read() -> None:
    edu("edu_train.csv", ("One.", "ad hominem"))
    edu("edu_all.csv", ("One.", "ad hominem"), ("Other.", "miscellaneous"))

    assert imported("logic", "repository")["rows"] == 1


def test_damaged_rows_are_set_aside() -> None:
    fine = [(f"Text {n}.", "ad hominem") for n in range(5)]
    edu(
        "edu_dev.csv", *fine, ("No label.", " "), ("Stray.", "ad h\x00minem"), ("  ", "intentional")
    )
    path = Path("repository/data/edu_dev.csv")
    path.write_bytes(path.read_bytes().replace(b"\x00", b"\x81\xe2") + "0,0,zu größe\n".encode())

    report = imported("logic", "repository")

    assert (report["taken"], report["set_aside"]) == (5, 4)
    reasons = dict(set_aside())
    assert reasons["data/edu_dev.csv:7"] == "no label"
    assert "label 'ad h" in reasons["data/edu_dev.csv:8"]
    assert "minem' is none of the corpus's" in reasons["data/edu_dev.csv:8"]
    assert reasons["data/edu_dev.csv:9"] == "there is no text"
    assert "3 cells under 5 columns" in reasons["data/edu_dev.csv:10"]


def test_a_table_with_other_columns_is_refused() -> None:
    write("edu_test.csv", ["text", "label"], ["Hello.", "ad hominem"])

    error = refused("logic", "repository")

    assert "edu_test.csv:1: no column 'source_article'; expected source_article and" in error
    assert "among: text, label" in error
