"""Streams on the real server: one for each annotator, and what the others meet of it."""

from pathlib import Path

import pytest

from annotate.core.records import Status
from annotate.push import PushReport, push
from tests.studio.desk import Desk, paragraphs, task_numbers

pytestmark = pytest.mark.studio


def test_each_annotator_has_a_stream_and_a_pull_puts_them_together(
    desk: Desk, tmp_path: Path
) -> None:
    first, second, third = paragraphs("Shame on them!", "It rained.", "Vote now.")
    streams = desk.streams("dan", "eva")
    assert push([first, second], streams["dan"]) == PushReport(2, 0, 0)
    assert push([second, third], streams["eva"]) == PushReport(2, 0, 0)
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
