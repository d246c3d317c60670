"""Prodigy's db-out: choices, binary decisions, marked words."""

from pathlib import Path
from typing import Any

from annotate.core.dataset_folder import open_dataset
from tests.annotate.imports.importing import answers, jsonl, refused, set_aside, take, taken

OPTIONS = [{"id": name, "text": name} for name in ("Insult", "Doubt", "Fear")]


def choice(text: str, accept: list[Any], answer: str = "accept", who: str = "ana") -> Any:
    return {
        "text": text,
        "options": OPTIONS,
        "accept": accept,
        "answer": answer,
        "_view_id": "choice",
        "_annotator_id": who,
        "_session_id": f"pilot-{who}",
    }


def binary(text: str, label: str, answer: str, who: str = "ana") -> Any:
    return {"text": text, "label": label, "answer": answer, "_session_id": who, "_input_hash": 7}


def test_ignored_choices_are_skipped_and_rejected_ones_are_no_answer() -> None:
    jsonl(
        choice("You thief.", ["Insult", "Doubt"]),
        choice("It rained.", []),
        choice("Who knows?", ["Doubt"], "ignore"),
        choice("They will come.", ["Fear"], "reject"),
        choice("You thief.", ["Insult"], who="ben"),
    )

    report = taken(file="theirs.jsonl")

    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("You thief.", "a2"): ("labelled", ("Insult",)),
        ("It rained.", "a1"): ("none", ()),
        ("no gold", "a1"): ("skipped", ()),
    }
    assert [where for where, _ in set_aside()] == ["theirs.jsonl:4"]
    assert report["set_aside"] == 1


def test_the_format_is_told_on_stderr() -> None:
    jsonl(choice("You thief.", ["Insult"]))

    assert take(file="theirs.jsonl").stderr.splitlines()[0] == "reading 1 file as prodigy"


def test_accepted_labels_of_a_binary_task_are_united_and_a_rejection_is_never_a_label() -> None:
    jsonl(
        binary("You thief.", "Insult", "accept"),
        binary("You thief.", "Doubt", "accept"),
        binary("You thief.", "Fear", "reject"),
        binary("It rained.", "Fear", "reject"),
        binary("Who knows?", "Doubt", "accept"),
        binary("Who knows?", "Fear", "ignore"),
    )

    report = taken(file="theirs.jsonl")

    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("Who knows?", "a1"): ("labelled", ("Doubt",)),
    }
    assert [where for where, _ in set_aside()] == [f"theirs.jsonl:{n}" for n in (3, 4, 6)]
    assert (report["rows"], report["taken"], report["united"]) == (6, 2, 1)


def test_a_label_that_its_annotator_rejected_later_is_none() -> None:
    jsonl(
        binary("You thief.", "Insult", "accept"),
        binary("You thief.", "Insult", "reject"),
        binary("Who knows?", "Doubt", "reject"),
        binary("Who knows?", "Doubt", "accept"),
    )

    taken(file="theirs.jsonl")

    assert answers() == {("Who knows?", "a1"): ("labelled", ("Doubt",))}
    assert "later answer on 'Insult' is 'reject' (theirs.jsonl:2)" in set_aside()[0][1]


def test_marked_words_are_kept_and_without_any_there_is_no_technique() -> None:
    tokens = [{"text": "You", "start": 0, "end": 3, "id": 0}]
    span = {"start": 4, "end": 9, "label": "Insult", "token_start": 1, "token_end": 1}
    base = {"tokens": tokens, "answer": "accept", "_view_id": "spans_manual"}
    jsonl({"text": "You thief.", "spans": [span], **base}, {"text": "It rained.", **base})

    taken(file="theirs.jsonl")

    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult",)),
        ("It rained.", "a1"): ("none", ()),
    }
    rows = {row.paragraph.text: row for row in open_dataset(Path("data/datasets/theirs")).gold()}
    ((marked, _),) = rows["You thief."].gold.spans
    assert (marked.start, marked.end, marked.label) == (4, 9, "Insult")


def test_highlights_that_are_no_technique_leave_a_choice_as_it_is() -> None:
    highlight = {"start": 0, "end": 3, "label": "PRON"}
    jsonl({**choice("You thief.", ["Insult"]), "spans": [highlight]})

    taken(file="theirs.jsonl")

    assert answers() == {("You thief.", "a1"): ("labelled", ("Insult",))}


def test_marked_words_with_an_unknown_label_are_refused_where_they_are_the_answer() -> None:
    span = {"start": 0, "end": 3, "label": "PRON"}
    jsonl({"text": "You thief.", "spans": [span], "tokens": [], "answer": "accept"})

    assert "'PRON' (1)" in refused(file="theirs.jsonl")


def test_options_with_numbers_for_ids_are_read_by_their_text() -> None:
    options = [{"id": 1, "text": "Insult"}, {"id": 2, "text": "Doubt"}]
    jsonl({**choice("You thief.", [1, 2]), "options": options})

    taken(file="theirs.jsonl")

    assert answers() == {("You thief.", "a1"): ("labelled", ("Insult", "Doubt"))}


def test_an_accepted_task_without_what_was_accepted_is_set_aside() -> None:
    jsonl(
        choice("You thief.", ["Insult"]),
        {"text": "It rained.", "options": OPTIONS, "answer": "accept"},
    )

    taken(file="theirs.jsonl")

    assert set_aside() == [("theirs.jsonl:2", "no 'accept', which would have what was chosen")]


def test_a_map_can_give_an_answer_another_meaning() -> None:
    Path("map.yaml").write_text("status: {words: {ignore: unusable, reject: none}}\n")
    jsonl(
        choice("You thief.", ["Insult"]),
        choice("Zzz zzz.", [], "ignore"),
        choice("It rained.", [], "reject"),
    )

    taken("--map", "map.yaml", file="theirs.jsonl")

    assert answers()["no gold", "a1"] == ("unusable", ())
    assert answers()["It rained.", "a1"] == ("none", ())


def test_a_decision_on_one_span_is_no_answer_about_the_paragraph() -> None:
    span = {"start": 4, "end": 9, "label": "Insult"}
    row = {"text": "You thief.", "answer": "accept", "_view_id": "ner", "_input_hash": 7}
    jsonl(row | {"spans": []}, row | {"spans": [span]}, choice("It rained.", []))

    report = taken(file="theirs.jsonl")

    assert (report["taken"], report["set_aside"]) == (1, 2)


def test_a_file_of_ignored_tasks_only_is_refused_for_that() -> None:
    jsonl(choice("You thief.", [], "ignore"), choice("It rained.", [], "ignore"))

    assert "no answer counts (2 skipped), so nothing was written" in refused(file="theirs.jsonl")
