import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from annotate.cli import app
from annotate.dataset.writer import write_dataset
from tests.annotate.dataset.test_writer import PLAN, Plan, make_content

LATER: Plan = [
    ("north", "train", [["Insult", "Insult", "Fear"], ["Fear", "Fear", ""]]),
    ("south", "train", [["Doubt", "Doubt", None]]),
    ("west", "validation", [["Fear", "Fear", "Fear"]]),
    ("new", "train", [["Doubt", "Doubt", ""]]),
]


@pytest.fixture
def link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_dataset(make_content(tmp_path, PLAN), Path("mine"))
    return Path("mine")


def diff(*words: str) -> Result:
    return CliRunner().invoke(app, ["diff", *words])


def test_two_versions_are_compared_counts_first(link: Path, tmp_path: Path) -> None:
    first = link.resolve().name
    content = make_content(tmp_path, LATER)
    second = write_dataset(content, link).name
    ids = {row.paragraph.text: row.paragraph.id for row in content.gold}

    done = diff(f"mine@{first[:8]}", "mine")

    assert done.exit_code == 0, done.output
    gone = next(row for row in make_content(tmp_path, PLAN).gold if row.split == "test")
    assert done.stdout.splitlines() == [
        f"pilot@{first} -> pilot@{second}",
        "train              3 -> 4",
        "validation         1 -> 1",
        "test               1 -> 0",
        "paragraphs: 1 added, 1 removed, 0 in another split, 1 with other labels",
        "taxonomy: the same",
        "lineage: different, but no article is in another split",
        "label                                gained    lost",
        "Fear                                      1       0",
        f"- {gone.paragraph.id}  test  You traitor of east 0, “é”!",
        f"+ {ids['You traitor of new 0, “é”!']}  train  +Doubt  You traitor of new 0, “é”!",
        f"~ {ids['You traitor of north 1, “é”!']}  train  +Fear  You traitor of north 1, “é”!",
    ]


def test_the_report_for_programs_has_everything(link: Path, tmp_path: Path) -> None:
    first = link.resolve().name
    write_dataset(make_content(tmp_path, LATER), link)

    report = json.loads(diff(f"mine@{first}", "mine", "--json").stdout)

    assert report["counts"] == {"added": 1, "removed": 1, "moved": 0, "relabelled": 1}
    assert [change["kind"] for change in report["changes"]] == ["removed", "added", "changed"]
    assert report["gained"] == {"Fear": 1}
    assert report["paragraphs"][1] == {"train": 4, "validation": 1, "test": 0}


def test_a_long_list_is_cut_unless_all_is_asked_for(link: Path, tmp_path: Path) -> None:
    plan: Plan = [(f"far {n}", "train", [["Doubt"]]) for n in range(20)]
    write_dataset(make_content(tmp_path, plan), Path("other"))

    short, long = diff("mine", "other"), diff("mine", "other", "--all")

    assert short.stdout.splitlines()[-1] == "... and 5 more; --all lists them"
    assert sum(line[0] in "+-~" for line in short.stdout.splitlines()) == 20
    assert sum(line[0] in "+-~" for line in long.stdout.splitlines()) == 25


def test_a_version_that_is_not_kept_is_named(link: Path) -> None:
    done = diff("mine@0000", "mine")

    assert done.exit_code == 1
    assert "has a digest that begins so; kept: " in done.stderr
