"""SemEval-2021 Task 6, in made files of its form."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.annotate.imports.corpora.corpus_runs import (
    dataset,
    imported,
    labels,
    refused,
    set_aside,
    spans,
)

TEXT = "SAVE THE MILL!\n\nOR LOSE BOTH ARMS"


def write(name: str, *memes: Mapping[str, Any]) -> None:
    path = Path("repository/data", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(list(memes), indent=4))


def span(start: int, end: int, technique: str, words: str | None = None) -> dict[str, Any]:
    words = TEXT[start:end] if words is None else words
    return {"start": start, "end": end, "technique": technique, "text_fragment": words}


def meme(id_: str, *marks: object, text: str = TEXT) -> dict[str, Any]:
    return {"id": id_, "text": text, "labels": list(marks)}


def test_subtask_1_lists_the_techniques_of_a_text() -> None:
    write(
        "dev_set_task1.txt", meme("7", "Slogans", "Appeal to fear/prejudice"), meme("8", text="A")
    )

    report = imported("semeval2021", "repository")

    assert report["taken"] == 2
    gold = {"A": (), " ".join(TEXT.split()): ("Appeal to fear/prejudice", "Slogans")}
    assert labels() == gold
    assert {row.paragraph.article_id for row in dataset().gold()} == {"7", "8"}
    assert {row.corpus for row in dataset().gold()} == {"semeval2021"}


def test_subtask_2_is_read_where_both_are_and_its_spans_are_kept() -> None:
    marks = [span(0, 14, "Slogans"), span(16, 33, "Black-and-white Fallacy/Dictatorship")]
    write("training_set_task1.txt", meme("7", "Slogans"))
    write("training_set_task2.txt", meme("7", *marks))

    imported("semeval2021", "repository")

    (marked,) = spans().values()
    assert marked == [
        ("SAVE THE MILL!", "Slogans"),
        ("OR LOSE BOTH ARMS", "Black-and-white Fallacy/Dictatorship"),
    ]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (8, 13, "MILL!"),  # one off, as in three memes of the official test set
        (9, 14, "MILL!\u200b"),  # with a character that is not in the text
    ],
)
def test_a_span_that_is_off_is_moved_to_its_words(start: int, end: int, words: str) -> None:
    write("test_set_task2.txt", meme("7", span(start, end, "Slogans", words)))

    imported("semeval2021", "repository/data")

    assert list(spans().values()) == [[("MILL!", "Slogans")]]


def test_a_span_of_blanks_leaves_its_label() -> None:
    write("test_set_task2.txt", meme("7", span(14, 16, "Doubt"), span(0, 4, "Slogans")))

    imported("semeval2021", "repository")

    assert list(labels().values()) == [("Doubt", "Slogans")]
    assert list(spans().values()) == [[("SAVE", "Slogans")]]


def test_a_meme_of_two_files_belongs_to_the_later_one() -> None:
    write("training_set_task1.txt", meme("7", "Slogans"), meme("8", "Doubt", text="Why?"))
    write("test_set_task1.txt", meme("7", "Slogans"))

    report = imported("semeval2021", "repository")

    assert (report["taken"], report["set_aside"]) == (2, 1)
    assert set_aside() == [("data/training_set_task1.txt:2", "the meme is in test, too")]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"id": "9", "labels": []}, "there is no text"),
        ({"id": "9", "text": "  ", "labels": []}, "there is no text"),
        ({"text": "No id.", "labels": []}, "no 'id'"),
        ({"id": "9", "text": "No labels."}, "no list of 'labels'"),
        (
            meme("9", "Slog\ufffdans", text="Stray."),
            "label 'Slog\ufffdans' is none of the corpus's",
        ),
        (meme("9", 12), "label 12 is neither a technique nor a span with one"),
        (meme("9", span(30, 90, "Slogans")), "span 30 to 90 does not fit the text"),
        (
            meme("9", span(0, 4, "Slogans", "BURN")),
            "the words of span 0 to 4 are not its 'text_fragment'",
        ),
    ],
)
def test_a_damaged_meme_is_set_aside(broken: Mapping[str, Any], reason: str) -> None:
    write("dev_set_task1.txt", meme("1", "Doubt"), broken, meme("2", "Slogans", text="Up!"))

    report = imported("semeval2021", "repository")

    assert (report["taken"], report["set_aside"]) == (2, 1)
    ((where, why),) = set_aside()
    assert where.startswith("data/dev_set_task1.txt:")
    assert why == reason


def test_a_single_file_may_be_named() -> None:
    write("dev_set_task1.txt", meme("1", "Doubt"))

    assert imported("semeval2021", "repository/data/dev_set_task1.txt")["taken"] == 1


def test_a_file_without_json_is_refused_with_what_was_expected() -> None:
    write("dev_set_task1.txt")
    Path("repository/data/dev_set_task1.txt").write_text("id\ttext\n1\tHello\n")

    error = refused("semeval2021", "repository")

    assert "dev_set_task1.txt:1: not JSON; expected a list of {id, text, labels}" in error
