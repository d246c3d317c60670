"""Twenty faults at random instants, before the session's server; benchmarks/faults.py has more."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.studio.desk import Desk
from tests.studio.faults import BATCH, NETWORK, Field, Kind, Place, fields, meet, until_met
from tests.studio.proxy import Fault
from tests.studio.pull_faults import Shelf, meet_pulling

pytestmark = [pytest.mark.studio, pytest.mark.slow]

SEED = 13
PUSHES: Sequence[Fault | Kind] = (*NETWORK, Kind.TWO_AT_ONCE, *[Kind.CLIENT_KILLED] * 3)
PULLS: Sequence[Fault | Kind] = (
    *[Kind.CLIENT_KILLED] * 3,
    Fault.CUT_WITHIN,
    Fault.TIMEOUT_AFTER,
    Fault.UNAUTHORISED,
)


@pytest.fixture
def place(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr("annotate.label_studio.retry._PAUSES", (0.2, 0.4, 0.8, 1.6))
    monkeypatch.setattr("annotate.sync.upload.BATCH", BATCH)
    return Place(desk.url, desk.account("admin").token, desk.taxonomy, tmp_path)


def test_after_a_fault_the_next_push_leaves_each_paragraph_once_and_all_work(
    place: Place, desk: Desk
) -> None:
    there: Iterator[Field] = fields(place, desk.title, random.Random(SEED))

    for kind in PUSHES:
        outcomes = list(until_met(lambda k=kind: meet(k, next(there))))  # type: ignore[misc]

        assert outcomes[-1].met, kind
        assert [(kind, outcome.harm) for outcome in outcomes if outcome.harm] == []


def test_a_fault_leaves_the_last_snapshot_whole_and_the_next_pull_succeeds(
    place: Place, desk: Desk
) -> None:
    shelf = Shelf(place, desk.title, random.Random(SEED))
    shelf.begin()

    for kind in PULLS:
        outcomes = list(until_met(lambda k=kind: meet_pulling(k, shelf)))  # type: ignore[misc]

        assert outcomes[-1].met, kind
        assert [(kind, outcome.harm) for outcome in outcomes if outcome.harm] == []
    assert shelf.loads()
