"""Disputed paragraphs are decided in a review project on the real server; a pull lets that win."""

from pathlib import Path

import pytest

from annotate.aggregation.disputed import Disputed
from annotate.core.dataset_folder import DatasetFolder, open_dataset
from annotate.core.records import Origin, Paragraph, Status
from annotate.label_config.labeling_page import VOTES
from annotate.label_studio.client import LabelStudio
from annotate.label_studio.project import Project
from annotate.review.disagreements import find_disagreements
from annotate.review.feedback import sheets
from annotate.review.review_project import send_to_review
from annotate.sync.upload import PushReport, upload
from tests.studio.desk import Desk, annotation_rows, gold_rows, paragraphs, task_numbers

pytestmark = pytest.mark.studio

DISPUTED, AGREED = paragraphs("Shame on them!", "It rained.")


@pytest.fixture
def pulled(desk: Desk, tmp_path: Path) -> DatasetFolder:
    """Two people who differ about one of two paragraphs."""
    streams = desk.streams("dan", "eva")
    said = {"dan": ("Doubt", "Is it?"), "eva": ("Slogans", "")}
    for name, stream in streams.items():
        upload([DISPUTED, AGREED], stream)
        label, comment = said[name]
        fields = {"labels": (label,), "comment": comment}
        answer(desk, stream, DISPUTED, Status.LABELLED, **fields)
        answer(desk, stream, AGREED, Status.NONE)
    desk.pull(tmp_path / "room")
    return open_dataset(tmp_path / "room")


def answer(desk: Desk, stream: Project, row: Paragraph, status: Status, **fields: object) -> None:
    number = task_numbers(stream)[row.id]
    stream.annotate(number, desk.result(row, status, **fields), seconds=1.0)


def test_what_is_decided_is_the_label_and_everybodys_answer_is_kept(
    desk: Desk, pulled: DatasetFolder, tmp_path: Path
) -> None:
    found = find_disagreements(pulled.gold(), pulled.annotations(), None)
    sent, review = send_to_review(desk.connection, desk.title, found, desk.taxonomy, blind=False)
    again, _ = send_to_review(desk.connection, desk.title, found, desk.taxonomy, blind=False)
    assert (sent, again) == (PushReport(1, 0, 0), PushReport(0, 1, 0))
    assert [data[VOTES] for _, data in review.task_data()] == [
        "Of 2 answers: Casting doubt 1, Slogans 1. Comments: “Is it?”"
    ]

    answer(desk, review, DISPUTED, Status.LABELLED, labels=("Doubt", "Loaded_Language"))
    report = desk.pull(tmp_path / "room")

    (gold,) = (r for r in gold_rows(report.folder, desk.taxonomy) if r["id"] == DISPUTED.id)
    assert gold["labels"] == ["Doubt", "Loaded_Language"]
    assert gold["annotators"] == 2
    assert sorted(gold["scores"]) == [0.0] * 21 + [1.0] * 2
    rows = [r for r in annotation_rows(report.folder, desk.taxonomy) if r["id"] == DISPUTED.id]
    assert sorted((r["origin"], r["labels"]) for r in rows) == [
        (Origin.ADJUDICATION, ["Doubt", "Loaded_Language"]),
        (Origin.ANNOTATION, ["Doubt"]),
        (Origin.ANNOTATION, ["Slogans"]),
    ]
    (decided,) = report.ledger["adjudicators"].values()
    assert (decided["tasks"], decided["labelled"]) == (1, 1)
    # Agreement is that of the annotators: who decides about them is not one of them.
    (doubt,) = (row for row in report.agreement["labels"] if row["label"] == "Doubt")
    assert (doubt["answers"], doubt["positive"]) == (4, 1)
    decided_now = open_dataset(tmp_path / "room")
    assert find_disagreements(decided_now.gold(), decided_now.annotations(), None) == []
    labels = desk.taxonomy.labels
    lessons = sheets(decided_now.gold(), decided_now.annotations(), labels)
    assert [(s.answers, [(d.missed, d.extra) for d in s.differences]) for s in lessons] == [
        (2, [(("Loaded_Language",), ())]),
        (2, [(("Doubt", "Loaded_Language"), ("Slogans",))]),
    ]


def test_what_is_disputed_is_the_first_task_and_also_sent_where_it_left_gold(
    desk: Desk, tmp_path: Path
) -> None:
    streams = desk.streams("dan", "eva", "flo")
    for name, stream in streams.items():
        upload([AGREED, DISPUTED], stream)
        outvoted = Status.NONE if name != "flo" else Status.LABELLED
        labels = ("Slogans",) if name == "flo" else ()
        answer(desk, stream, AGREED, outvoted, labels=labels)
    answer(desk, streams["dan"], DISPUTED, Status.LABELLED, labels=("Doubt",))
    answer(desk, streams["eva"], DISPUTED, Status.NONE)
    desk.pull(tmp_path / "room", disputed=Disputed.DROP)
    dataset = open_dataset(tmp_path / "room")
    assert [row.paragraph.id for row in dataset.gold()] == [AGREED.id]

    found = find_disagreements(dataset.answered(), dataset.annotations(), None)
    _, review = send_to_review(desk.connection, desk.title, found, desk.taxonomy, blind=True)

    numbers = task_numbers(review)
    assert numbers[DISPUTED.id] < numbers[AGREED.id]
    answer(desk, review, DISPUTED, Status.LABELLED, labels=("Doubt",))
    desk.pull(tmp_path / "room", disputed=Disputed.DROP)
    labels_of = {r.paragraph.id: r.gold.labels for r in open_dataset(tmp_path / "room").gold()}
    assert labels_of == {AGREED.id: (), DISPUTED.id: ("Doubt",)}


def test_blind_review_shows_no_votes_and_no_annotator_finds_the_project(
    desk: Desk, pulled: DatasetFolder
) -> None:
    found = find_disagreements(pulled.gold(), pulled.annotations(), None)

    _, review = send_to_review(desk.connection, desk.title, found, desk.taxonomy, blind=True)

    assert [data[VOTES] for _, data in review.task_data()] == [""]
    for name in ("dan", "eva"):
        dans = LabelStudio(desk.url, desk.account(name).token)
        assert list(dans.projects(desk.title)) == [desk.title]
        with desk.http(name) as http:
            answer_ = http.get(f"/api/projects/{review.number}/")
            assert answer_.status_code == 404
