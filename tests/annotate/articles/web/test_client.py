from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.articles.web.client import seconds_asked

NOON = datetime(2026, 5, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Tue, 05 May 2026 12:00:30 GMT", 30),
        ("Tue, 05 May 2026 14:00:30 +0200", 30),
        ("Tue, 05 May 2026 11:00:00 GMT", 0),
        ("soon", 0),
        ("-5", 0),
        ("", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(asked: str, seconds: float) -> None:
    assert seconds_asked(asked, NOON) == seconds


@given(st.text())
def test_any_retry_after_gives_seconds(asked: str) -> None:
    assert seconds_asked(asked, NOON) >= 0
