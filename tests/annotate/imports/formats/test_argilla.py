"""Argilla's records, of version 1 and 2."""

from pathlib import Path
from typing import Any

import pytest

from tests.annotate.imports.importing import answers, jsonl, refused, set_aside, take, taken

FEEDBACK = {
    "fields": {"text": "You thief."},
    "metadata": {"source": "The Courier"},
    "responses": [
        {"user_id": "u1", "status": "submitted", "values": {"what": {"value": ["Insult"]}}},
        {"user_id": "u2", "status": "discarded", "values": {}},
        {"user_id": "u3", "status": "draft", "values": {"what": {"value": ["Doubt"]}}},
    ],
    "suggestions": [{"question_name": "what", "value": ["Fear"]}],
}
HUB = {
    "text": "You thief.",
    "what": [
        {"user_id": "u1", "status": "submitted", "value": ["Insult"]},
        {"user_id": "u2", "status": "discarded", "value": None},
        {"user_id": "u3", "status": "draft", "value": ["Doubt"]},
    ],
    "what-suggestion": ["Fear"],
}
FLAT = {
    "id": "7",
    "status": "completed",
    "_server_id": "8f",
    "text": "You thief.",
    "what.responses": [["Insult"], None, ["Doubt"]],
    "what.responses.users": ["u1", "u2", "u3"],
    "what.responses.status": ["submitted", "discarded", "draft"],
    "what.suggestion": ["Fear"],
}


@pytest.mark.parametrize("record", [FEEDBACK, HUB, FLAT])
def test_submitted_counts_discarded_is_skipped_and_a_draft_is_a_draft(record: Any) -> None:
    jsonl(record)

    done = take(file="theirs.jsonl")

    assert done.stderr.splitlines()[0] == "reading 1 file as argilla"
    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult",)),
        ("You thief.", "a2"): ("skipped", ()),
        ("You thief.", "a3"): ("draft", ("Doubt",)),
    }


def test_an_answer_that_the_export_does_not_call_submitted_is_set_aside() -> None:
    record = {"id": "7", "fields": {"text": "You thief."}, "status": "pending"}
    jsonl({**record, "responses": {"what": [{"value": ["Insult"], "user_id": "u1"}]}})

    assert "does not say whether the response was submitted" in refused(file="theirs.jsonl")


def test_a_record_of_version_1_counts_once_it_is_validated() -> None:
    jsonl(
        {"text": "You thief.", "annotation": ["Insult", "Doubt"], "annotation_agent": "ana",
         "prediction": [["Fear", 0.9]], "status": "Validated", "multi_label": True},
        {"text": "Boo.", "annotation": "Fear", "annotation_agent": "ana", "status": "Validated"},
        {"text": "It rained.", "annotation": [], "annotation_agent": "ana", "status": "Validated"},
        {"text": "Zzz.", "annotation": None, "annotation_agent": "ana", "status": "Discarded"},
        {"text": "Who?", "annotation": None, "prediction": [["Doubt", 0.9]], "status": "Default"},
    )  # fmt: skip

    taken(file="theirs.jsonl")

    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("Boo.", "a1"): ("labelled", ("Fear",)),
        ("It rained.", "a1"): ("none", ()),
        ("no gold", "a1"): ("skipped", ()),
    }
    assert [where for where, _ in set_aside()] == ["theirs.jsonl:5"]


def test_marked_words_and_other_questions_are_told_apart() -> None:
    spans = [{"start": 4, "end": 9, "label": "Insult"}]
    values = {"where": {"value": spans}, "why": {"value": "Plain."}, "sure": {"value": 5}}
    response = {"user_id": "u1", "status": "submitted", "values": values}
    jsonl({"fields": {"text": "You thief."}, "responses": [response]})

    taken(file="theirs.jsonl")

    assert answers() == {("You thief.", "a1"): ("labelled", ("Insult",))}


def test_the_question_can_be_named() -> None:
    values = {"main": {"value": "Insult"}, "second": {"value": "Doubt"}}
    response = {"user_id": "u1", "status": "submitted", "values": values}
    jsonl({"fields": {"body": "You thief."}, "responses": [response]})

    taken("--labels-field", "second", "--text-field", "body", file="theirs.jsonl")

    assert answers() == {("You thief.", "a1"): ("labelled", ("Doubt",))}
    assert "u1" not in (Path("data/datasets/theirs") / "manifest.json").read_text()


def test_answers_without_a_user_are_not_united() -> None:
    values = [{"what": {"value": [label]}} for label in ("Insult", "Doubt")]
    responses = [{"user_id": None, "status": "submitted", "values": v} for v in values]
    jsonl({**FEEDBACK, "responses": [*FEEDBACK["responses"], *responses]})

    report = taken(file="theirs.jsonl")

    assert report["set_aside"] == 1
    ((_, reason),) = set_aside()
    assert reason == "several responses to one question that do not say whose they are"


def test_a_table_has_the_responses_as_lists_in_its_cells() -> None:
    Path("theirs.csv").write_text(
        "id,status,text,what.responses,what.responses.users,what.responses.status\n"
        "1,completed,Boo.,\"[['Fear'], ['Doubt']]\",\"['u1', 'u2']\","
        "\"['submitted', 'discarded']\"\n"
    )

    taken()

    assert sorted(answers().values()) == [("labelled", ("Fear",)), ("skipped", ())]
