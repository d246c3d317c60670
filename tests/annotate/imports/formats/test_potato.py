"""Potato: annotated_instances, one file for each person or a table of all."""

import json
from pathlib import Path
from typing import Any

from annotate.core.dataset_folder import open_dataset
from annotate.core.records import Span
from tests.annotate.imports.importing import answers, jsonl, refused, set_aside, take, taken


def instance(number: int, text: str, schemes: dict[str, Any], *spans: Any) -> dict[str, Any]:
    more = {"span_annotations": list(spans), "behavioral_data": {"time": "3"}}
    return {"id": number, "displayed_text": text, "label_annotations": schemes, **more}


def test_whatever_stands_under_a_label_means_that_it_was_chosen() -> None:
    jsonl(
        instance(
            1, "You thief.", {"kind": {"Insult": "1", "Doubt": "2"}, "mood": {"text_box": "Oh"}}
        ),
        instance(2, "Boo.", {"kind": {"Fear": True, "Doubt": None, "Insult": "false"}}),
        instance(3, "It rained.", {"mood": {"text_box": "Hm"}}),
    )

    done = take(file="theirs.jsonl")

    assert done.stderr.splitlines()[0] == "reading 1 file as potato"
    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("Boo.", "a1"): ("labelled", ("Fear",)),
    }
    assert [(where, reason[:8]) for where, reason in set_aside()] == [
        ("theirs.jsonl:3", "no label")
    ]


def test_each_persons_folder_is_a_person_and_marked_words_name_the_technique() -> None:
    mark = {"start": 4, "end": 9, "annotation": "Insult", "span": "thief"}
    for person, spans in (("ana", [mark]), ("ben", [])):
        folder = Path("out", person)
        folder.mkdir(parents=True)
        row = instance(1, "You thief.", {"kind": {"Doubt": "1"}}, *spans)
        (folder / "annotated_instances.jsonl").write_text(json.dumps(row) + "\n")
        (folder / "assigned_user_data.json").write_text("")

    taken(file="out")

    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("You thief.", "a2"): ("labelled", ("Doubt",)),
    }
    annotations = open_dataset(Path("data/datasets/theirs")).annotations()
    assert [a.spans for a in annotations] == [(Span(4, 9, "Insult"),), ()]


def test_a_table_has_a_column_for_each_label_of_a_scheme() -> None:
    Path("theirs.tsv").write_text(
        "user\tinstance_id\tdisplayed_text\tkind:::Insult\tkind:::Fear\tspan_annotation:::Doubt\n"
        "ana\t1\tYou thief.\t1\t\t[]\n"
        "ben\t1\tYou thief.\t1\t2\t\"[{'start': 0, 'end': 3, 'annotation': 'Doubt'}]\"\n"
    )

    taken(file="theirs.tsv")

    assert sorted(answers().values()) == [
        ("labelled", ("Insult",)),
        ("labelled", ("Insult", "Doubt", "Fear")),
    ]


def test_labels_that_are_not_ours_are_named() -> None:
    jsonl(instance(1, "You thief.", {"kind": {"Smear": "1"}}))

    assert "labels that taxonomy small 1 does not have: 'Smear' (1)" in refused(file="theirs.jsonl")
