"""MAFALDA, in made files of its form."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.annotate.imports.corpora.corpus_runs import (
    imported,
    labels,
    refused,
    set_aside,
    spans,
)

FILE = Path("repository/datasets/gold_standard_dataset.jsonl")
TEXT = "He sold soup. So never trust a cook.\n"


def write(*rows: Mapping[str, Any]) -> None:
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_alternatives_are_all_labels_of_the_text_and_remarks_are_none() -> None:
    marks = [
        [0, 36, "Hasty Generalization"],
        [0, 36, "ad hominem"],
        [14, 36, "nothing"],
        [0, 13, "to clean"],
    ]
    write({"text": TEXT, "labels": marks, "comments": []}, {"text": "It rains.\n", "labels": []})

    report = imported("mafalda", "repository")

    assert report["taken"] == 2
    assert labels() == {TEXT.strip(): ("hasty generalization", "ad hominem"), "It rains.": ()}
    assert sorted(spans()[TEXT.strip()]) == [
        (TEXT.strip(), "ad hominem"),
        (TEXT.strip(), "hasty generalization"),
    ]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"text": TEXT}, "no list of 'labels'"),
        ({"text": TEXT, "labels": [[0, 4]]}, "label [0, 4] is not [start, end, label]"),
        ({"text": "", "labels": []}, "there is no text"),
        ({"labels": []}, "there is no text"),
        (
            {"text": TEXT, "labels": [[0, 4, "bad luck"]]},
            "label 'bad luck' is none of the corpus's",
        ),
        ({"text": TEXT, "labels": [[0, 900, "ad populum"]]}, "bad span: 0 to 900"),
    ],
)
def test_a_damaged_text_is_set_aside(broken: Mapping[str, Any], reason: str) -> None:
    good = [{"text": f"Fine {n}.", "labels": []} for n in range(2)]
    write(good[0], broken, good[1])

    report = imported("mafalda", FILE)

    assert (report["taken"], report["set_aside"]) == (2, 1)
    ((where, why),) = set_aside()
    assert where == "gold_standard_dataset.jsonl:2"
    assert why.startswith(reason)


def test_a_line_that_is_not_json_is_set_aside() -> None:
    write({"text": "Fine.", "labels": []}, {"text": "Fine, too.", "labels": []})
    FILE.write_text(FILE.read_text() + '{"text": "Cut off\n[]\n')

    report = imported("mafalda", FILE)

    assert (report["taken"], report["set_aside"]) == (2, 2)
    assert set_aside()[0][1].startswith("not JSON: ")
    assert set_aside()[1][1] == "no list of 'labels'"


def test_another_file_of_this_name_is_refused() -> None:
    write()
    FILE.write_text("text,label\nHello,none\n")

    assert "gold_standard_dataset.jsonl:1: not JSON Lines" in refused("mafalda", "repository")
