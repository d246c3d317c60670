"""What a real server stores unchecked, and what becomes of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotate.core.records import Paragraph, Span
from annotate.label_config.labeling_page import COMMENT, TEXT
from annotate.label_studio.task_data import task_data
from annotate.sync.upload import upload
from tests.studio.desk import (
    Desk,
    choice,
    mark,
    paragraphs,
    rejected_rows,
    task_numbers,
    verdict,
)

pytestmark = pytest.mark.studio

TICK = choice("techniques_call", "Slogans")
OTHER = choice("techniques_attack_on_reputation", "Doubt")
WORDS = "Better a bridge than a ditch, they say."
BAD: dict[str, tuple[list[Any], str]] = {
    "unknown choice": ([choice("techniques_call", "Slogan")], "unknown label 'Slogan'"),
    "choice of another group": ([choice("techniques_call", "Doubt")], "unknown label 'Doubt'"),
    "unknown control": ([choice("sentiment", "Slogans")], "unknown control 'sentiment'"),
    "technique with none": ([TICK, verdict("none")], "together with 'no technique'"),
    "technique with unusable": ([TICK, verdict("unusable")], "together with 'not usable'"),
    "negative span": ([TICK, mark(-4, 3, "call")], "bad span: -4 to 3"),
    "span behind the end": ([TICK, mark(0, 4000, "call")], "bad span: 0 to 4000"),
    "span that starts nowhere": ([TICK, mark("0", None, "call")], "are not offsets"),
    "span of other words": ([TICK, mark(0, 6, "call", text="Worse ")], "not the words"),
    "unknown span label": ([TICK, mark(0, 6, "shout")], "unknown label 'shout'"),
    "marked words only": ([mark(0, 6, "call")], "no technique is ticked"),
    "nothing": ([], "an empty answer"),
    "junk": ([{"value": 7}, {"junk": None}], "a result without a value"),
}


@pytest.fixture
def pushed(desk: Desk) -> Callable[[int], list[tuple[Paragraph, int]]]:
    """Pushes so many paragraphs; each comes back with its task number."""

    def do(count: int) -> list[tuple[Paragraph, int]]:
        rows = paragraphs(*(f"{WORDS} No. {number}." for number in range(count)))
        upload(rows, desk.make())
        numbers = task_numbers(desk.open())
        return [(row, numbers[row.id]) for row in rows]

    return do


Pushed = Callable[[int], list[tuple[Paragraph, int]]]


def test_answers_that_cannot_be_used_are_set_aside_with_the_reason(
    desk: Desk, pushed: Pushed, tmp_path: Path
) -> None:
    tasks, ana, ben = pushed(len(BAD)), desk.open("ana"), desk.open("ben")
    for (_, number), (result, _reason) in zip(tasks, BAD.values(), strict=True):
        ana.annotate(number, result, seconds=1.0)
    ben.annotate(tasks[0][1], [TICK], seconds=1.0)

    report = desk.pull(tmp_path / "loop")

    set_aside = {row["paragraph"]: row for row in rejected_rows(report)}
    assert set_aside.keys() == {row.id for row, _ in tasks}
    for (row, _), (result, reason) in zip(tasks, BAD.values(), strict=True):
        assert reason in set_aside[row.id]["reason"]
        assert set_aside[row.id]["result"] == result
        assert set_aside[row.id]["annotator"] == "a1"
    project = f"{desk.url}/projects/{desk.open().number}/data"
    assert [row["where"] for row in rejected_rows(report)] == [
        f"{project}?task={number}" for _, number in tasks
    ]
    counts = report.ledger["annotators"]
    assert {n: c for n, c in counts["a1"].items() if c} == {"tasks": len(BAD), "rejected": len(BAD)}
    assert {n: c for n, c in counts["a2"].items() if c} == {
        "tasks": len(BAD),
        "labelled": 1,
        "unseen": len(BAD) - 1,
    }
    assert "studio.local" not in report.rejected_file.read_text("utf-8")


def test_spans_that_stand_twice_are_kept_once_and_named(
    desk: Desk, pushed: Pushed, tmp_path: Path
) -> None:
    ((row, number),) = pushed(1)
    desk.open("ana").annotate(number, [TICK, *[mark(0, 6, "call")] * 3], seconds=1.0)

    harvest = desk.gather(tmp_path)

    (found,) = harvest.annotations
    assert found.spans == (Span(0, 6, "Slogans"),)  # the only one of its group that is ticked
    (set_aside,) = harvest.rejected
    assert set_aside["reason"] == "span 0 to 6 'call' stands twice; kept once"
    assert set_aside["paragraph"] == row.id
    assert harvest.ledger["repeated_spans"] == 1


def test_of_two_answers_by_one_person_the_one_given_last_counts(
    desk: Desk, pushed: Pushed, tmp_path: Path
) -> None:
    ((row, number),) = pushed(1)
    ana = desk.open("ana")
    ana.annotate(number, [TICK], seconds=1.0)
    ana.annotate(number, [OTHER], seconds=2.0)

    harvest = desk.gather(tmp_path)

    (found,) = harvest.annotations
    assert (found.paragraph_id, found.labels) == (row.id, ("Doubt",))
    (set_aside,) = harvest.rejected
    assert set_aside["reason"] == "an older answer of the same annotator"
    assert set_aside["result"] == [TICK]


def test_an_answer_that_somebody_else_changed_is_nobodys(
    desk: Desk, pushed: Pushed, tmp_path: Path
) -> None:
    (_, by_ben), (own_row, by_herself) = pushed(2)
    ana = desk.open("ana")
    for number in (by_ben, by_herself):
        ana.annotate(number, [TICK], seconds=1.0)
    change(desk, "ben", by_ben, [OTHER])
    change(desk, "ana", by_herself, [OTHER])

    harvest = desk.gather(tmp_path)

    (found,) = harvest.annotations
    assert (found.paragraph_id, found.labels) == (own_row.id, ("Doubt",))
    (set_aside,) = harvest.rejected
    assert set_aside["reason"] == "changed by somebody else after it was submitted"
    counts = harvest.ledger["annotators"]["a1"]
    assert {state: count for state, count in counts.items() if count} == {
        "tasks": 2,
        "labelled": 1,
        "rejected": 1,
    }


def change(desk: Desk, name: str, task: int, result: list[Any]) -> None:
    with desk.http(name) as http:
        (found,) = http.get(f"/api/tasks/{task}/annotations/").raise_for_status().json()
        answer = http.patch(f"/api/annotations/{found['id']}/", json={"result": result})
        answer.raise_for_status()


def test_an_edit_that_was_never_saved_changes_nothing(
    desk: Desk, pushed: Pushed, tmp_path: Path
) -> None:
    ((_, number),) = pushed(1)
    desk.open("ana").annotate(number, [TICK], seconds=1.0)
    with desk.http("ben") as http:
        (found,) = http.get(f"/api/tasks/{number}/annotations/").raise_for_status().json()
        path = f"/api/tasks/{number}/annotations/{found['id']}/drafts"
        http.post(path, json={"result": [OTHER]}).raise_for_status()

    harvest = desk.gather(tmp_path)

    (found,) = harvest.annotations
    assert (found.annotator, found.status, found.labels) == ("a1", "labelled", ("Slogans",))
    assert list(harvest.ledger["annotators"]) == ["a1"]


def test_tasks_that_are_no_paragraphs_of_ours_are_counted_and_named(
    desk: Desk, pushed: Pushed, tmp_path: Path
) -> None:
    ((row, number),) = pushed(1)
    desk.open("ana").annotate(number, [TICK], seconds=1.0)
    foreign = {**task_data(row), "text": "Somebody changed the words of this one."}
    with desk.http() as http:
        path = f"/api/projects/{desk.open().number}/import"
        http.post(path, json=[{"data": foreign}]).raise_for_status()

    harvest = desk.gather(tmp_path)

    assert (harvest.ledger["tasks"], harvest.ledger["unreadable_tasks"]) == (2, 1)
    (set_aside,) = harvest.rejected
    assert "is not that of its text" in set_aside["reason"]


def test_comments_of_several_lines_come_back_as_one(
    desk: Desk, pushed: Pushed, tmp_path: Path
) -> None:
    ((_, number),) = pushed(1)
    value = {"text": ["first\nline", "second  line"]}
    comment = {"from_name": COMMENT, "to_name": TEXT, "type": "textarea", "value": value}
    desk.open("ana").annotate(number, [TICK, comment], seconds=1.0)

    (found,) = desk.gather(tmp_path).annotations

    assert found.comment == "first line second line"
