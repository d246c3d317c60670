"""The planning of a push from values, and its sending into lists: no server is needed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.assignment.control_items import ControlItem, remembered_control_items
from annotate.assignment.queues import AssignmentConfig
from annotate.core.errors import InputError, ServerError
from annotate.core.io.jsonl import to_line
from annotate.core.predictions import Prediction
from annotate.core.records import Paragraph
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.annotator_projects import REVIEW, SHARED, PageSettings
from annotate.label_studio.connection import Connection
from annotate.label_studio.task_data import data_digest, task_data
from annotate.label_studio.tasks import TaskSummary, Work
from annotate.paragraphs.file import write_paragraphs
from annotate.paragraphs.index import open_index
from annotate.privacy.withdrawal_list import Withdrawn, update_list, withdrawn_file
from annotate.sync.push import (
    PushFiles,
    PushPlan,
    PushRequest,
    Snapshot,
    plan_push,
    read_files,
    read_snapshot,
    send,
    send_to_project,
)
from annotate.sync.upload import PushReport
from tests.annotate.samples import paragraph
from tests.annotate.stores import Fault, ListStore

ROWS = [
    paragraph(f"Text {article} {n}.", article=f"article {article}", position=n)
    for article in range(3)
    for n in range(2)
]
ELSEWHERE = Connection("http://127.0.0.1:9", "token", "http://127.0.0.1:9")
OURS = Connection("http://127.0.0.1:9", "t", "studio-1", {"ana": "a", "ben": "b", "cy": "c"})
ANSWER = Work(1, 7, [], skipped=False, draft=False, seconds=1.0, updated_at="2026-11-02")


@pytest.fixture
def request_(small: Taxonomy) -> PushRequest:
    return PushRequest("mine", PageSettings(small), ROWS)


def tasks(*rows: Paragraph, first: int = 1) -> tuple[TaskSummary, ...]:
    return tuple(
        TaskSummary(number, row.id, data_digest(task_data(row)), sound=True)
        for number, row in enumerate(rows, first)
    )


def ids(rows: Sequence[object]) -> list[str]:
    return [row.id for row in rows if isinstance(row, Paragraph)]


def test_an_empty_server_gets_everything_in_one_shared_project(request_: PushRequest) -> None:
    plan = plan_push(request_, Snapshot(ELSEWHERE))

    assert {a: ids(rows) for a, rows in plan.queues.items()} == {SHARED: ids(ROWS)}
    assert (plan.present, plan.changed, plan.assignment) == (0, {SHARED: {}}, None)
    assert plan.report == PushReport(6, 0, 0)
    assert list(plan.lines()) == []


def test_a_shared_project_gets_only_what_is_new_or_changed(request_: PushRequest) -> None:
    old = replace(ROWS[1], next="Another end.")
    other = paragraph("Not in the input.")
    plan = plan_push(request_, Snapshot(ELSEWHERE, tasks={SHARED: tasks(ROWS[0], old, other)}))

    assert ids(plan.queues[SHARED]) == ids(ROWS[2:])
    assert plan.present == 2  # the task that is not in the input does not count
    assert plan.changed == {SHARED: {2: ROWS[1]}}
    assert plan.report == PushReport(4, 2, 0, updated=1)


def test_where_there_is_a_review_project_alone_the_push_is_shared(request_: PushRequest) -> None:
    snapshot = Snapshot(ELSEWHERE, tasks={})

    assert list(plan_push(request_, snapshot).queues) == [SHARED]


def test_without_annotators_those_who_have_the_project_get_it(request_: PushRequest) -> None:
    connection = replace(OURS, closed=frozenset({"cy"}))
    snapshot = Snapshot(connection, tasks={"ben": (), "cy": (), "ana": (), SHARED: ()})

    plan = plan_push(request_, snapshot)

    assert list(plan.queues) == ["ben", "ana"]  # cy's account is closed
    assert [len(rows) for rows in plan.queues.values()] == [6, 6]


def test_named_annotators_are_preferred_to_those_who_have_the_project(
    request_: PushRequest,
) -> None:
    asked = replace(request_, annotators=["cy"])

    plan = plan_push(asked, Snapshot(OURS, tasks={"ana": (), "ben": ()}))

    assert {a: ids(rows) for a, rows in plan.queues.items()} == {"cy": ids(ROWS)}


def test_what_others_have_counts_for_the_overlap_and_is_not_reported(
    request_: PushRequest,
) -> None:
    asked = replace(request_, annotators=["ana"], assignment=AssignmentConfig(overlap=1))
    changed = replace(ROWS[0], next="Another end.")
    snapshot = Snapshot(
        OURS, tasks={"ana": tasks(ROWS[2]), "ben": tasks(changed, ROWS[1], first=7)}
    )

    plan = plan_push(asked, snapshot)

    assert {a: ids(rows) for a, rows in plan.queues.items()} == {"ana": ids(ROWS[3:])}
    assert plan.present == 1
    assert plan.changed == {"ana": {}}  # ben gets nothing now, not even another context


def test_present_is_counted_for_each_annotator(request_: PushRequest) -> None:
    snapshot = Snapshot(OURS, tasks={"ana": tasks(*ROWS), "ben": tasks(*ROWS[:2])})

    plan = plan_push(request_, snapshot)

    assert plan.present == 8
    assert ids(plan.queues["ben"]) == ids(ROWS[2:])
    assert plan.report == PushReport(4, 8, 0)


@pytest.mark.parametrize(("overlap", "sent"), [(None, 12), (1, 6), (3, 18)])
def test_two_people_get_each_paragraph_unless_another_overlap_is_asked_for(
    overlap: int | None, sent: int, request_: PushRequest
) -> None:
    config = AssignmentConfig(overlap=overlap)
    asked = replace(request_, annotators=["ana", "ben", "cy"], assignment=config)

    assert plan_push(asked, Snapshot(OURS)).report.added == sent


def test_a_shared_project_with_tasks_is_not_divided(request_: PushRequest) -> None:
    asked = replace(request_, annotators=["ana"])

    with pytest.raises(ServerError, match="project 'mine' is shared by everybody"):
        plan_push(asked, Snapshot(OURS, tasks={SHARED: tasks(ROWS[0])}))

    assert list(plan_push(asked, Snapshot(OURS, tasks={SHARED: ()})).queues) == ["ana"]


@pytest.mark.parametrize(
    "config",
    [
        AssignmentConfig(overlap=1),
        AssignmentConfig(pilot=2),
        AssignmentConfig(control_items=[ControlItem(ROWS[0], frozenset())]),
    ],
)
def test_a_shared_project_takes_no_settings_of_an_assignment(
    config: AssignmentConfig, request_: PushRequest
) -> None:
    with pytest.raises(InputError, match="--overlap, --pilot and --gold are for annotators"):
        plan_push(replace(request_, assignment=config), Snapshot(ELSEWHERE))


def test_a_pilot_gives_everybody_the_same(request_: PushRequest) -> None:
    asked = replace(request_, annotators=["ana", "ben", "cy"], assignment=AssignmentConfig(pilot=3))

    queues = plan_push(asked, Snapshot(OURS)).queues

    assert len({tuple(ids(rows)) for rows in queues.values()}) == 1
    assert [len(rows) for rows in queues.values()] == [3, 3, 3]


def test_control_items_go_to_everybody_who_lacks_them_and_are_announced(
    request_: PushRequest,
) -> None:
    known = paragraph("Everybody knows this one.", article="known")
    config = AssignmentConfig(1, 13, 0, [ControlItem(known, frozenset({"Doubt"}))], 0.1)
    asked = replace(request_, annotators=["ana", "ben"], assignment=config)

    plan = plan_push(asked, Snapshot(OURS, tasks={"ana": tasks(known)}))

    assert known.id not in ids(plan.queues["ana"])
    assert known.id in ids(plan.queues["ben"])
    lines = list(plan.lines())
    assert "to send; each person will have: ana" in lines[0]
    assert lines[-1] == "1 control items for everybody"
    without = replace(asked, assignment=AssignmentConfig(1))
    assert not any("control" in line for line in plan_push(without, Snapshot(OURS)).lines())


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        (OURS, ["only the administrator sees this project; --annotators ana,ben,cy gives"]),
        (replace(OURS, closed=frozenset({"ana", "cy"})), ["--annotators ben gives people"]),
        (replace(OURS, people={}), []),
        (ELSEWHERE, []),
    ],
)
def test_a_shared_project_on_our_server_says_who_could_have_one(
    connection: Connection, said: list[str], request_: PushRequest
) -> None:
    lines = list(plan_push(request_, Snapshot(connection)).lines())

    assert len(lines) == len(said)
    assert all(text in line for text, line in zip(said, lines, strict=True))


def shared(request: PushRequest, store: ListStore) -> PushPlan:
    """The plan after one look at the store."""
    return plan_push(request, Snapshot(ELSEWHERE, tasks={SHARED: tuple(store.summaries())}))


def sent(plan: PushPlan, store: ListStore, told: list[int] | None = None) -> PushReport:
    advance = (lambda count: None) if told is None else told.append
    return send_to_project(plan, SHARED, store, advance)


def test_a_push_lists_the_tasks_once(request_: PushRequest) -> None:
    store, told = ListStore(), list[int]()

    assert sent(shared(request_, store), store, told) == PushReport(6, 0, 0)
    assert (store.looks, store.sent, told) == (1, [6], [6])
    assert sent(shared(request_, store), store) == PushReport(0, 0, 0)
    assert (store.looks, store.sent) == (2, [6])


def test_predictions_of_new_paragraphs_take_one_more_list_and_of_old_ones_none(
    request_: PushRequest,
) -> None:
    store = ListStore()
    scores = {row.id: Prediction(row.id, "m", 0.5) for row in ROWS}
    asked = replace(request_, predictions=scores)

    assert sent(shared(asked, store), store) == PushReport(6, 0, 0, predictions=6)
    assert store.looks == 2
    assert [row["task"] for row in store.predictions] == [1, 2, 3, 4, 5, 6]
    other = {row.id: Prediction(row.id, "n", 0.5) for row in ROWS}
    again = shared(replace(asked, predictions=other), store)
    assert sent(again, store) == PushReport(0, 0, 0, predictions=6)
    assert store.looks == 3


def test_after_a_doubt_the_tasks_are_listed_to_see_and_once_for_doubles(
    request_: PushRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.label_studio.retry._PAUSES", (0.0,) * 4)
    store = ListStore(faults=[Fault.COMMITS_THEN_FAILS])

    assert sent(shared(request_, store), store) == PushReport(6, 0, 6)
    assert store.looks == 3
    assert set(store.copies().values()) == {1}


def test_two_pushes_of_the_same_plan_leave_each_paragraph_once(request_: PushRequest) -> None:
    store = ListStore()
    first, second = shared(request_, store), shared(request_, store)

    assert sent(first, store).doubles == 0
    assert sent(second, store) == PushReport(6, 0, 0, doubles=6)
    assert [task.number for task in store.held] == [1, 2, 3, 4, 5, 6]


def test_doubles_of_before_go_and_a_prediction_is_for_the_task_that_stays(
    request_: PushRequest,
) -> None:
    store = ListStore()
    store.fill(ROWS[0], ROWS[0], ROWS[1], ROWS[1])
    store.leave(4, ANSWER)
    scores = {row.id: Prediction(row.id, "m", 0.5) for row in ROWS[:2]}
    asked = replace(request_, paragraphs=ROWS[:2], predictions=scores)

    assert sent(shared(asked, store), store) == PushReport(0, 0, 0, doubles=1, predictions=2)
    assert [task.number for task in store.held] == [1, 3, 4]
    assert {row["task"] for row in store.predictions} == {1, 4}


def test_changed_context_is_sent_but_not_under_somebodys_work(request_: PushRequest) -> None:
    store, told = ListStore(), list[int]()
    store.fill(*ROWS)
    store.leave(2, ANSWER)
    now = [replace(row, next="Another end.") for row in ROWS[:3]]

    report = sent(shared(replace(request_, paragraphs=now), store), store, told)

    assert report == PushReport(0, 0, 0, updated=2, kept=1)
    assert [task.data["next"] for task in store.held[:3]] == [
        "Another end.",
        ROWS[1].next,
        "Another end.",
    ]
    assert told == [1, 1, 1]


def test_a_sent_plan_reports_the_sum_and_where_each_annotator_labels(
    request_: PushRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    known = ControlItem(paragraph("Everybody knows it.", article="known"), frozenset({"Doubt"}))
    stores = {"ana": ListStore(labelling_url="at/ana"), "ben": ListStore(labelling_url="at/ben")}
    for name in ("ensure_projects", "find_projects"):
        monkeypatch.setattr(f"annotate.sync.push.{name}", lambda *args: stores)
    config = AssignmentConfig(2, 13, 0, [known], 0.1)
    asked = replace(request_, annotators=["ana", "ben"], assignment=config)
    plan = plan_push(asked, Snapshot(OURS, tasks={"ana": tasks(ROWS[0])}))
    stores["ana"].fill(ROWS[0])

    report, links = send(plan)

    assert report == PushReport(13, 1, 0)
    assert links == {"ana": "at/ana", "ben": "at/ben"}
    assert all(len(store.held) == 7 for store in stores.values())
    assert remembered_control_items("mine") == {known.paragraph.id: frozenset({"Doubt"})}


def test_a_shared_plan_asks_for_the_project_of_nobody(
    request_: PushRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def ensure(*args: object) -> dict[str, ListStore]:
        asked.extend(args)
        return {SHARED: ListStore()}

    monkeypatch.setattr("annotate.sync.push.ensure_projects", ensure)
    monkeypatch.setattr("annotate.sync.push.find_projects", lambda *args: {})

    report, links = send(plan_push(request_, Snapshot(ELSEWHERE)))

    assert asked == [ELSEWHERE, "mine", [], request_.settings, {}]
    assert (report.added, list(links)) == (6, [SHARED])


def test_the_look_at_the_server_checks_all_projects_and_lists_all_but_the_review_project(
    request_: PushRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = {"ana": ListStore(), REVIEW: ListStore()}
    stores["ana"].fill(ROWS[0])
    checked: list[object] = []
    monkeypatch.setattr("annotate.sync.push.find_projects", lambda *args: stores)
    monkeypatch.setattr("annotate.sync.push.check_fit", lambda *args: checked.append(args[0]))

    snapshot = read_snapshot(OURS, request_)

    assert snapshot.tasks == {"ana": tasks(ROWS[0])}
    assert checked == list(stores.values())
    assert [store.looks for store in stores.values()] == [1, 0]
    with pytest.raises(InputError, match="'zoe' has no account"):
        read_snapshot(OURS, replace(request_, annotators=["zoe"]))


def test_files_complete_a_request_without_what_is_withdrawn(
    request_: PushRequest, tmp_path: Path
) -> None:
    file, key = tmp_path / "p.jsonl", tmp_path / "key.json"
    write_paragraphs(file, ROWS)
    update_list(withdrawn_file(key), Withdrawn.naming(article_id="article 1"))
    priority, gold, scores = (tmp_path / f"{name}.jsonl" for name in ("a", "b", "c"))
    priority.write_text(to_line({"id": ROWS[5].id, "priority": 1}))
    gold.write_text(to_line({"id": ROWS[0].id, "labels": ["Doubt"]}))
    scores.write_text(
        to_line({"id": ROWS[0].id, "model": "m", "labels": [], "scores": {"Doubt": 0.7}})
    )
    asked = replace(request_, assignment=AssignmentConfig(control_share=0.2))

    with open_index(file) as index:
        full = read_files(asked, PushFiles(index, priority, gold, scores), key)

        order = [ROWS[5], ROWS[0], ROWS[1], ROWS[4]]
        assert [row.id for row in full.paragraphs] == ids(order)
        assert list(full.load(full.paragraphs)) == order
        assert full.withdrawn == 2
        (item,) = full.assignment.control_items
        assert (item.paragraph.id, item.labels) == (ROWS[0].id, frozenset({"Doubt"}))
        assert full.assignment.control_share == 0.2
        assert full.predictions == {ROWS[0].id: Prediction(ROWS[0].id, "m", 0.7)}

        plain = read_files(request_, PushFiles(index), tmp_path / "elsewhere" / "key.json")
        assert ([row.id for row in plain.paragraphs], plain.withdrawn) == (ids(ROWS), 0)
        assert (list(plain.assignment.control_items), plain.predictions) == ([], {})
