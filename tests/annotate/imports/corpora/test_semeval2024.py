"""SemEval-2024 Task 4, subtask 1, in made files of its form."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.annotate.imports.corpora.corpus_runs import (
    dataset,
    imported,
    labels,
    loaded,
    refused,
    set_aside,
)


def write(name: str, *memes: dict[str, Any]) -> None:
    path = Path("data", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(list(memes), indent=1))


def meme(id_: str, text: str, *techniques: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "text": text, "labels": list(techniques), "link": f"https://x.org/{id_}"}


def test_texts_labels_and_splits_come_back_in_a_fresh_process() -> None:
    write("subtask1/train.json", meme("7", "SAVE THE MILL!\\n\\nOR LOSE IT", "Slogans", "Smears"))
    write("subtask1/validation.json", meme("8", "No technique é"))
    write("subtask1/dev.json", meme("9", "They are crooks", "Name calling/Labeling"))
    write("subtask1/test_unlabeled.json", {"id": "10", "text": "Who knows"})
    write("subtask2a/train.json", {**meme("7", "Another", "Transfer"), "image": "7.png"})

    report = imported("semeval2024", "data")

    rows = {
        split: [(r["article_id"], r["text"], r["labels"], r["url"]) for r in those]
        for split, those in loaded().items()
    }
    assert rows == {
        "train": [("7", "SAVE THE MILL! OR LOSE IT", ["Smears", "Slogans"], "https://x.org/7")],
        "validation": [
            ("8", "No technique é", [], "https://x.org/8"),
            ("9", "They are crooks", ["Name calling/Labeling"], "https://x.org/9"),
        ],
    }
    assert report["notes"] == ["subtask1/test_unlabeled.json: 1 text without labels left out"]


def test_other_languages_are_told_by_the_name_of_the_file() -> None:
    write("gold/dev_subtask1_en.json", meme("1", "Stop it", "Slogans"))
    write("gold/test_subtask1_bg.json", meme("1", "Спри", "Slogans"))
    write("gold/test_subtask1_md.json", meme("1", "Стоп"))

    imported("semeval2024", "data")

    assert {(r.paragraph.article_id, r.paragraph.source, r.split) for r in dataset().gold()} == {
        ("1", "semeval2024-en", "validation"),
        ("bg-1", "semeval2024-bg", "test"),
        ("mk-1", "semeval2024-mk", "test"),
    }


def test_one_file_is_read() -> None:
    write("subtask1/train.json", meme("7", "SAVE THE MILL", "Slogans"))

    imported("semeval2024", "data/subtask1/train.json")

    assert labels() == {"SAVE THE MILL": ("Slogans",)}


def test_damaged_texts_are_set_aside_with_the_reason() -> None:
    good = [meme(str(n), f"Text {n}", "Slogans") for n in range(10)]
    damaged: list[dict[str, Any]] = [
        {"text": "no id", "labels": []},
        {"id": "a", "text": " ", "labels": []},
        {"id": "b", "labels": []},
        {"id": "c", "text": "x", "labels": "Slogans"},
        meme("d", "an unknown label", "Slogoons"),
    ]
    write("subtask1/train.json", *good, *damaged)

    report = imported("semeval2024", "data")

    assert (report["taken"], report["set_aside"]) == (10, 5)
    reasons = [reason for _, reason in set_aside()]
    assert reasons[:4] == [
        "no 'id'",
        "no 'text'",
        "no 'text'",
        "'labels' is not a list of techniques",
    ]
    assert "Slo" in reasons[4]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("subtask1/train.json", "id,text\n1,x\n", "train.json:1: not JSON"),
        ("subtask1/all.json", "[]", "the name says no split"),
        ("subtask2a/train.json", "[]", "expected subtask1/train.json"),
        ("subtask1/train.json", "[]", "no texts"),
        ("subtask1/dev.json", '[{"id": "1", "text": "x"}]', "1 text without labels"),
    ],
)
def test_other_files_are_refused(name: str, content: str, expected: str) -> None:
    write(name)
    Path("data", name).write_text(content)

    assert expected in refused("semeval2024", "data")
