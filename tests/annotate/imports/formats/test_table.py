"""Tables of other people's making: cells, columns and rows in every form."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.annotate.imports.importing import answers, jsonl, refused, set_aside, spans, taken


@pytest.mark.parametrize(
    "cell",
    [
        '["Insult", "Doubt"]',
        "['Insult', 'Doubt']",
        "['Insult' 'Doubt']",  # an array of numpy
        "('Insult', 'Doubt')",
        "Insult#Doubt",
        "Insult; Doubt",
        "Insult | Doubt",
        "Insult, Doubt",
        "insult,DOUBT",
        "name calling;doubt",  # an alias
    ],
)
def test_a_cell_may_have_its_labels_in_any_form(cell: str) -> None:
    Path("theirs.csv").write_text(f'text,labels\nA.,"{cell.replace(chr(34), chr(34) * 2)}"\n')

    taken()

    assert answers() == {("A.", "a1"): ("labelled", ("Insult", "Doubt"))}


def test_a_comma_separates_only_labels_that_are_all_known() -> None:
    Path("theirs.csv").write_text('text,labels\nA.,"Insult, Smear"\n')

    assert "'Insult, Smear' (1, perhaps Insult)" in refused()


def test_a_label_in_other_letter_case_that_means_two_things_is_unknown() -> None:
    Path("map.yaml").write_text("labels: {Big Lie: Doubt, BIG_LIE: Fear}\n")
    Path("theirs.csv").write_text("text,labels\nA.,big-lie\n")

    assert "'big-lie' (1)" in refused("--map", "map.yaml")


@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("True", "False"), ("1.0", "0.0"), ("x", "")])
def test_a_column_for_each_label(yes: str, no: str) -> None:
    Path("theirs.csv").write_text(
        f"id,text,insult,Doubt\n1,A.,{yes},{yes}\n2,B.,{no},{yes}\n3,C.,{yes},{no}\n"
    )

    taken()

    assert answers() == {
        ("A.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("B.", "a1"): ("labelled", ("Doubt",)),
        ("C.", "a1"): ("labelled", ("Insult",)),
    }


def test_a_row_of_noes_has_no_technique_and_what_is_neither_yes_nor_no_is_set_aside() -> None:
    jsonl(
        {"text": "A.", "Insult": 1, "Doubt": 0},
        {"text": "B.", "Insult": 0, "Doubt": 0},
        {"text": "C.", "Insult": "perhaps", "Doubt": 0},
        {"text": "D.", "Insult": 1, "Doubt": None},
        {"text": "E."},
    )

    taken(file="theirs.jsonl")

    assert answers() == {("A.", "a1"): ("labelled", ("Insult",)), ("B.", "a1"): ("none", ())}
    assert [reason.split(":")[0] for _, reason in set_aside()] == [
        "column 'Insult'",
        "column 'Doubt' is empty",
        "neither labels nor a status",
    ]


def test_a_column_of_ticks_under_an_unknown_label_is_refused() -> None:
    Path("theirs.csv").write_text("text,Insult,Smear\nA.,1,0\nB.,0,1\n")

    assert "'Smear' (1)" in refused()


def test_rows_of_one_label_each_are_united_and_only_a_contradiction_is_a_repeat() -> None:
    Path("theirs.csv").write_text(
        "text,labels,annotator\nA.,Doubt,ana\nA.,Insult,ana\nA.,Doubt,ben\nB.,none,ana\n"
        "B.,Fear,ana\nC.,Fear,ana\nC.,Fear,ana\n"
    )

    report = taken()

    assert answers() == {
        ("A.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("A.", "a2"): ("labelled", ("Doubt",)),
        ("B.", "a1"): ("labelled", ("Fear",)),
        ("C.", "a1"): ("labelled", ("Fear",)),
    }
    assert [report[k] for k in ("rows", "taken", "set_aside", "repeats", "united")] == [
        *(7, 4, 0, 2, 1)
    ]
    assert set_aside() == [("theirs.csv:5", "an older answer of the same annotator")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"body": "A.", "labels": ["Fear"]}, "--text-field which one has the text: body, labels"),
        ({"text": "A.", "tags": ["Fear"]}, "--labels-field which one has the labels: text, tags"),
    ],
)
def test_json_lines_without_a_column_say_which_keys_there_are(row: Any, message: str) -> None:
    jsonl(row)

    assert message in refused(file="theirs.jsonl")


def test_a_list_in_one_json_file_is_read_like_json_lines() -> None:
    Path("theirs.json").write_text(
        '[\n {"text": "A.", "labels": "Fear"},\n {"text": "B.", "labels": true}\n]'
    )

    taken(file="theirs.json")

    assert answers() == {("A.", "a1"): ("labelled", ("Fear",))}
    assert set_aside() == [
        ("theirs.json:3", "True is neither a label nor marked words [start, end, label]")
    ]


def test_a_map_says_what_the_words_of_a_status_column_mean() -> None:
    Path("map.yaml").write_text(
        "status: {column: state, words: {done: labelled, later: skipped, no: set aside}}\n"
    )
    Path("theirs.csv").write_text(
        "text,labels,state\nA.,Fear,done\nB.,Fear,later\nC.,Fear,no\nD.,,maybe\n"
    )

    taken("--map", "map.yaml")

    assert answers() == {
        ("A.", "a1"): ("labelled", ("Fear",)),
        ("no gold", "a1"): ("skipped", ()),
    }
    assert [reason.split(";")[0] for _, reason in set_aside()] == [
        "status 'no': it does not say which techniques the text has",
        "unknown status 'maybe'",
    ]


def test_an_empty_column_is_no_label() -> None:
    Path("theirs.csv").write_text("text,Insult,Doubt,notes\nYou thief.,1,0,\nWho knows?,0,1,\n")

    taken()

    assert sorted(labels for _, labels in answers().values()) == [("Doubt",), ("Insult",)]


def test_a_column_that_seems_to_say_who_labelled_must_be_named() -> None:
    rows = "text,labels,WorkerId\nYou thief.,Insult,w1\nYou thief.,Doubt,w2\n"
    Path("theirs.csv").write_text(rows)

    assert "column 'WorkerId' seems to say who labelled a row" in refused()
    taken("--annotator-field", "WorkerId")
    assert sorted(answers().values()) == [("labelled", ("Doubt",)), ("labelled", ("Insult",))]


def test_files_of_one_name_in_two_folders_are_two_annotators() -> None:
    for who, label in (("anna", "Insult"), ("ben", "Doubt")):
        Path(who).mkdir()
        Path(who, "labels.csv").write_text(f"text,labels\nYou thief.,{label}\n")

    taken("ben/labels.csv", file="anna/labels.csv")

    assert sorted(answers().values()) == [("labelled", ("Doubt",)), ("labelled", ("Insult",))]


def test_a_second_file_of_one_person_is_a_second_answer() -> None:
    for round_, label in (("first", "Insult"), ("second", "Doubt")):
        rows = f"text,labels,annotator\nYou thief.,{label},anna\n"
        Path(f"{round_}.csv").write_text(rows)

    taken("second.csv", file="first.csv")

    assert list(answers().values()) == [("labelled", ("Doubt",))]


def test_an_object_around_the_rows_is_looked_into() -> None:
    rows = [{"text": "You thief.", "labels": ["Insult"]}, {"text": "It rained.", "labels": []}]
    Path("theirs.json").write_text(json.dumps({"version": 2, "data": rows}, indent=1))

    taken(file="theirs.json")

    assert sorted(answers().values()) == [("labelled", ("Insult",)), ("none", ())]


def test_an_object_of_labels_says_which_hold() -> None:
    jsonl(
        {"text": "You thief.", "labels": {"Insult": 1, "Doubt": True, "Fear": 0}},
        {"text": "It rained.", "labels": {"Insult": 0, "Doubt": False}},
        {"text": "Boo.", "labels": {"Insult": 0.4}},
    )

    taken(file="theirs.jsonl")

    assert sorted(answers().values()) == [("labelled", ("Insult", "Doubt")), ("none", ())]
    assert [where for where, _ in set_aside()] == ["theirs.jsonl:3"]


def test_a_column_that_denies_some_labels_is_not_passed_over() -> None:
    Path("theirs.csv").write_text("text,labels,value\nA.,Insult,1\nA.,Doubt,0\nB.,Fear,1\n")

    assert "column 'value' seems to say whether the label of a row holds; make a col" in refused()


@pytest.mark.parametrize("header", ["Text,Labels,Annotator", "TEXT, LABELS ,annotator"])
def test_columns_have_our_names_in_any_letter_case(header: str) -> None:
    Path("theirs.csv").write_text(f"{header}\nYou traitor.,Insult,zoe\nYou traitor.,Doubt,abe\n")

    taken()

    assert answers() == {
        ("You traitor.", "a1"): ("labelled", ("Doubt",)),
        ("You traitor.", "a2"): ("labelled", ("Insult",)),
    }


def test_the_texts_of_an_object_are_named_by_the_way_to_them() -> None:
    jsonl({"item": {"body": "You traitor.", "n": 1}, "labels": ["Insult"]})

    assert "which one has the text: item, labels, item.body" in refused(file="theirs.jsonl")
    taken("--text-field", "item.body", file="theirs.jsonl")
    assert answers() == {("You traitor.", "a1"): ("labelled", ("Insult",))}


@pytest.mark.parametrize(
    "content",
    [
        {"text": {"0": "A.", "1": "B."}, "labels": {"0": ["Insult"], "1": []}},
        {"0": {"text": "A.", "labels": ["Insult"]}, "1": {"text": "B.", "labels": []}},
    ],
    ids=["columns", "index"],
)
def test_a_table_may_be_an_object_as_pandas_writes_it(content: Any) -> None:
    Path("theirs.json").write_text(json.dumps(content))

    taken(file="theirs.json")

    assert answers() == {
        ("A.", "a1"): ("labelled", ("Insult",)),
        ("B.", "a1"): ("none", ()),
    }


@pytest.mark.parametrize(("yes", "no"), [("WAHR", "FALSCH"), ("VRAI", "FAUX"), ("TRUE", "FALSE")])
def test_ticks_are_read_as_spreadsheets_of_other_languages_write_them(yes: str, no: str) -> None:
    Path("theirs.csv").write_text(f"text;Insult;Doubt\nA.;{yes};{no}\n")

    taken()

    assert answers() == {("A.", "a1"): ("labelled", ("Insult",))}


WIDE = "text,ana,ben\nYou thief.,Insult,Insult; Doubt\nWho knows?,Doubt,\nIt rained.,none,Fear\n"


def test_annotators_may_have_a_column_each_and_an_empty_cell_is_no_answer() -> None:
    Path("theirs.csv").write_text(WIDE)

    report = taken("--annotator-field", "ana,ben")

    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult",)),
        ("You thief.", "a2"): ("labelled", ("Insult", "Doubt")),
        ("Who knows?", "a1"): ("labelled", ("Doubt",)),
        ("It rained.", "a1"): ("none", ()),
        ("It rained.", "a2"): ("labelled", ("Fear",)),
    }
    assert (report["rows"], report["taken"], report["set_aside"]) == (5, 5, 0)


def test_columns_that_may_be_annotators_or_parts_of_an_answer_must_be_named() -> None:
    Path("theirs.csv").write_text(WIDE)

    error = refused()

    assert "--annotator-field 'ana,ben'" in error
    assert "--labels-field 'ana,ben'" in error


@pytest.mark.parametrize("header", ["annotator_1,annotator_2", "Coder A,Coder B", "rater1,rater2"])
def test_numbered_annotators_are_told_by_the_names_of_their_columns(header: str) -> None:
    Path("theirs.csv").write_text(f"text,{header},notes\nYou thief.,Insult,Doubt,hard\n")

    taken()

    assert sorted(answers().values()) == [("labelled", ("Doubt",)), ("labelled", ("Insult",))]


@pytest.mark.parametrize("header", ["label_1,label_2", "Technique 1,Technique 2", "tag,tag.1"])
def test_numbered_columns_of_labels_are_one_answer(header: str) -> None:
    Path("theirs.csv").write_text(f"text,{header}\nYou thief.,Insult,Doubt\nBoo.,Fear,\n")

    taken()

    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("Boo.", "a1"): ("labelled", ("Fear",)),
    }


@pytest.mark.parametrize("number", ["2", "0.7"])
def test_counts_and_probabilities_are_nobodys_answer(number: str) -> None:
    Path("theirs.csv").write_text(f"text,Insult,Doubt\nA.,1,0\nB.,0,{number}\n")

    assert f"column 'Doubt' has {number}, neither 0 nor 1" in refused()


@pytest.mark.parametrize("prefix", ["labels_", "Answer.", "rhetoric/"])
def test_columns_of_ticks_may_have_a_prefix(prefix: str) -> None:
    Path("theirs.csv").write_text(f"text,{prefix}Insult,{prefix}Doubt\nA.,1,0\nB.,1,1\n")

    taken()

    assert answers() == {
        ("A.", "a1"): ("labelled", ("Insult",)),
        ("B.", "a1"): ("labelled", ("Insult", "Doubt")),
    }


@pytest.mark.parametrize("word", ["NA", "nan", "N/A", "#N/A", "null", "<NA>"])
def test_a_word_for_a_missing_value_is_no_label(word: str) -> None:
    Path("theirs.csv").write_text(f"text,labels,comment\nA.,Fear,{word}\nB.,{word},\n")

    taken()

    assert answers() == {("A.", "a1"): ("labelled", ("Fear",))}
    assert [reason.split(":")[0] for _, reason in set_aside()] == ["neither labels nor a status"]


@pytest.mark.parametrize(
    ("column", "word", "other"),
    [("AssignmentStatus", "Rejected", "Approved"), ("_tainted", "true", "false")],
)
def test_rows_that_a_column_rejects_do_not_count_unless_the_map_says_so(
    column: str, word: str, other: str
) -> None:
    Path("theirs.csv").write_text(f"text,labels,{column}\nA.,Fear,{other}\nB.,Fear,{word}\n")

    assert f"column '{column}' says '{word}' of some rows" in refused()

    words = f"{{{other}: labelled, {word}: set aside}}"
    Path("map.yaml").write_text(f"status: {{column: {column}, words: {words}}}\n")
    taken("--map", "map.yaml")
    assert answers() == {("A.", "a1"): ("labelled", ("Fear",))}


def test_a_column_of_e_mails_seems_to_say_who_labelled() -> None:
    Path("theirs.csv").write_text("Email Address,text,labels\nana@x.org,A.,Fear\n")

    assert "name it with --annotator-field 'Email Address'" in refused()


def test_numbers_are_labels_if_a_map_says_which() -> None:
    jsonl({"text": "A.", "labels": 0}, {"text": "B.", "labels": [0, 1.0]})

    assert (
        "these are numbers, not label names; choose another column with --labels-field, or map each"
        in refused(file="theirs.jsonl")
    )

    Path("map.yaml").write_text("labels: {0: Fear, 1: Doubt}\n")
    taken("--map", "map.yaml", file="theirs.jsonl")
    assert sorted(labels for _, labels in answers().values()) == [("Doubt", "Fear"), ("Fear",)]


@pytest.mark.parametrize(
    "mark",
    [
        [4, 9, "Insult"],
        {"start": 4, "end": 9, "technique": "Insult", "text_fragment": "thief"},
        {"start_offset": 4, "end_offset": 9, "label": "Insult"},
        {"begin": 4, "end": 9, "what": "insult"},
    ],
)
def test_the_labels_of_a_row_may_be_marked_words(mark: Any) -> None:
    jsonl({"text": "You thief.", "labels": [mark]}, {"text": "It rained.", "labels": []})

    taken(file="theirs.jsonl")

    assert spans() == {"You thief.": [(4, 9, "Insult")], "It rained.": []}


@pytest.mark.parametrize(
    "mark",
    [
        {"start": 0, "end": 5, "text": "Doubt", "tag": "Insult"},
        {"start": 0, "end": 5, "text": "Doubt", "what": "Insult"},
        {"start": 0, "end": 5, "label": None, "tag": "Insult"},
        {"start": 0, "end": 5, "label": "", "tag": "Insult", "note": "Fear"},
    ],
)
def test_the_label_of_marked_words_is_not_what_they_quote_and_not_an_empty_key(mark: Any) -> None:
    jsonl({"text": "Doubt it, thief.", "labels": [mark]})

    taken(file="theirs.jsonl")

    assert spans() == {"Doubt it, thief.": [(0, 5, "Insult")]}


def test_marked_words_without_a_label_are_set_aside() -> None:
    mark = {"start": 0, "end": 5, "text": "Doubt"}
    jsonl({"text": "Doubt it.", "labels": [mark]}, {"text": "B.", "labels": ["Fear"]})

    taken(file="theirs.jsonl")

    assert set_aside() == [("theirs.jsonl:1", "a span without a label")]


def test_marked_words_that_are_not_those_that_they_quote_are_set_aside() -> None:
    mark = {"start": 3, "end": 8, "label": "Insult", "text": "thief"}
    jsonl({"text": "You thief.", "labels": [], "spans": [mark]}, {"text": "B.", "labels": ["Fear"]})

    taken(file="theirs.jsonl")

    assert set_aside() == [("theirs.jsonl:1", "bad span: 3 to 8 are not the words that it quotes")]


def test_half_of_a_surrogate_pair_costs_no_answer() -> None:
    Path("theirs.jsonl").write_text('{"text": "Boo \\ud83d.", "labels": ["Fear"]}\n')

    taken(file="theirs.jsonl")

    assert answers() == {("Boo \N{REPLACEMENT CHARACTER}.", "a1"): ("labelled", ("Fear",))}


def test_a_damaged_byte_costs_no_answer() -> None:
    good = "Boo. It said so to all who had come. " * 3
    Path("theirs.csv").write_bytes(b"text,labels\n" + f"{good}\xff.,Fear\n".encode("latin-1"))

    assert taken()["taken"] == 1


def test_a_parquet_file_has_labels_as_names_or_as_numbers_of_classes() -> None:
    from datasets import ClassLabel, Dataset, Features, List, Value

    classes = List(ClassLabel(names=["Fear", "Doubt"]))
    rows = {"text": ["A.", "B."], "labels": [[1], [0, 1]]}
    features = Features({"text": Value("string"), "labels": classes})
    Dataset.from_dict(rows, features=features).to_parquet("theirs.parquet")

    taken(file="theirs.parquet")

    assert answers() == {
        ("A.", "a1"): ("labelled", ("Doubt",)),
        ("B.", "a1"): ("labelled", ("Doubt", "Fear")),
    }


@pytest.mark.parametrize(
    "features",
    [
        b"nope",
        b"null",
        b'{"info": null}',
        b'{"info": {"features": ["labels"]}}',
        b'{"info": {"features": {"labels": {"names": 2}}}}',
    ],
)
def test_a_parquet_file_with_damaged_names_of_classes_is_read_without_them(features: bytes) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table({"text": ["A."], "labels": ["Fear"]})
    parquet.write_table(table.replace_schema_metadata({"huggingface": features}), "theirs.parquet")

    taken(file="theirs.parquet")

    assert answers() == {("A.", "a1"): ("labelled", ("Fear",))}


def test_a_text_file_with_tabs_is_a_table() -> None:
    Path("theirs.txt").write_text("text\tlabels\nA.\tFear\n")

    taken(file="theirs.txt")

    assert answers() == {("A.", "a1"): ("labelled", ("Fear",))}


def test_ticks_of_one_label_in_several_columns_may_be_of_several_annotators() -> None:
    Path("theirs.csv").write_text("text,ana_Fear,ben_Fear\nA.,1,0\nB.,0,1\n")

    assert "columns 'ana_Fear' and 'ben_Fear' are both of 'Fear'" in refused()


def test_an_object_may_hold_the_rows_by_their_names() -> None:
    rows = {"a": {"text": "A.", "labels": "Fear"}, "b": {"text": "B.", "labels": "Doubt"}}
    Path("theirs.json").write_text(json.dumps(rows))

    taken(file="theirs.json")

    assert sorted(labels for _, labels in answers().values()) == [("Doubt",), ("Fear",)]


def test_an_object_may_hold_the_columns_and_the_rows_apart_and_numbers_may_name_columns() -> None:
    table = {"columns": ["text", 0], "data": [["A.", "Fear"], ["B.", "Doubt"]]}
    Path("theirs.json").write_text(json.dumps(table))

    taken("--labels-field", "0", file="theirs.json")

    assert sorted(labels for _, labels in answers().values()) == [("Doubt",), ("Fear",)]


def test_files_named_after_splits_are_of_one_annotator_and_keep_their_splits() -> None:
    folder = Path("theirs")
    folder.mkdir()
    (folder / "~$train.csv").write_bytes(b"\x05lock")
    for name, text in (("train", "A."), ("dev", "B."), ("test-00000-of-00001", "C.")):
        (folder / f"{name}.csv").write_text(f"text,labels\n{text},Fear\n")

    report = taken(file="theirs")

    assert {who for _, who in answers()} == {"a1"}
    assert report["splits"] == {"train": 1, "validation": 1, "test": 1}
