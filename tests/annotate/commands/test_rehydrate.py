import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.cli import app
from tests.annotate.dataset.test_rehydrate import paragraphs_of, published


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return published(tmp_path)


def test_the_command_says_what_it_filled_in_and_what_is_missing(
    tmp_path: Path, folder: Path
) -> None:
    file = paragraphs_of(tmp_path, leave_out="north")
    again = tmp_path / "again"

    done = CliRunner().invoke(app, ["rehydrate", str(folder), str(file), "-o", str(again)])

    assert done.exit_code == 0, done.output
    assert done.stdout == f"texts of 3 of 5 paragraphs -> {again} ({again.resolve().name})\n"
    assert done.stderr == (
        f"left out 2: 2 article missing; {tmp_path / 'again.rejected.jsonl'} lists them\n"
    )


def test_the_report_is_json_on_request(tmp_path: Path, folder: Path) -> None:
    command = ["rehydrate", str(folder), str(paragraphs_of(tmp_path)), "--json"]

    done = CliRunner().invoke(app, [*command, "-o", str(tmp_path / "again")])

    report = json.loads(done.stdout)
    assert (report["paragraphs"], report["missing"], report["same"]) == (5, {}, True)


def test_without_articles_it_is_a_usage_error(tmp_path: Path, folder: Path) -> None:
    done = CliRunner().invoke(app, ["rehydrate", str(folder), "-o", str(tmp_path / "again")])

    assert done.exit_code == 2
