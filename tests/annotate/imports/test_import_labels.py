"""A file of labels to a dataset, read back by everybody who reads datasets."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.cli import app
from annotate.core.dataset_folder import open_dataset
from tests.annotate.imports.importing import answers, jsonl, refused, set_aside, taken

HEADER = "text;labels;annotator;article_id\n"
OWN = "\n".join(
    f"You traitor number {n}.;{'Insult' if n % 2 else 'none'};{who};article {n // 3}"
    for n in range(9)
    for who in ("zoe@example.org", "abe@example.org")
)

# JSON's parser takes it; a function that calls itself for each list does not.
NESTED = b'{"text": "A.", "labels": ' + b"[" * 900 + b"]" * 900 + b"}"


def every_byte() -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in Path("data/datasets").rglob("*") if p.is_file()}


def test_rows_become_annotations_under_pseudonyms_that_no_file_of_the_dataset_explains() -> None:
    Path("theirs.csv").write_text(HEADER + OWN)

    report = taken()

    assert [report[k] for k in ("rows", "taken", "set_aside", "repeats")] == [18, 18, 0, 0]
    assert report["ledger"]["paragraphs"] == 9
    assert answers()["You traitor number 1.", "a1"] == ("labelled", ("Insult",))
    assert answers()["You traitor number 2.", "a2"] == ("none", ())
    assert json.loads(Path("data/pseudonyms.json").read_text()) == {
        "imported:abe@example.org#1": "a1",
        "imported:zoe@example.org#1": "a2",
    }
    assert Path("data/pseudonyms.json").stat().st_mode & 0o777 == 0o600
    assert not any(b"example.org" in data for data in every_byte().values())


def test_the_same_file_gives_the_same_bytes_again() -> None:
    Path("theirs.csv").write_text(HEADER + OWN + "\n;Insult;zoe@example.org;a\n")
    taken()
    before = every_byte()

    taken()

    assert every_byte() == before
    assert len(before) > 6


def test_training_the_datasets_library_and_agreement_read_it() -> None:
    from datasets import load_dataset

    from train.dataset import read_split

    Path("theirs.csv").write_text(HEADER + OWN)
    taken()
    folder = Path("data/datasets/theirs")

    dataset = open_dataset(folder)
    splits = {s: read_split(dataset, s) for s in ("train", "validation", "test")}
    sizes = {name: len(split.ids) for name, split in splits.items()}
    assert sizes == {"train": 3, "validation": 3, "test": 3}  # three articles of three paragraphs
    assert sum(int(split.gold.sum()) for split in splits.values()) == 4  # numbers 1, 3, 5, 7
    assert len(dataset.answers()) == 18

    gold = load_dataset(str(folder.resolve()), cache_dir="cache")
    rows = [row for split in gold.values() for row in split]
    names = gold["train"].features["labels"].feature.names
    assert {row["text"] for row in rows if "Insult" in [names[n] for n in row["labels"]]} == {
        f"You traitor number {n}." for n in (1, 3, 5, 7)
    }
    again = load_dataset(str(folder.resolve()), "annotations", cache_dir="cache")["train"]
    assert {row["origin"] for row in again} == {"annotation"}

    done = CliRunner().invoke(app, ["agreement", str(folder), "--json"])
    measured = json.loads(done.stdout)
    assert done.exit_code == 0
    insult = next(row for row in measured["alpha"]["labels"] if row["label"] == "Insult")
    assert insult["value"] == 1.0


def test_the_manifest_and_the_card_say_where_the_answers_came_from() -> None:
    Path("theirs.csv").write_text(HEADER + OWN)
    taken()

    folder = Path("data/datasets/theirs")
    source = json.loads((folder / "manifest.json").read_text())["settings"]["source"]
    assert (source["kind"], source["name"]) == ("file", "theirs.csv")
    assert (
        "Rows read from the file `theirs.csv` of labels made elsewhere: 18."
        in (folder / "README.md").read_text()
    )


def test_unknown_labels_are_refused_with_their_line_and_counts() -> None:
    Path("theirs.csv").write_text("text,labels\nOne.,Insult\nTwo.,Smear|Rage\nThree.,Smear\n")

    error = refused()

    assert "theirs.csv:3: labels that taxonomy small 1 does not have: 'Smear' (2), 'Rage' (1);" in (
        error
    )


def test_a_map_says_what_labels_become_in_several_in_none_or_left_out() -> None:
    Path("map.yaml").write_text(
        "text: body\n"
        "labels: {Smear: [Insult, Doubt], Scare: Fear, Style: null}\n"
        'none: [clean, ""]\n'
        "unusable: [spam]\n"
    )
    Path("theirs.csv").write_text(
        "body,tags\nOne.,Smear;Style\nTwo.,Scare\nThree.,clean\nFour.,\nFive.,spam\nSix.,Style\n"
        "Seven.,Name_Calling\n"
    )

    report = taken("--map", "map.yaml", "--labels-field", "tags", "--separator", ";")

    assert answers() == {
        ("One.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("Two.", "a1"): ("labelled", ("Fear",)),
        ("Three.", "a1"): ("none", ()),
        ("Four.", "a1"): ("none", ()),
        ("no gold", "a1"): ("unusable", ()),
        ("Six.", "a1"): ("none", ()),  # of the techniques that there are here, it has none
        ("Seven.", "a1"): ("labelled", ("Insult",)),  # the taxonomy's own alias
    }
    assert report["taken"] == 7


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("labels: {Smear: Rage}", "labels: 'Smear' becomes 'Rage', which is not in taxonomy small"),
        ("label: {Smear: Fear}", "a map has only the keys"),
        ("none: clean", "none must be a list"),
        ("labels: [Smear]", "labels must map"),
        ("labels: {", "map.yaml:1: not YAML"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused(text: str, reason: str) -> None:
    Path("map.yaml").write_text(text)
    Path("theirs.csv").write_text("text,labels\nOne.,Smear\n")

    assert reason in refused("--map", "map.yaml")


def test_rows_that_cannot_be_used_are_set_aside_with_line_and_reason_and_the_counts_balance() -> (
    None
):
    good = {"text": "You traitor.", "labels": ["Insult", "Doubt"], "annotator": "zoe"}
    jsonl(
        good,
        good,
        {**good, "labels": ["Fear"]},
        {"text": " ", "labels": []},
        {"text": "No labels at all."},
        {"text": "Odd.", "labels": [], "status": "done"},
        {"text": "Odd.", "labels": ["Fear"], "status": "none"},
        {"text": "Odd place.", "labels": [], "position": -1},
        {"text": "Odd kind.", "labels": [], "kind": "tweet"},
        {"text": "Short.", "labels": ["Fear"], "spans": [{"start": 2, "end": 99, "label": "Fear"}]},
        {"text": "Odd title.", "labels": [], "title": ["Seven"]},
        {"text": "Skipped.", "status": "skipped"},
    )

    report = taken(file="theirs.jsonl")

    assert [report[k] for k in ("rows", "taken", "set_aside", "repeats")] == [12, 2, 8, 2]
    assert set_aside() == [
        ("theirs.jsonl:1", "an older answer of the same annotator"),
        *[
            (f"theirs.jsonl:{line}", reason)
            for line, reason in (
                (4, "there is no text"),
                (5, set_aside()[2][1]),
                (6, set_aside()[3][1]),
                (7, "a technique together with 'no technique'"),
                (8, "position -1 is not a whole number from 0"),
                (9, "unknown kind 'tweet'; known: body, quote, caption, heading, list, embed"),
                (10, "bad span: 2 to 99 in a text of 6 characters"),
                (11, "'title' must be text, not list"),
            )
        ],
    ]
    assert set_aside()[2][1].startswith("neither labels nor a status")
    assert set_aside()[3][1].startswith(
        "unknown status 'done'; known: labelled, none, unusable, skipped, draft; a map can say"
    )
    assert answers()["You traitor.", "a2"] == ("labelled", ("Fear",))  # the last row counts


def test_the_last_row_counts_also_when_it_says_again_what_an_earlier_one_said() -> None:
    rows = (["Insult", "Doubt"], ["Fear"], ["Insult", "Doubt"])
    jsonl(*({"text": "You traitor.", "labels": labels} for labels in rows))

    report = taken(file="theirs.jsonl")

    assert answers() == {("You traitor.", "a1"): ("labelled", ("Insult", "Doubt"))}
    assert (report["rows"], report["taken"], report["repeats"]) == (3, 1, 2)
    assert [where for where, _ in set_aside()] == ["theirs.jsonl:1", "theirs.jsonl:2"]


def test_marked_words_stay_on_their_words_though_the_text_is_cleaned() -> None:
    text = "  Nobody\u00a0trusts\tthe  tra\u00aditor  cafe\u0301.  "
    start = text.index("the")
    jsonl(
        {
            "text": text,
            "labels": ["Insult"],
            "spans": [{"start": start, "end": text.index("cafe"), "label": "attack"}],
        }
    )
    taken(file="theirs.jsonl")

    (row,) = open_dataset(Path("data/datasets/theirs")).gold()
    ((span, people),) = row.gold.spans
    assert row.paragraph.text == "Nobody trusts the traitor café."
    assert (row.paragraph.text[span.start : span.end], span.label, people) == (
        "the traitor",
        "Insult",
        1,
    )


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("theirs.yaml", b"x", 'objects ({"text": ..., "labels": [...]}) instead'),
        ("theirs.xlsx", b"x", "cannot be read as a workbook"),
        ("theirs.zip", b"x", "unpack it, and give the file or the folder"),
        ("theirs.csv", b"text,label\nA.,Fear\n", "no column 'labels'; say with --labels-field"),
        ("theirs.csv", b"text,labels\nA.,Fear,Doubt\n", "theirs.csv:2: 3 cells under 2 columns"),
        ("theirs.jsonl", b'{"text": "A.", "labels": ["Fear"]}\n{\n', "theirs.jsonl:2: not JSON"),
        (
            "theirs.jsonl",
            b'{"text": "A.", "labels": true}\n',
            "True is neither a label nor marked words",
        ),
        ("theirs.jsonl", b"", "the file is empty"),
        ("theirs.jsonl", NESTED, "theirs.jsonl:1: nested too deeply; export it again"),
        ("theirs.json", b"[" + NESTED + b"]", "theirs.json:1: nested too deeply"),
        (
            "theirs.json",
            b'{"columns": [["a", "b"], ["c", "d"]], "data": [[1, 2]]}',
            "a column has several names",
        ),
        ("theirs.jsonl", b'{"text": "A.", "labels": ["attack"]}\n', "'attack' (1)"),
    ],
)
def test_a_file_that_is_no_table_of_labels_is_refused_and_nothing_is_written(
    name: str, content: bytes, reason: str
) -> None:
    Path(name).write_bytes(content)

    assert reason in refused(file=name)


def test_a_spreadsheet_in_another_encoding_and_with_other_delimiters_is_read() -> None:
    Path("theirs.csv").write_bytes("text\tlabels\nLe traître à l’œuvre.\tInsult\n".encode("cp1252"))

    taken()

    assert answers() == {("Le traître à l’œuvre.", "a1"): ("labelled", ("Insult",))}


def test_an_e_mail_in_the_files_name_reaches_no_file_of_the_dataset() -> None:
    Path("zoe@example.org.csv").write_text("text,labels\nOne.,Insult\n,\n")

    taken(file="zoe@example.org.csv")

    assert not any(b"zoe" in data for data in every_byte().values())


def test_where_every_row_is_set_aside_the_message_says_so_why_and_where_the_reasons_are() -> None:
    jsonl({"text": "One."}, {"text": "Two."}, {"text": " ", "labels": ["Fear"]})

    error = refused(file="theirs.jsonl")

    assert "all 3 answers were set aside" in error
    assert "the reasons are in data/datasets/theirs.rejected.jsonl; most frequent: neither" in error
    assert error.endswith("(2); there is no text (1)")
    assert len(set_aside()) == 3
