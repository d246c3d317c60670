"""Answers that the administrator gives in annotators' projects on the real server."""

from pathlib import Path

import pytest

from annotate.core.records import Status
from annotate.label_studio.annotator_projects import (
    PageSettings,
    counting_administrator,
    ensure_projects,
    open_projects,
)
from annotate.label_studio.connection import Connection
from annotate.sync.collect import ADMINISTRATORS, Collected, collect
from annotate.sync.upload import upload
from tests.studio.desk import Desk, paragraphs, task_numbers

pytestmark = pytest.mark.studio


def gather(desk: Desk, at: Connection, folder: Path, *, include_admin: bool = False) -> Collected:
    projects = open_projects(at, desk.title, desk.taxonomy)
    projects = counting_administrator(projects) if include_admin else projects
    return collect(list(projects.values()), desk.taxonomy, folder / "key.json")


def test_they_do_not_count_on_the_embedded_server(desk: Desk, tmp_path: Path) -> None:
    (row,) = rows = paragraphs("They lied to you.")
    dan = desk.streams("dan")["dan"]
    upload(rows, dan)
    answer = {"result": desk.result(row, Status.NONE), "lead_time": 1.0}
    with desk.http("admin") as http:
        task = task_numbers(dan)[row.id]
        http.post(f"/api/tasks/{task}/annotations/", json=answer).raise_for_status()

    left_out = gather(desk, desk.connection, tmp_path)
    counted = gather(desk, desk.connection, tmp_path, include_admin=True)

    assert (list(left_out.annotations), left_out.ledger[ADMINISTRATORS]) == ([], 1)
    assert [a.status for a in counted.annotations] == [Status.NONE]
    assert ADMINISTRATORS not in counted.ledger


def test_they_do_not_count_where_all_share_an_organisation(desk: Desk, tmp_path: Path) -> None:
    (row,) = rows = paragraphs("They lied to you.")
    at = desk.elsewhere()
    projects = ensure_projects(at, desk.title, ["ana", "admin"], PageSettings(desk.taxonomy))
    upload(rows, projects["ana"])
    upload(rows, projects["admin"])
    result = desk.result(row, Status.NONE)
    for name in ("ana", "ben", "admin"):
        by = open_projects(desk.seen_by(name), desk.title, desk.taxonomy)["ana"]
        by.annotate(task_numbers(by)[row.id], result, 1.0)
    own = open_projects(at, desk.title, desk.taxonomy)["admin"]
    own.annotate(task_numbers(own)[row.id], result, 1.0)

    for name in ("admin", "ben"):  # whoever pulls
        found = gather(desk, desk.seen_by(name), tmp_path)
        assert len({a.annotator for a in found.annotations}) == len(found.annotations) == 3
        assert found.ledger[ADMINISTRATORS] == 1
