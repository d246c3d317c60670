"""Two projects of one title: how they come about, what counts of them, and a push unites them."""

import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.core.errors import InputError, ServerError
from annotate.core.records import Paragraph, Status
from annotate.label_studio.annotator_projects import (
    PageSettings,
    doubled_lines,
    ensure_projects,
    find_projects,
    open_projects,
)
from annotate.label_studio.client import LabelStudio
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project
from annotate.label_studio.task_data import task_data
from annotate.sync.collect import collect
from annotate.sync.pull import PullRequest, pull_projects
from annotate.sync.push import PushPlan, PushRequest, plan_push, read_snapshot, send
from annotate.sync.upload import PushReport
from tests.studio.desk import Desk, paragraphs, task_numbers
from tests.studio.proxy import Fault, failing_proxy
from tests.studio.server import TAXONOMY

pytestmark = pytest.mark.studio
ROWS = paragraphs(*(f"Paragraph {n} of a doubled project." for n in range(12)))


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate.label_studio.retry._PAUSES", (0.1, 0.2, 0.4, 0.8))


def planned(connection: Connection, desk: Desk, rows: list[Paragraph]) -> PushPlan:
    request = PushRequest(desk.title, PageSettings(desk.taxonomy), rows)
    return plan_push(request, read_snapshot(connection, request))


def push(desk: Desk, rows: list[Paragraph]) -> PushReport:
    return send(planned(desk.elsewhere(), desk, rows))[0]


def numbers(desk: Desk) -> tuple[int, ...]:
    return LabelStudio(desk.url, desk.account("admin").token).projects(desk.title)[desk.title]


def doubled(desk: Desk, rows: list[Paragraph]) -> list[Project]:
    """The project and a twin; each has the first halves of the paragraphs, and its own rest."""
    first = desk.make()
    second = first.client.make_project(desk.title, desk.config, "")
    both = replace(first, twins=(second,)).parts()
    for part, some in zip(both, (rows[:8], [*rows[:4], *rows[8:]]), strict=True):
        part.add([task_data(row) for row in some])
    return both


def answer(desk: Desk, name: str, part: Project, row: Paragraph, label: str) -> None:
    client = LabelStudio(desk.url, desk.account(name).token)
    result = desk.result(row, Status.LABELLED, labels=(label,))
    replace(part, client=client).annotate(task_numbers(part)[row.id], result, seconds=1.0)


def test_first_pushes_at_the_same_time_leave_one_project(desk: Desk) -> None:
    """Both looked before either made the project."""
    for race in range(4):
        here = replace(desk, title=f"{desk.title} {race}")
        plans = [planned(here.elsewhere(), here, ROWS) for _ in range(2)]
        threads = [threading.Thread(target=send, args=[plan]) for plan in plans]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)

        assert len(numbers(here)) == 1
        assert task_numbers(here.open()).keys() == {row.id for row in ROWS}
        assert push(here, ROWS) == PushReport(0, 12, 0)


@pytest.mark.parametrize(
    "fault",
    [
        Fault.TWICE,
        Fault.TIMEOUT_AFTER,
        Fault.CUT_AFTER,
        Fault.EMPTY_AFTER,
        Fault.CUT_BEFORE,
        Fault.BUSY_BEFORE,
        Fault.REFUSED_BEFORE,
        Fault.LATE_AFTER,
    ],
)
def test_a_project_whose_making_is_in_doubt_is_made_once(desk: Desk, fault: Fault) -> None:
    def makes(path: str) -> bool:
        return path == "/api/projects/"

    with failing_proxy(desk.url, fault, aim=makes, method="POST") as proxy:
        report, _ = send(planned(desk.elsewhere(url=proxy.url), desk, ROWS))

    assert (report.added, proxy.faults) == (12, [])
    if fault is Fault.LATE_AFTER:  # the server may see it after all that a push can look at
        push(desk, ROWS)
    assert len(numbers(desk)) == 1
    assert task_numbers(desk.open()).keys() == {row.id for row in ROWS}


def test_answers_in_both_projects_arrive_in_one_pull_and_the_ledger_balances(
    desk: Desk, tmp_path: Path
) -> None:
    first, second = doubled(desk, ROWS)
    answer(desk, "ana", first, ROWS[0], "Doubt")
    answer(desk, "ben", second, ROWS[0], "Doubt")
    answer(desk, "ben", second, ROWS[9], "Doubt")
    answer(desk, "cy", first, ROWS[1], "Doubt")
    answer(desk, "cy", second, ROWS[1], desk.taxonomy.labels[1])  # the newer one counts

    request = PullRequest(TAXONOMY, tmp_path / "d", tmp_path / "key.json", 13)
    projects = open_projects(desk.elsewhere(), desk.title, desk.taxonomy)
    report, _ = pull_projects(projects.values(), request, since_last=False)
    again, read = pull_projects(projects.values(), request, since_last=True)

    assert report.folder == again.folder
    assert [(r.total, r.read) for r in read] == [(16, 0)]
    ledger = report.ledger
    assert (ledger["tasks"], ledger["given"], ledger["doubled_tasks"]) == (16, 12, 4)
    assert sorted(c["labelled"] for c in ledger["annotators"].values()) == [1, 1, 2]
    harvest = collect(list(projects.values()), desk.taxonomy, tmp_path / "key.json")
    labels = Counter((a.paragraph_id, a.labels) for a in harvest.annotations)
    assert labels == {
        (ROWS[0].id, ("Doubt",)): 2,
        (ROWS[9].id, ("Doubt",)): 1,
        (ROWS[1].id, (desk.taxonomy.labels[1],)): 1,
    }
    (older,) = harvest.rejected
    assert older["reason"] == "an older answer of the same annotator"
    assert f"/projects/{first.number}/" in older["where"]


def test_a_push_moves_what_nobody_worked_on_and_leaves_no_answer_behind(
    desk: Desk, tmp_path: Path
) -> None:
    first, second = doubled(desk, ROWS)
    answer(desk, "ana", first, ROWS[0], "Doubt")
    answer(desk, "ben", second, ROWS[0], "Doubt")
    answer(desk, "ben", second, ROWS[9], "Doubt")
    ben = LabelStudio(desk.url, desk.account("ben").token)
    tasks = task_numbers(second)
    replace(second, client=ben).skip(tasks[ROWS[1].id], 1.0)
    replace(second, client=ben).save_draft(
        tasks[ROWS[10].id], desk.result(ROWS[10], Status.NONE), 1.0
    )
    before = desk.gather(tmp_path).annotations
    changed = [replace(row, next="Another end.") for row in ROWS]

    report = push(desk, changed)

    # Of the 8 in the second one 4 have work, 2 are in the first one too.
    assert (report.added, report.moved, report.doubles) == (0, 2, 2)
    assert set(task_numbers(first)) == {r.id for n, r in enumerate(ROWS) if n not in (9, 10)}
    assert set(task_numbers(second)) == {ROWS[n].id for n in (0, 1, 9, 10)}
    assert desk.gather(tmp_path).annotations == before
    assert {d["next"] for _, d in first.task_data() if d["id"] != ROWS[0].id} == {"Another end."}
    assert push(desk, changed) == PushReport(0, 14, 0, kept=5)


def test_a_second_project_without_work_is_deleted(desk: Desk) -> None:
    first, _ = doubled(desk, ROWS)

    report = push(desk, ROWS)

    assert (report.added, report.moved, report.doubles) == (0, 4, 4)
    assert numbers(desk) == (first.number,)
    assert task_numbers(first).keys() == {row.id for row in ROWS}


def test_annotators_own_projects_and_the_review_project_are_united_too(desk: Desk) -> None:
    for connection, name, title in (
        (desk.connection, "dan", desk.title),
        (desk.elsewhere(), "ana", f"{desk.title} (ana)"),
    ):
        settings = PageSettings(desk.taxonomy)
        (first,) = ensure_projects(connection, desk.title, [name], settings).values()
        second = first.client.make_project(title, desk.config, "")
        replace(first, number=second).add([task_data(row) for row in ROWS])

        project = find_projects(connection, desk.title)[name]
        assert project.twins == (second,)
        (line,) = doubled_lines(desk.title, {name: project})
        assert f"of {name} exists 2 times" in line
        request = PushRequest(desk.title, settings, ROWS)
        send(plan_push(request, read_snapshot(connection, request)))
        assert first.client.projects(title)[title] == (first.number,)
        assert task_numbers(first).keys() == {row.id for row in ROWS}


def test_a_twin_with_other_labels_is_refused(desk: Desk) -> None:
    other = '<View><Text name="text" value="$text"/></View>'
    number = desk.make().client.make_project(desk.title, other, "")

    with pytest.raises(ServerError, match=f"project {number} at .* has other labels"):
        open_projects(desk.elsewhere(), desk.title, desk.taxonomy)
    with pytest.raises(ServerError, match=f"project {number} at .* has other labels"):
        push(desk, ROWS)


def test_a_name_that_the_server_would_refuse_is_refused_before_anything_is_made(
    desk: Desk,
) -> None:
    named = replace(desk, title=desk.title.ljust(46, "x"))
    request = PushRequest(named.title, PageSettings(desk.taxonomy), ROWS, ["ana", "ben", "cy"])

    with pytest.raises(InputError, match=r"\(ana\)' has 52 characters: .* 3 to 50"):
        read_snapshot(desk.elsewhere(), request)
    short = replace(request, project=desk.title.ljust(45, "x"), annotators=["cy", "ana"])
    with pytest.raises(InputError, match="has 51 characters"):
        ensure_projects(desk.elsewhere(), short.project, ["cy", "ana"], request.settings)
    assert find_projects(desk.elsewhere(), short.project) == {}
    with pytest.raises(InputError, match="would change it"):
        read_snapshot(desk.elsewhere(), replace(request, project=" blank", annotators=[]))
