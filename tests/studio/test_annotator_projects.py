"""Streams on the real server: one for each annotator, and what the others meet of it."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.assignment.queues import AssignmentConfig
from annotate.core.errors import InputError
from annotate.core.records import Status
from annotate.label_studio.annotator_projects import (
    PageSettings,
    ensure_projects,
    find_projects,
    open_projects,
)
from annotate.label_studio.client import LabelStudio
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project
from annotate.sync.collect import collect
from annotate.sync.push import PushPlan, PushRequest, plan_push, read_snapshot, send
from annotate.sync.upload import PushReport, upload
from tests.studio.desk import Desk, paragraphs, task_numbers

pytestmark = pytest.mark.studio


def planned(connection: Connection, request: PushRequest) -> PushPlan:
    return plan_push(request, read_snapshot(connection, request))


def test_each_annotator_has_a_stream_and_a_pull_puts_them_together(
    desk: Desk, tmp_path: Path
) -> None:
    first, second, third = paragraphs("Shame on them!", "It rained.", "Vote now.")
    streams = desk.streams("dan", "eva")
    assert upload([first, second], streams["dan"]) == PushReport(2, 0, 0)
    assert upload([second, third], streams["eva"]) == PushReport(2, 0, 0)
    answer = desk.result(second, Status.LABELLED, labels=("Doubt",))
    streams["dan"].annotate(task_numbers(streams["dan"])[second.id], answer, seconds=2.0)
    streams["eva"].annotate(task_numbers(streams["eva"])[second.id], answer, seconds=3.0)
    none = desk.result(third, Status.NONE)
    streams["eva"].save_draft(task_numbers(streams["eva"])[third.id], none, seconds=1.0)

    harvest = desk.gather(tmp_path)

    assert {p.id for p in harvest.paragraphs} == {first.id, second.id, third.id}
    dan, eva = (harvest.names[name] for name in ("dan", "eva"))
    assert [(a.paragraph_id, a.annotator, a.status) for a in harvest.annotations] == [
        (second.id, dan, Status.LABELLED),
        (second.id, eva, Status.LABELLED),
        (third.id, eva, Status.DRAFT),
    ]
    counts = harvest.ledger["annotators"]
    assert (counts[dan]["tasks"], counts[dan]["unseen"]) == (2, 1)
    assert (counts[eva]["tasks"], counts[eva]["draft"]) == (2, 1)


def test_an_annotator_whom_the_server_does_not_know_is_said_and_nothing_is_made(
    desk: Desk,
) -> None:
    with pytest.raises(InputError, match=r"'zoe' has no account .* people --add zoe"):
        desk.streams("dan", "zoe")

    assert find_projects(desk.connection, desk.title) == {}


def test_an_empty_shared_project_does_not_stand_in_the_way(desk: Desk) -> None:
    desk.make()

    assert list(desk.streams("dan")) == ["dan"]


def test_without_annotators_those_who_have_the_project_are_meant(desk: Desk) -> None:
    desk.streams("eva", "dan")

    assert sorted(desk.streams()) == ["dan", "eva"]


def test_where_only_the_api_is_ours_each_annotator_has_a_project_of_the_own(
    desk: Desk, tmp_path: Path
) -> None:
    (row,) = paragraphs("Shame on them!")
    elsewhere = desk.elsewhere()
    streams = ensure_projects(elsewhere, desk.title, ["ana", "ben"], PageSettings(desk.taxonomy))
    for stream in streams.values():
        upload([row], stream)
    answer = desk.result(row, Status.LABELLED, labels=("Doubt",))
    ana = Project(LabelStudio(desk.url, desk.account("ana").token), streams["ana"].number, "x")
    ana.annotate(task_numbers(ana)[row.id], answer, seconds=1.0)

    assert set(streams["ana"].client.projects(desk.title)) == {
        f"{desk.title} (ana)",
        f"{desk.title} (ben)",
    }
    found = open_projects(elsewhere, desk.title, desk.taxonomy)
    harvest = collect(list(found.values()), desk.taxonomy, tmp_path / "key.json")
    ana_, ben_ = harvest.names["ana"], harvest.names["ben"]
    assert [(a.annotator, a.labels) for a in harvest.annotations] == [(ana_, ("Doubt",))]
    assert harvest.ledger["annotators"][ben_]["unseen"] == 1
    with pytest.raises(InputError, match="'zoe' has no account"):
        ensure_projects(elsewhere, desk.title, ["zoe"], PageSettings(desk.taxonomy))


def test_who_is_called_otherwise_now_keeps_the_pseudonym(desk: Desk, tmp_path: Path) -> None:
    (row,) = paragraphs("Shame on them!")
    upload([row], desk.make())
    answer = desk.result(row, Status.LABELLED, labels=("Doubt",))
    desk.open("cy").annotate(task_numbers(desk.open())[row.id], answer, seconds=1.0)
    before = desk.gather(tmp_path).annotations
    number = LabelStudio(desk.url, desk.account("cy").token).user

    with desk.http("cy") as http:
        renamed = {"first_name": "Cyrano", "last_name": "B."}
        http.patch(f"/api/users/{number}/", json=renamed).raise_for_status()

    assert desk.gather(tmp_path).annotations == before


def test_a_project_that_somebody_made_since_the_plan_is_used_and_not_made_again(
    desk: Desk,
) -> None:
    rows = paragraphs("Shame on the liars.", "The council met on Tuesday.")
    mine = planned(desk.elsewhere(), PushRequest(desk.title, PageSettings(desk.taxonomy), rows))
    theirs = planned(desk.elsewhere(), replace(mine.request, paragraphs=rows[:1]))

    send(theirs)
    send(mine)

    stream = desk.open()
    assert stream.client.projects(desk.title) == {desk.title: (stream.number,)}
    found = stream.client.sdk.projects.list(title=desk.title)
    assert len(list(found)) == 1
    assert sorted(task_numbers(stream)) == sorted(row.id for row in rows)


def test_a_plan_that_is_delivered_twice_sends_nothing_the_second_time(desk: Desk) -> None:
    rows = paragraphs(*(f"Paragraph {n}." for n in range(12)), articles=4)
    request = PushRequest(
        desk.title,
        PageSettings(desk.taxonomy),
        rows,
        annotators=["dan", "eva", "flo"],
        assignment=AssignmentConfig(2, 13),
    )

    report, links = send(planned(desk.connection, request))
    again = planned(desk.connection, replace(request, annotators=(), assignment=AssignmentConfig()))

    assert report == PushReport(24, 0, 0)
    assert list(links) == ["dan", "eva", "flo"]
    assert (again.present, any(again.queues.values())) == (24, False)
    held = Counter(i for stream in desk.streams().values() for i in task_numbers(stream))
    assert held == {row.id: 2 for row in rows}
