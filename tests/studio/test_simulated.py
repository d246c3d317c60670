"""Answers of simulated annotators on a real server, where people may later use the accounts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from annotate.core.records import Status
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.provenance import mark_simulated
from annotate.server.accounts import Account
from annotate.server.studio import OpenStudio
from annotate.sync.upload import upload
from tests.studio.desk import Desk, new_desk, paragraphs, task_numbers

pytestmark = pytest.mark.studio


def labellers(desk: Desk, out: Path) -> Any:
    manifest = json.loads((desk.pull(out).folder / "manifest.json").read_text(encoding="utf-8"))
    return manifest["settings"]["labelled_by"]


def test_the_mark_stays_on_the_server_until_a_person_answers(
    opened: OpenStudio, taxonomy: Taxonomy, colleagues: Mapping[str, Account], tmp_path: Path
) -> None:
    desk = new_desk(opened, taxonomy, colleagues)
    first, second = paragraphs("Only a fool would build it.", "Nobody knows who paid for it.")
    upload([first, second], desk.make())
    numbers, ana = task_numbers(desk.open()), desk.open("ana")

    simulated = desk.result(first, Status.LABELLED, labels=("Doubt", "Slogans"))
    ana.annotate(numbers[first.id], mark_simulated(simulated), seconds=3.0)
    assert labellers(desk, tmp_path / "demo") == "simulated"

    ana.annotate(numbers[second.id], desk.result(second, Status.NONE), seconds=3.0)
    assert labellers(desk, tmp_path / "demo") == "people and simulated annotators"

    (answer,) = [
        work for row in ana.rows() if row["id"] == numbers[first.id] for work in row["annotations"]
    ]
    ana.rewrite("annotations", answer["id"], answer["result"][:1])  # the person changes it
    assert labellers(desk, tmp_path / "demo") == "people"
