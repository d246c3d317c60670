import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from annotate.cli import app
from annotate.dataset.writer import write_dataset
from tests.annotate.dataset.test_writer import PLAN, make_content
from tests.annotate.samples import TAXONOMY


def type_in(*words: object) -> Result:
    return CliRunner().invoke(app, ["leaks", *map(str, words)])


def leaking(folder: Path) -> Path:
    """A dataset whose test paragraph repeats one of train, word for word."""
    content = make_content(folder, PLAN)
    first, *others, last = content.gold
    moved = replace(last, paragraph=replace(last.paragraph, text=first.paragraph.text, title="B"))
    write_dataset(replace(content, gold=[first, *others, moved], annotations=()), folder / "pilot")
    return folder / "pilot"


def test_leaks_are_reported_with_examples_and_exit_code_three(tmp_path: Path) -> None:
    done = type_in(leaking(tmp_path))

    assert done.exit_code == 3
    assert done.stdout.splitlines() == [
        "same words: 1 of 1 test paragraph with train",
        "  You traitor of north 0, “é”! (1 train, 1 test)",
        "near-duplicates: none",
        "same article: none",
        "same address: none",
        "same title (a hint): 1 of 1 validation paragraph with train",
        "  A title (3 train, 1 validation)",
        "boilerplate (a hint): none",
    ]


def test_without_leaks_the_exit_code_is_zero(tmp_path: Path) -> None:
    write_dataset(make_content(tmp_path, PLAN), tmp_path / "pilot")

    done = type_in(tmp_path / "pilot")

    assert done.exit_code == 0
    assert done.stdout.startswith("same words: none\n")


def test_the_report_for_programs_lists_every_paragraph(tmp_path: Path) -> None:
    done = type_in(leaking(tmp_path), "--json")

    assert done.exit_code == 3
    report = json.loads(done.stdout)
    assert report["paragraphs"] == {"train": 3, "validation": 1, "test": 1}
    words = report["leaks"]["words"]
    assert words["counts"] == [{"split": "test", "also_in": "train", "paragraphs": 1}]
    ((train, test),) = words["groups"]
    assert (train["split"], train["article_id"]) == ("train", "north")
    assert (test["split"], test["article_id"]) == ("test", "east")
    assert train["text"] == test["text"] == "You traitor of north 0, “é”!"
    assert set(report["hints"]) == {"title", "boilerplate"}


def test_a_folder_that_is_no_dataset_is_an_error_not_a_finding(tmp_path: Path) -> None:
    done = type_in(tmp_path)

    assert done.exit_code == 1
    assert "no dataset folder" in done.stderr


def test_an_import_with_splits_of_its_own_says_in_a_line_what_they_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("label_config").mkdir()
    Path("label_config/taxonomy.yaml").write_text(TAXONOMY)
    rows = ["They lie.,Doubt,ana,a,train", "They lie.,Doubt,ana,b,test", "Fine.,none,ana,c,dev"]
    text = "\n".join(["text,labels,annotator,article_id,split", *rows])
    Path("theirs.csv").write_text(f"{text}\n")

    done = CliRunner().invoke(app, ["import-labels", "theirs.csv", "-o", "theirs"])

    assert done.exit_code == 0, done.output
    assert (
        "warning: splits share words, articles or addresses: 1 of 1 test paragraph with train; "
        "'rhetoric-annotate leaks theirs' shows which"
    ) in done.stderr.splitlines()
