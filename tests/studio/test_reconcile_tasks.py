"""Tasks that are on the real server already: stale ones, doubled ones, and two pushes at once."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.core.errors import ServerError
from annotate.core.records import Paragraph, Status
from annotate.label_studio.annotator_projects import PageSettings, pushed_paragraphs
from annotate.label_studio.task_data import task_data
from annotate.paragraphs.file import read_paragraphs, write_paragraphs
from annotate.paragraphs.prepare import prepare
from annotate.sync.push import PushRequest, plan_push, read_snapshot
from annotate.sync.push import send as send_plan
from annotate.sync.upload import PushReport, upload
from tests.studio.desk import Desk, paragraphs, task_numbers
from tests.studio.proxy import Fault, failing_proxy
from tests.studio.test_command import PATIENCE, command

pytestmark = pytest.mark.studio

TEXTS = tuple(f"Paragraph number {number} of the fixed ones." for number in range(6))


def send(desk: Desk, rows: list[Paragraph]) -> PushReport:
    """As the command does, to the project that everybody shares."""
    request = PushRequest(desk.title, PageSettings(desk.taxonomy), rows)
    return send_plan(plan_push(request, read_snapshot(desk.elsewhere(), request)))[0]


def data_by_id(desk: Desk) -> dict[str, dict[str, object]]:
    return {str(data["id"]): dict(data) for _, data in desk.open().task_data()}


def test_changed_context_is_put_right_in_place_but_not_under_somebodys_work(desk: Desk) -> None:
    rows = paragraphs(*TEXTS)
    assert send(desk, rows) == PushReport(6, 0, 0)
    numbers = task_numbers(desk.open())
    ana, ben, cy = (desk.open(name) for name in ("ana", "ben", "cy"))
    answer = desk.result(rows[0], Status.LABELLED, labels=("Doubt",))
    ana.annotate(numbers[rows[0].id], answer, seconds=1.0)
    ben.save_draft(numbers[rows[1].id], answer, seconds=1.0)  # which the pusher cannot see
    cy.skip(numbers[rows[2].id], seconds=1.0)
    now = [replace(row, next="Another end.", title="Another title") for row in rows]

    assert send(desk, now) == PushReport(0, 6, 0, updated=3, kept=3)
    assert send(desk, now) == PushReport(0, 6, 0, updated=0, kept=3)

    assert task_numbers(desk.open()) == numbers
    data = data_by_id(desk)
    assert [data[row.id]["next"] for row in rows] == [rows[0].next] * 3 + ["Another end."] * 3
    assert data[rows[5].id] == {**now[5].to_json(), "outlet": now[5].source}


def test_doubles_are_taken_away_but_for_the_first_and_for_those_with_work(desk: Desk) -> None:
    rows = paragraphs(*TEXTS)
    stream = desk.make()
    for batch in (rows, rows[:3], rows[:1]):
        stream.add([task_data(row) for row in batch])
    stream.add([{**data_by_id(desk)[rows[0].id], "id": "by hand"}])
    tasks = [(number, str(data["id"])) for number, data in stream.task_data()]
    second = [number for number, id_ in tasks if id_ == rows[1].id][1]
    answer = desk.result(rows[1], Status.LABELLED, labels=("Doubt",))
    desk.open("ben").save_draft(second, answer, seconds=1.0)

    report = send(desk, rows)

    assert report == PushReport(0, 6, 0, doubles=3)
    left = [(number, str(data["id"])) for number, data in stream.task_data()]
    first = {id_: number for number, id_ in reversed(tasks)}
    assert left == sorted([*((n, i) for i, n in first.items()), (second, rows[1].id)])


def test_two_pushes_at_once_from_two_machines_leave_each_paragraph_once(
    desk: Desk, tmp_path: Path
) -> None:
    rows = paragraphs(*(f"Paragraph {n} that two people push at once." for n in range(40)))
    desk.make()
    running = []
    for machine in ("one", "two"):
        write_paragraphs(tmp_path / machine / "p.jsonl", rows)
        words = ["push", "p.jsonl", "--project", desk.title, "--url", desk.url, "--taxonomy"]
        words += [str(Path.cwd() / "label_config" / "taxonomy.yaml")]
        called = command(*words, cwd=tmp_path / machine)
        called["env"]["LABEL_STUDIO_API_KEY"] = desk.account("admin").token
        running.append(subprocess.Popen(**called))

    for process in running:
        said = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said

    assert task_numbers(desk.open()).keys() == {row.id for row in rows}
    assert send(desk, rows) == PushReport(0, 40, 0)


def test_a_token_that_ends_in_the_middle_is_one_line_and_the_next_push_completes_it(
    desk: Desk,
) -> None:
    rows = paragraphs(*(f"Paragraph {n} of a long push." for n in range(1500)))
    with failing_proxy(desk.url, Fault.NONE, Fault.UNAUTHORISED) as proxy:
        stream = desk.make(desk.elsewhere(url=proxy.url))
        with pytest.raises(ServerError, match="refused the legacy token"):
            upload(rows, stream)

    assert len(task_numbers(desk.open())) == 1000
    assert send(desk, rows) == PushReport(500, 1000, 0)


def test_near_duplicates_of_what_is_pushed_share_its_cluster(desk: Desk, tmp_path: Path) -> None:
    story = (
        "On Tuesday the council voted, after a debate that went on until the lamps were out, to "
        "sell the old ferry to a company whose owner sits in the same council, and nobody {}."
    )
    old = paragraphs(story.format("laughed"), "Made by hand.")
    stream = desk.make()
    upload(old[:1], stream)
    stream.add([{**data_by_id(desk)[old[0].id], "id": "by hand"}])
    (tmp_path / "new.txt").write_text(f"A title\n\n{story.format('cried')}\n")
    output = tmp_path / "p.jsonl"

    report = prepare(
        [tmp_path / "new.txt"], output, pushed=pushed_paragraphs(desk.elsewhere(), desk.title)
    )

    assert [p.cluster for p in read_paragraphs(output)] == [old[0].id]
    assert (report.articles, report.paragraphs, report.near_duplicates) == (1, 1, 1)
