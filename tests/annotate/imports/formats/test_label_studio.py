"""Label Studio's exports: JSON, JSON_MIN, CSV."""

import json
from pathlib import Path
from typing import Any

from annotate.core.dataset_folder import open_dataset
from tests.annotate.imports.importing import answers, refused, set_aside, spans, take, taken


def choices(*names: str, control: str = "technique") -> Any:
    value = {"choices": list(names)}
    return {"from_name": control, "to_name": "text", "type": "choices", "value": value}


def annotation(who: Any, *result: Any, **more: Any) -> Any:
    base = {"id": 90, "completed_by": who, "was_cancelled": False}
    return {**base, "result": list(result), **more}


def write(*tasks: Any, name: str = "theirs.json") -> None:
    Path(name).write_text(json.dumps(list(tasks), indent=1))


def every_byte() -> bytes:
    return b"".join(p.read_bytes() for p in Path("data/datasets").rglob("*") if p.is_file())


def test_several_people_answer_one_task_and_a_cancelled_answer_is_skipped() -> None:
    write(
        {
            "id": 1,
            "data": {"text": "You thief."},
            "annotations": [
                annotation({"id": 4, "email": "ana@example.org"}, choices("Insult", "Doubt")),
                annotation("ben@example.org", choices("Insult")),
                annotation(6, was_cancelled=True),
            ],
            "predictions": [{"result": [choices("Fear")]}],
        }
    )

    done = take(file="theirs.json")

    assert done.stderr.splitlines()[0] == "reading 1 file as label-studio-json"
    assert sorted(answers().values()) == [
        ("labelled", ("Insult",)),
        ("labelled", ("Insult", "Doubt")),
        ("skipped", ()),
    ]
    assert b"example.org" not in every_byte()


def test_an_answer_without_a_label_is_empty_unless_the_map_says_what_it_means() -> None:
    write(
        {"id": 1, "data": {"text": "It rained."}, "annotations": [annotation(4)]},
        {"id": 2, "data": {"text": "Boo."}, "annotations": [annotation(4, choices("Fear"))]},
    )

    taken(file="theirs.json")
    assert answers() == {("Boo.", "a1"): ("labelled", ("Fear",))}
    assert set_aside()[0][1].startswith("an empty answer")

    Path("map.yaml").write_text('none: [""]\n')
    taken("--map", "map.yaml", file="theirs.json")
    assert answers()["It rained.", "a1"] == ("none", ())


def test_offsets_that_count_an_emoji_twice_are_moved_to_the_words() -> None:
    text = "🙂 You thief, go."
    mark = {"start": 7, "end": 12, "text": "thief", "labels": ["Insult"]}
    item = {"from_name": "words", "to_name": "text", "type": "labels", "value": mark}
    write({"id": 1, "data": {"text": text}, "annotations": [annotation(4, item)]})

    taken(file="theirs.json")

    (row,) = open_dataset(Path("data/datasets/theirs")).gold()
    ((span, _),) = row.gold.spans
    assert (row.paragraph.text[span.start : span.end], span.label) == ("thief", "Insult")


def test_words_marked_in_a_page_are_those_of_its_text() -> None:
    mark = {
        "start": "/p[1]/b[1]/text()[1]",
        "end": "/p[1]/b[1]/text()[1]",
        "text": "thief",
        "hypertextlabels": ["Insult"],
        "globalOffsets": {"start": 8, "end": 13},
    }
    item = {"from_name": "words", "to_name": "text", "type": "hypertextlabels", "value": mark}
    page = "<h1>News</h1><p>You <b>thief</b>.</p>"
    write(
        {"id": 1, "data": {"text": page}, "annotations": [annotation(4, item)]},
        {"id": 2, "data": {"text": "<p>Boo.</p>"}, "annotations": [annotation(4, choices("Fear"))]},
    )

    taken(file="theirs.json")

    rows = list(open_dataset(Path("data/datasets/theirs")).gold())
    assert {row.paragraph.text for row in rows} == {"News You thief.", "Boo."}
    ((span, _),) = next(row.gold.spans for row in rows if row.gold.spans)
    assert (span.start, span.end, span.label) == (9, 14, "Insult")


def test_marks_that_quote_other_words_are_set_aside() -> None:
    mark = {"start": 0, "end": 3, "text": "thief", "labels": ["Insult"]}
    item = {"from_name": "words", "to_name": "text", "type": "labels", "value": mark}
    write({"id": 1, "data": {"text": "You thief."}, "annotations": [annotation(4, item)]})

    error = refused(file="theirs.json")

    assert "the only answer was set aside" in error
    assert "bad span: 0 to 3 are not the words that it quotes (1)" in error
    assert "data/datasets/theirs.rejected.jsonl" in error


def test_a_map_names_the_controls_and_leaves_one_out() -> None:
    Path("map.yaml").write_text(
        "text: body\ncontrols: {technique: {Smear: Insult, Other: null}, tone: null}\n"
    )
    write(
        {
            "id": 1,
            "data": {"body": "You thief."},
            "annotations": [annotation(4, choices("Smear"), choices("angry", control="tone"))],
        },
        {
            "id": 2,
            "data": {"body": "It rained."},
            "annotations": [annotation(4, choices("Other"))],
        },
    )

    taken("--map", "map.yaml", file="theirs.json")

    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult",)),
        ("It rained.", "a1"): ("none", ()),
    }


def test_without_the_texts_key_the_message_names_those_that_there_are() -> None:
    write({"id": 1, "data": {"body": "A."}, "annotations": [annotation(4, choices("Fear"))]})

    assert "--text-field which key has the text: id, annotations, body" in refused(
        file="theirs.json"
    )


def test_json_min_has_one_choice_as_text_and_several_as_an_object() -> None:
    common = {"annotator": 4, "annotation_id": 8, "lead_time": 3.5}
    write(
        {"text": "You thief.", "id": 1, "technique": {"choices": ["Insult", "Doubt"]}, **common},
        {"text": "Boo.", "id": 2, "technique": "Fear", **common},
        {"text": "It rained.", "id": 3, **common},
    )

    taken(file="theirs.json")

    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("Boo.", "a1"): ("labelled", ("Fear",)),
    }
    assert [where for where, _ in set_aside()] == ["theirs.json:23"]


def test_csv_has_both_as_text_and_marked_words_as_json() -> None:
    Path("theirs.csv").write_text(
        "annotation_id,annotator,id,lead_time,technique,text,words\n"
        '7,ana@example.org,1,2.5,"{""choices"":[""Insult"",""Doubt""]}",You thief.,"[{""start"":4,'
        '""end"":9,""text"":""thief"",""labels"":[""Insult""]}]"\n'
        "8,ana@example.org,2,2.5,Fear,Boo.,\n"
        "9,ana@example.org,3,2.5,,It rained.,\n"
    )

    done = take()

    assert done.stderr.splitlines()[0] == "reading 1 file as label-studio-csv"
    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("Boo.", "a1"): ("labelled", ("Fear",)),
    }
    spans = {
        s.label
        for row in open_dataset(Path("data/datasets/theirs")).gold()
        for s, _ in row.gold.spans
    }
    assert spans == {"Insult"}
    assert b"example.org" not in every_byte()


def test_a_column_of_the_tasks_data_is_never_taken_for_an_answer() -> None:
    rows = ["text,technique,prediction", "You thief.,Insult,Doubt", "Who knows?,Doubt,Fear"]
    lead = [f"{n},{row},1,2.5" for n, row in enumerate(rows[1:], 1)]
    header = f"id,{rows[0]},annotator,lead_time"
    Path("theirs.csv").write_text("\n".join([header, *lead]) + "\n")

    error = refused("--format", "label-studio-csv")

    assert "theirs.csv: several columns have labels: technique,prediction; name those" in error
    taken("--format", "label-studio-csv", "--labels-field", "technique")
    assert sorted(labels for _, labels in answers().values()) == [("Doubt",), ("Insult",)]


def test_what_the_first_versions_called_completions_are_annotations() -> None:
    row = {"id": 1, "data": {"text": "Boo."}, "completions": [annotation(4, choices("Fear"))]}
    write(row)

    taken(file="theirs.json")

    assert answers() == {("Boo.", "a1"): ("labelled", ("Fear",))}


def test_of_nested_choices_the_last_name_is_a_label_of_ours() -> None:
    value = {"taxonomy": [["Attack", "Insult"], ["Attack"]]}
    item = {"from_name": "technique", "to_name": "text", "type": "taxonomy", "value": value}
    write({"id": 1, "data": {"text": "You thief."}, "annotations": [annotation(4, item)]})

    assert "'Attack' (1)" in refused(file="theirs.json")
    Path("map.yaml").write_text("labels: {Attack: null}\n")
    taken("--map", "map.yaml", file="theirs.json")
    assert answers() == {("You thief.", "a1"): ("labelled", ("Insult",))}


def test_an_export_of_tasks_that_nobody_answered_is_refused_for_that() -> None:
    write({"id": 1, "data": {"text": "It rained."}, "annotations": []})

    assert "theirs.json: no answers in it; label some first" in refused(file="theirs.json")


def test_an_answer_that_somebody_else_changed_is_set_aside() -> None:
    changed = annotation(4, choices("Insult"), updated_by=5)
    own = annotation(5, choices("Doubt"), updated_by=5)
    write({"id": 1, "data": {"text": "You thief."}, "annotations": [changed, own]})

    taken(file="theirs.json")

    assert [*answers().values()] == [("labelled", ("Doubt",))]
    assert [reason for _, reason in set_aside()] == [
        "changed by somebody else after it was submitted"
    ]


def test_the_change_of_an_answer_that_was_never_submitted_is_no_draft() -> None:
    draft = {"user": "ana@example.org", "annotation": 90, "result": [choices("Fear")]}
    task = {"id": 1, "data": {"text": "Boo."}, "annotations": [annotation(4, choices("Doubt"))]}
    write({**task, "drafts": [draft]})

    assert taken(file="theirs.json")["rows"] == 1


def test_of_two_answers_the_one_with_the_higher_number_counts_wherever_it_stands() -> None:
    Path("theirs.csv").write_text(
        "annotation_id,annotator,id,technique,text\n25,4,1,Doubt,Boo.\n24,4,1,Fear,Boo.\n"
    )

    taken()

    assert answers() == {("Boo.", "a1"): ("labelled", ("Doubt",))}


MOOD = choices("Grim", control="mood")


def test_labels_of_a_control_that_asks_something_else_are_no_answers() -> None:
    task = {
        "id": 1,
        "data": {"text": "Boo."},
        "annotations": [annotation(4, choices("Fear"), MOOD)],
    }
    write(task)

    error = refused(file="theirs.json")
    assert "control 'mood' has other labels (Grim)" in error
    assert "--labels-field technique" in error

    taken("--labels-field", "technique", file="theirs.json")
    assert answers() == {("Boo.", "a1"): ("labelled", ("Fear",))}


def test_several_controls_with_the_answers_can_be_named() -> None:
    Path("theirs.csv").write_text(
        "annotation_id,annotator,id,old,new,text\n1,4,1,Fear,,Boo.\n2,5,1,,Doubt,Boo.\n"
    )

    taken("--labels-field", "old,new")

    assert sorted(answers().values()) == [("labelled", ("Doubt",)), ("labelled", ("Fear",))]


def test_the_text_may_be_some_steps_deep() -> None:
    data = {"article": {"text": "Boo.", "paper": "Bell"}}
    write({"id": 1, "data": data, "annotations": [annotation(4, choices("Fear"))]})

    assert "article.text, article.paper" in refused(file="theirs.json")

    taken("--text-field", "article.text", file="theirs.json")
    assert answers() == {("Boo.", "a1"): ("labelled", ("Fear",))}


def test_words_marked_in_a_dialogue_are_those_of_its_text() -> None:
    value = {"start": "1", "end": "1", "startOffset": 4, "endOffset": 9, "text": "thief"}
    mark = {
        "from_name": "m",
        "type": "paragraphlabels",
        "value": {**value, "paragraphlabels": ["Insult"]},
    }
    parts = [{"author": "Ana", "text": "Who?"}, {"author": "Ben", "text": "You thief."}]
    write({"id": 1, "data": {"text": parts}, "annotations": [annotation(4, mark)]})

    taken(file="theirs.json")

    assert spans() == {"Who? You thief.": [(9, 14, "Insult")]}


def test_json_min_has_a_taxonomy_as_a_list_of_objects() -> None:
    row = {"id": 1, "annotation_id": 1, "annotator": 4, "text": "Boo."}
    write({**row, "tree": [{"taxonomy": [["Appeals", "Fear"]]}]})

    taken(file="theirs.json")

    assert answers() == {("Boo.", "a1"): ("labelled", ("Fear",))}
