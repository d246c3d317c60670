"""Answers that cannot be used go back to the annotator, on a real server."""

from pathlib import Path

import pytest

from annotate.core.records import Status
from annotate.review.reopen import reopen_answers
from annotate.sync.upload import upload
from tests.studio.desk import Desk, choice, paragraphs, task_numbers, verdict

pytestmark = pytest.mark.studio

TICK = choice("techniques_call", "Slogans")


def test_an_answer_that_cannot_be_used_comes_back_as_a_draft_and_the_others_stay(
    desk: Desk, tmp_path: Path
) -> None:
    project = desk.streams("dan")["dan"]
    empty, both, good, skipped = paragraphs("Empty.", "Both.", "Good.", "Skipped.")
    upload([empty, both, good, skipped], project)
    number = task_numbers(project)
    project.annotate(number[empty.id], [], 3)
    project.annotate(number[both.id], [TICK, verdict("none")], 5)
    project.annotate(number[good.id], [TICK], 4)
    project.skip(number[skipped.id], 1)
    with desk.http("dan") as dan:
        nothing_left = dan.get(f"/api/projects/{project.number}/next").status_code
    assert nothing_left == 404

    counted = reopen_answers(project, desk.taxonomy, tmp_path / "old", dry_run=True)
    unchanged = desk.gather(tmp_path).ledger["annotators"]["a1"]
    report = reopen_answers(project, desk.taxonomy, tmp_path / "old")

    assert counted.reasons == report.reasons
    assert dict(report.reasons) == {
        "an empty answer": 1,
        "a technique together with 'no technique'": 1,
    }
    assert (unchanged["rejected"], unchanged["labelled"]) == (2, 1)
    assert counted.backup is None
    assert report.backup
    assert len(report.backup.read_text("utf-8").splitlines()) == 2
    with desk.http("dan") as dan:
        offered = dan.get(f"/api/projects/{project.number}/next").json()["id"]
    assert offered in {number[empty.id], number[both.id]}
    after = desk.gather(tmp_path)
    assert list(after.rejected) == []
    states = {a.paragraph_id: a.status for a in after.annotations}
    assert states == {
        empty.id: Status.DRAFT,
        both.id: Status.DRAFT,
        good.id: Status.LABELLED,
        skipped.id: Status.SKIPPED,
    }
    assert reopen_answers(project, desk.taxonomy, tmp_path / "old").answers == 0


def test_another_persons_draft_does_not_stand_for_the_answer_that_comes_back(
    desk: Desk, tmp_path: Path
) -> None:
    (row,) = paragraphs("Two people worked on it.")
    shared = desk.make()
    upload([row], shared)
    task = task_numbers(shared)[row.id]
    desk.open("ben").save_draft(task, [TICK], 2)
    shared.annotate(task, [TICK, verdict("none")], 5)

    assert reopen_answers(shared, desk.taxonomy, tmp_path / "old").answers == 1

    after = desk.gather(tmp_path)
    assert [a.status for a in after.annotations] == [Status.DRAFT, Status.DRAFT]
