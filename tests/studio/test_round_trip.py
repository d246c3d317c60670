"""From paragraphs over a real server, where three people label them, to the dataset folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from annotate.core.records import Paragraph, Status, normalise
from annotate.core.taxonomy import Taxonomy
from annotate.paragraphs.file import read_paragraphs, write_paragraphs
from annotate.server.accounts import Account
from annotate.server.studio import OpenStudio
from annotate.sync.collect import STATES
from annotate.sync.pull import PullReport
from annotate.sync.upload import PushReport, missing, upload
from tests.studio.desk import (
    Desk,
    annotation_rows,
    gold_rows,
    new_desk,
    paragraphs,
    rejected_rows,
    task_numbers,
    words,
)

pytestmark = pytest.mark.studio

PLAIN = "Only a fool or a traitor would build that bridge, and the mayor is no fool."
ODD = (
    "👩‍👩‍👧 He said: \"Enough 🚧 — it’s “over”!\" & <script>alert('x')</script> </View> "
    "$text {{title}} 100 % \\n ﬁne"
)
RIGHT_TO_LEFT = "قال العمدة: “لن نبني الجسر أبدا” — רק טיפש יבנה גשר כזה, 2026."
SOBER = "The council meets on Tuesday at seven."
BROKEN = "Advertisement Advertisement Subscribe"
LAST = "Nobody knows who paid for it."


@dataclass(frozen=True, slots=True)
class Labelled:
    """A project that three people worked on, and what was pulled from it."""

    desk: Desk
    rows: list[Paragraph]
    pushed: PushReport
    report: PullReport


@pytest.fixture(scope="module")
def labelled(
    opened: OpenStudio,
    taxonomy: Taxonomy,
    colleagues: Mapping[str, Account],
    tmp_path_factory: pytest.TempPathFactory,
) -> Labelled:
    desk = new_desk(opened, taxonomy, colleagues)
    folder = tmp_path_factory.mktemp("loop")
    file = folder / "paragraphs.jsonl"
    write_paragraphs(file, paragraphs(PLAIN, ODD, RIGHT_TO_LEFT, SOBER, BROKEN, LAST))
    rows = list(read_paragraphs(file))
    pushed = upload(rows, desk.make())
    label(desk, rows)
    return Labelled(desk, rows, pushed, desk.pull(folder / "loop"))


def label(desk: Desk, rows: list[Paragraph]) -> None:
    """Ana and Ben answer everything they can; Cy skips and leaves a draft."""
    plain, odd, rtl, sober, broken, last = rows
    numbers = task_numbers(desk.open())
    name_calling = {"labels": ("Name_Calling-Labeling", "Doubt")}
    ana, ben, cy = desk.open("ana"), desk.open("ben"), desk.open("cy")
    spans = (words(PLAIN, "a fool or a traitor", "attack_on_reputation"),)
    sent = desk.result(
        plain, Status.LABELLED, **name_calling, spans=spans, comment="Both “words” <b>count</b> 🙂"
    )
    ana.annotate(numbers[plain.id], sent, seconds=12.5)
    ben.annotate(numbers[plain.id], desk.result(plain, Status.LABELLED, **name_calling), 3.0)
    both = (words(ODD, "“over”", "call"), words(ODD, "<script>", "manipulative_wording"))
    sent = desk.result(odd, Status.LABELLED, labels=("Slogans", "Loaded_Language"), spans=both)
    ana.annotate(numbers[odd.id], sent, seconds=1.0)
    spans = (words(RIGHT_TO_LEFT, "רק טיפש", "attack_on_reputation"),)
    sent = desk.result(rtl, Status.LABELLED, labels=("Name_Calling-Labeling",), spans=spans)
    ana.annotate(numbers[rtl.id], sent, seconds=1.0)
    for person in (ana, ben):
        person.annotate(numbers[sober.id], desk.result(sober, Status.NONE), seconds=2.0)
    ben.annotate(numbers[broken.id], desk.result(broken, Status.UNUSABLE), seconds=2.0)
    cy.skip(numbers[plain.id], seconds=4.0)
    draft = desk.result(last, Status.LABELLED, labels=("Doubt",))
    cy.save_draft(numbers[last.id], draft, seconds=5.0)


def test_what_three_people_label_comes_back_as_they_sent_it(labelled: Labelled) -> None:
    plain, odd, rtl, sober, broken, last = labelled.rows

    rows = annotation_rows(labelled.report.folder, labelled.desk.taxonomy)

    found = {(row["id"], row["annotator"]): row for row in rows}
    assert {key: row["status"] for key, row in found.items()} == {
        (plain.id, "a1"): "labelled",
        (plain.id, "a2"): "labelled",
        (plain.id, "a3"): "skipped",
        (odd.id, "a1"): "labelled",
        (rtl.id, "a1"): "labelled",
        (sober.id, "a1"): "none",
        (sober.id, "a2"): "none",
        (broken.id, "a2"): "unusable",
        (last.id, "a3"): "draft",
    }
    first = found[plain.id, "a1"]
    assert first["labels"] == ["Name_Calling-Labeling", "Doubt"]
    assert first["spans"] == [words(PLAIN, "a fool or a traitor", "attack_on_reputation")]
    assert first["comment"] == "Both “words” <b>count</b> 🙂"
    assert first["seconds"] == 12.5
    assert found[odd.id, "a1"]["spans"] == sorted(
        [words(ODD, "“over”", "Slogans"), words(ODD, "<script>", "Loaded_Language")]
    )
    name_calling = words(RIGHT_TO_LEFT, "רק טיפש", "Name_Calling-Labeling")
    assert found[rtl.id, "a1"]["spans"] == [name_calling]
    assert found[last.id, "a3"]["labels"] == ["Doubt"]
    assert rejected_rows(labelled.report) == []


def test_gold_holds_only_answered_paragraphs_with_their_words_unchanged(
    labelled: Labelled,
) -> None:
    plain, odd, rtl, sober, *_ = labelled.rows

    rows = gold_rows(labelled.report.folder, labelled.desk.taxonomy)

    gold = {row["id"]: (row["text"], row["annotators"], row["labels"]) for row in rows}
    assert gold == {
        plain.id: (PLAIN, 2, ["Name_Calling-Labeling", "Doubt"]),
        odd.id: (normalise(ODD), 1, ["Slogans", "Loaded_Language"]),
        rtl.id: (RIGHT_TO_LEFT, 1, ["Name_Calling-Labeling"]),
        sober.id: (SOBER, 2, []),
    }


def test_each_annotators_states_add_up_to_the_paragraphs(labelled: Labelled) -> None:
    ledger = labelled.report.ledger

    assert ledger["tasks"] == 6
    people = ledger["annotators"]
    assert {name: sum(counts[s] for s in STATES) for name, counts in people.items()} == {
        "a1": 6,
        "a2": 6,
        "a3": 6,
    }
    a3 = {state: count for state, count in people["a3"].items() if count}
    assert a3 == {"tasks": 6, "skipped": 1, "draft": 1, "unseen": 4}


def test_a_second_push_adds_nothing_by_whoever_it_is_made(labelled: Labelled) -> None:
    desk, rows = labelled.desk, labelled.rows

    assert labelled.pushed == PushReport(added=6, skipped=0, put_right=0)
    for name in ("admin", "ben"):
        assert upload(rows, desk.make(desk.seen_by(name))) == PushReport(0, 6, 0)
    assert task_numbers(desk.open()).keys() == {row.id for row in rows}
    assert [Paragraph.from_json(task.data) for task in desk.open().tasks()] == rows


def test_a_longer_push_adds_only_what_is_new(desk: Desk) -> None:
    rows, store = paragraphs(PLAIN, SOBER, LAST), desk.make()
    upload(rows[:2], store)

    assert missing(rows, task_numbers(store)) == rows[2:]
    assert upload(rows, store) == PushReport(added=1, skipped=2, put_right=0)
    assert task_numbers(store).keys() == {row.id for row in rows}


def test_pulling_again_gives_the_same_bytes(labelled: Labelled, tmp_path: Path) -> None:
    first = labelled.report.folder
    key_file = first.parents[2] / "key.json"
    (tmp_path / "key.json").write_bytes(key_file.read_bytes())

    again = labelled.desk.pull(tmp_path / "loop").folder

    files = [path.relative_to(first) for path in sorted(first.rglob("*")) if path.is_file()]
    assert len(files) >= 6
    assert again.name == first.name
    for file in files:
        assert (again / file).read_bytes() == (first / file).read_bytes()
