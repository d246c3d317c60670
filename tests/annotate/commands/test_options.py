"""The options of splits, as the commands take them."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from annotate.cli import app
from annotate.core.dataset_folder import open_dataset
from tests.annotate.samples import TAXONOMY

OUT = Path("data/datasets/theirs")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "label_config").mkdir()
    (tmp_path / "label_config" / "taxonomy.yaml").write_text(TAXONOMY)
    (tmp_path / "data").mkdir()


def imported(articles: int, *words: str) -> Result:
    lines = ["text,labels,annotator,article_id,source"]
    for n in range(articles):
        for p in (0, 1):
            words_ = f"Bridge {n} {p} is what {'never' * n} {'before' * p} stood here {n * 7}"
            lines.append(f"{words_},Insult,ana,article {n},outlet {n % 4}")
    Path("answers.csv").write_text("\n".join(lines) + "\n")
    return CliRunner().invoke(app, ["import-labels", "answers.csv", "-o", str(OUT), *words])


def splits() -> dict[str, str]:
    return {row.paragraph.article_id: row.split for row in open_dataset(OUT).gold()}


def report(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["lineage"]


def test_files_imported_again_with_more_rows_keep_the_splits() -> None:
    first = report(imported(10, "--json"))
    before = splits()
    again = report(imported(16, "--json"))

    assert (first["splits"], again["splits"]) == ("drawn", "stay as they were")
    assert sum(again["new_articles"].values()) == 6
    assert len(before) == 10
    assert before.items() <= splits().items()
    assert not Path("data/lineages").exists()


def test_outlets_are_kept_apart_and_folds_are_drawn() -> None:
    done = imported(16, "--split-by", "source", "--test", "0.25", "--folds", "2")

    assert "splits: drawn; new articles: " in done.stdout
    assert "; 2 folds drawn\n" in done.stdout
    outlets: dict[str, set[str]] = {}
    for row in open_dataset(OUT).gold():
        outlets.setdefault(row.paragraph.source, set()).add(row.split)
    assert {len(places) for places in outlets.values()} == {1}
    lineage = open_dataset(OUT).manifest["lineage"]
    assert (lineage["by"], lineage["test"], lineage["folds"]) == ("source", 0.25, 2)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--test", "1.5"], "--test 1.5: a share is above 0 and below 1"),
        (["--validation", "0"], "--validation 0: a share is above 0"),
        (["--validation", "0.6", "--test", "0.4"], "leave nothing to train on"),
        (["--folds", "1"], "--folds 1: takes 2 folds at least"),
    ],
)
def test_values_that_make_no_sense_are_one_line_and_nothing_is_written(
    words: list[str], line: str
) -> None:
    done = imported(4, *words)

    assert (done.exit_code, done.stdout) == (1, "")
    assert line in done.stderr
    assert done.stderr.count("\n") == 1
    assert not OUT.exists()


def test_other_splits_than_those_drawn_need_new_split() -> None:
    imported(12)
    before = open_dataset(OUT).digest

    refused = imported(12, "--test", "0.4")
    assert refused.exit_code == 1
    assert "--test 0.4: the splits were drawn with 0.15 and stay as they are" in refused.stderr
    assert open_dataset(OUT).digest == before

    assert report(imported(12, "--test", "0.4", "--new-split", "--json"))["splits"] == "drawn anew"
    assert open_dataset(OUT).manifest["lineage"]["test"] == 0.4


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "project name '' has 0 characters: Label Studio wants 3 to 50"),
        (" a ", "project name ' a ' has 1 character: Label Studio wants 3 to 50"),
        ("x" * 51, "has 51 characters: Label Studio wants 3 to 50"),
    ],
)
@pytest.mark.parametrize("command", ["push answers.csv", "pull -o new", "status", "studio"])
def test_a_name_that_no_project_can_have_is_refused_before_a_server_is_asked(
    command: str, name: str, reason: str
) -> None:
    Path("answers.csv").write_text("")

    done = CliRunner().invoke(app, [*command.split(), "--project", name])

    (error,) = done.stderr.splitlines()
    assert (done.exit_code, error.endswith(reason)) == (1, True)


def test_a_name_that_label_studio_would_change_is_refused_before_it_starts() -> None:
    done = CliRunner().invoke(app, ["studio", "--project", "one\ttwo"])

    assert done.exit_code == 1
    assert "leave out blanks at the ends and characters that cannot be" in done.stderr
    assert not Path("data/studio").exists()
