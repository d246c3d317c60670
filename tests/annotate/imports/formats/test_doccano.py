"""doccano's exports, one file for each annotator."""

import json
from pathlib import Path

import pytest

from annotate.core.dataset_folder import open_dataset
from tests.annotate.imports.importing import answers, jsonl, set_aside, take, taken


def test_names_and_marked_words_are_labels_and_an_empty_list_says_nothing() -> None:
    jsonl(
        {"id": 11, "text": "You thief.", "label": [[4, 9, "Insult"]], "Comments": ["Clear."]},
        {"id": 12, "text": "Who knows, you thief?", "label": ["Insult", "Doubt"], "Comments": []},
        {"id": 13, "text": "It rained.", "label": [], "Comments": []},
    )

    taken(file="theirs.jsonl")

    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult",)),
        ("Who knows, you thief?", "a1"): ("labelled", ("Insult", "Doubt")),
    }
    comments = {a.comment for a in open_dataset(Path("data/datasets/theirs")).annotations()}
    assert comments == {"Clear.", ""}
    ((where, reason),) = set_aside()
    assert where == "theirs.jsonl:3"
    assert 'none: [""]' in reason


def test_an_empty_list_is_no_technique_where_somebody_approved_it_or_the_map_says_so() -> None:
    rows = [
        {"id": 1, "text": "It rained.", "label": [], "annotation_approver": "admin"},
        {"id": 2, "text": "It snowed.", "label": [], "annotation_approver": None},
    ]
    jsonl(*rows)

    taken(file="theirs.jsonl")
    assert answers() == {("It rained.", "a1"): ("none", ())}

    Path("map.yaml").write_text('none: [""]\n')
    taken("--map", "map.yaml", file="theirs.jsonl")
    assert {state for state, _ in answers().values()} == {"none"}
    assert len(answers()) == 2


def test_a_csv_has_number_signs_between_labels() -> None:
    Path("theirs.csv").write_text("id,text,label\n1,You thief.,Insult#Doubt\n2,Boo.,Fear\n")

    done = take()

    assert done.stderr.splitlines()[0] == "reading 1 file as doccano"
    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("Boo.", "a1"): ("labelled", ("Fear",)),
    }


@pytest.mark.parametrize(
    "labels",
    [
        {"entities": [{"id": 5, "label": "Insult", "start_offset": 4, "end_offset": 9}]},
        {"cats": ["Insult"], "entities": []},
        {"labels": [[4, 9, "Insult"]]},
        {"labels": ["Insult"], "Comments": []},
    ],
)
def test_other_versions_have_other_keys(labels: dict[str, object]) -> None:
    jsonl({"id": 3, "text": "You thief.", **labels})

    assert take(file="theirs.jsonl").stderr.splitlines()[0] == "reading 1 file as doccano"
    assert answers() == {("You thief.", "a1"): ("labelled", ("Insult",))}


def test_numbers_of_labels_in_its_database_are_set_aside() -> None:
    mark = {"label": 4, "start_offset": 4, "end_offset": 9, "user": 1}
    jsonl(
        {"id": 3, "text": "You thief.", "annotations": [mark]},
        {"id": 4, "text": "Boo.", "annotations": ["Fear"]},
    )

    taken(file="theirs.jsonl")

    assert answers() == {("Boo.", "a1"): ("labelled", ("Fear",))}
    assert "label 4 of marked words is a number" in set_aside()[0][1]


def test_a_folder_has_a_file_for_each_annotator_and_their_paragraphs_are_the_same() -> None:
    folder = Path("project")
    folder.mkdir()
    for name, label in (("ana", "Insult"), ("ben", "Doubt")):
        row = {"id": 1, "text": "You thief.", "label": [label]}
        (folder / f"{name}.jsonl").write_text(json.dumps(row) + "\n")
    (folder / "notes.md").write_text("Not labels.\n")

    done = take(file="project")

    assert done.stderr.splitlines()[0] == ("reading 2 files as doccano; 1 other file left out")
    assert {(who, labels) for (_, who), (_, labels) in answers().items()} == {
        ("a1", ("Insult",)),
        ("a2", ("Doubt",)),
    }
    (row_,) = open_dataset(Path("data/datasets/theirs")).gold()
    assert row_.gold.annotators == 2
    assert "imported:ana#1" in Path("data/pseudonyms.json").read_text()


def test_false_in_a_table_approves_nothing() -> None:
    rows = ["id,text,label,is_confirmed", "1,You thief.,Insult,True", "2,It rained.,,False"]
    Path("theirs.csv").write_text("\n".join(rows) + "\n")

    report = taken("--format", "doccano")

    assert (report["taken"], report["set_aside"]) == (1, 1)


def test_an_empty_file_of_somebody_who_labelled_nothing_is_left_out() -> None:
    Path("all").mkdir()
    row = {"id": 1, "text": "You thief.", "label": ["Insult"]}
    Path("all/ana.jsonl").write_text(json.dumps(row) + "\n")
    Path("all/unknown.jsonl").write_text("")

    done = take(file="all")

    assert done.stderr.splitlines()[0] == "reading 1 file as doccano; 1 other file left out"
    assert list(answers().values()) == [("labelled", ("Insult",))]
