import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.cli import app
from annotate.core.errors import InputError
from annotate.dataset.versions import versions
from annotate.dataset.writer import write_dataset
from tests.annotate.dataset.test_writer import PLAN, make_content


def test_versions_are_listed_by_age_and_the_current_one_is_marked(tmp_path: Path) -> None:
    link = tmp_path / "sets" / "pilot"
    first = write_dataset(make_content(tmp_path, PLAN), link)
    second = write_dataset(make_content(tmp_path, PLAN[:3]), link)
    write_dataset(make_content(tmp_path, PLAN), link)  # the first again, which is kept
    (first.parent / ".0123456789abcdef.killed").mkdir()
    for folder, at in ((first, 1_000_000_000), (second, 1_000_000_060)):
        os.utime(folder / "manifest.json", (at, at))

    found = CliRunner().invoke(app, ["versions", str(link)])

    assert found.stderr == (
        f"{link}@{first.name[:8]} names a version wherever a command reads a dataset\n"
    )
    assert found.stdout.splitlines() == [
        f"{first.name}  2001-09-09 01:46 UTC  5 paragraphs, 15 annotations  <- current",
        f"{second.name}  2001-09-09 01:47 UTC  4 paragraphs, 12 annotations",
    ]
    as_json = CliRunner().invoke(app, ["versions", str(link), "--json"]).stdout
    assert [(row["digest"], row["current"]) for row in json.loads(as_json)] == [
        (first.name, True),
        (second.name, False),
    ]


def test_where_nothing_was_pulled_there_is_no_version(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="pilot: no version of it is kept"):
        versions(tmp_path / "pilot")
