import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from annotate.cli import app
from annotate.dataset.writer import write_dataset
from tests.annotate.dataset.test_writer import PLAN, Plan, make_content

OTHERS: Plan = [
    ("up", "train", [["Doubt", "Doubt", "Fear"]]),
    ("east", "train", [["Fear", "Fear", ""]]),  # which PLAN tests on
]


@pytest.fixture(autouse=True)
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, plan in (("mine", PLAN), ("theirs", OTHERS)):
        write_dataset(replace(make_content(tmp_path, plan), name=name), tmp_path / name)
    return tmp_path


def merge(*words: str) -> Result:
    return CliRunner().invoke(app, ["merge", *words, "-o", "both"])


def test_a_merge_says_what_was_taken_and_left_out_of_each_dataset(sets: Path) -> None:
    done = merge("mine", "theirs")

    assert done.exit_code == 0, done.output
    version = (sets / "both").resolve().name
    assert done.stdout.splitlines() == [
        "mine: 5 of 5 paragraphs taken",
        "theirs: 1 of 2 paragraphs taken",
        "  left out 1 of articles that another dataset validates or tests on",
        "gold: 4 train, 1 validation, 1 test",
        f"both ({version})",
    ]
    assert "leaks" not in done.stderr


def test_a_merge_reports_as_json(sets: Path) -> None:
    report = json.loads(merge("mine", "theirs", "--test-from", "mine", "--json").stdout)

    assert report["parts"] == {
        "mine": {"paragraphs": 5, "left_out": {}},
        "theirs": {"paragraphs": 2, "left_out": {"article": 1}},
    }
    assert report["splits"] == {"train": 4, "validation": 1, "test": 1}


def test_a_version_can_be_merged(sets: Path) -> None:
    version = (sets / "theirs").resolve().name
    smaller: Plan = OTHERS[:1]
    write_dataset(replace(make_content(sets, smaller), name="theirs"), sets / "theirs")

    done = merge("mine", f"theirs@{version[:6]}")

    assert "theirs: 1 of 2 paragraphs taken" in done.stdout


def test_leaks_that_are_left_are_named_after_the_merge(sets: Path) -> None:
    content = make_content(sets, OTHERS[:1])
    address = "https://paper.example/up"
    one = replace(content.gold[0], paragraph=replace(content.gold[0].paragraph, url=address))
    other = replace(one.paragraph, article_id="up again", text="Other.", cluster="")
    twin = replace(one, paragraph=other, split="test")
    write_dataset(replace(content, name="theirs", gold=[one, twin]), sets / "theirs")

    done = merge("mine", "theirs")

    assert done.stderr.splitlines() == [
        "warning: splits share words, articles or addresses: 1 of 2 test paragraphs with train; "
        "'rhetoric-annotate leaks both' shows which"
    ]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["mine"], "name two or more"),
        (["mine", "none"], "none: does not exist; make it with 'rhetoric-annotate pull'"),
        (["mine", "mine"], "is given twice"),
    ],
)
def test_what_cannot_be_merged_is_one_line_and_writes_nothing(
    sets: Path, words: list[str], reason: str
) -> None:
    done = merge(*words)

    assert done.exit_code == 1
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (sets / "both").exists()
