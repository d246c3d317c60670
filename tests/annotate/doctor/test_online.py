"""What doctor makes of a server's answers; the real server has its own tests."""

from datetime import UTC, datetime

import pytest

from annotate.doctor.check import State
from annotate.doctor.online import about_clock, about_release

NOON = datetime(2026, 11, 2, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("version", "state"),
    [("1.23.2", State.OK), ("1.23.9", State.OK), ("1.24.0", State.WARN), ("1.2.3", State.WARN)],
)
def test_a_release_that_was_not_tried_is_a_warning(version: str, state: State) -> None:
    found = about_release(version)

    assert found.state is state
    assert version in found.finding


@pytest.mark.parametrize(
    ("date", "state"),
    [
        ("Mon, 02 Nov 2026 12:01:00 GMT", State.OK),
        ("Mon, 02 Nov 2026 11:59:00 GMT", State.OK),
        ("Mon, 02 Nov 2026 12:01:01 GMT", State.WARN),
        ("Mon, 02 Nov 2026 11:58:59 GMT", State.WARN),
        ("Mon, 02 Nov 2026 14:00:00 +0200", State.OK),
        ("noon", State.WARN),
        ("", State.WARN),
    ],
)
def test_clocks_more_than_a_minute_apart_are_a_warning(date: str, state: State) -> None:
    found = about_clock(date, NOON)

    assert found.state is state
    assert bool(found.fix) == (state is State.WARN)
