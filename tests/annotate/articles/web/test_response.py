import gzip
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.articles.web.network import NotFetched
from annotate.articles.web.response import seconds_asked, unpacked

NOON = datetime(2026, 5, 5, 12, tzinfo=UTC)


class Body:
    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces

    def iter_stream(self) -> Iterator[bytes]:
        yield from self._pieces


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


@given(st.binary(max_size=5000), st.integers(1, 700), st.booleans())
def test_a_body_in_any_pieces_is_whole(body: bytes, size: int, packed: bool) -> None:
    sent = gzip.compress(body) if packed else body
    pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
    headers = {"content-encoding": "GZIP"} if packed else {}

    assert b"".join(unpacked(Body(*pieces), headers, 5000)) == body


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("packed", [True, False])
def test_the_limit_holds_to_the_byte(more: int, packed: bool) -> None:
    body = b"a" * (1000 + more)
    sent = Body(gzip.compress(body) if packed else body)
    headers = {"content-encoding": "gzip"} if packed else {}

    if more:
        with pytest.raises(NotFetched, match="larger than 1,000 bytes"):
            list(unpacked(sent, headers, 1000))
    else:
        assert b"".join(unpacked(sent, headers, 1000)) == body


def test_a_bomb_takes_no_more_memory_than_the_limit() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(NotFetched, match="larger than 100,000 bytes"):
            list(unpacked(Body(bomb), {"content-encoding": "gzip"}, 100_000))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_what_follows_the_packed_part_is_limited_too() -> None:
    endless = Body(gzip.compress(b"a"), *[b"x" * 400] * 3)

    with pytest.raises(NotFetched, match="larger than 1,000 bytes"):
        list(unpacked(endless, {"content-encoding": "gzip"}, 1000))
