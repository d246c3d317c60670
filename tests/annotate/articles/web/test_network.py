import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.articles.web.network import NotFetched, unpacked


@given(st.binary(max_size=5000), st.integers(1, 700), st.booleans())
def test_a_body_in_any_pieces_is_whole(body: bytes, size: int, packed: bool) -> None:
    sent = gzip.compress(body) if packed else body
    pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
    headers = {"content-encoding": "GZIP"} if packed else {}

    assert b"".join(unpacked(iter(pieces), headers, 5000)) == body


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("packed", [True, False])
def test_the_limit_holds_to_the_byte(more: int, packed: bool) -> None:
    body = b"a" * (1000 + more)
    sent = iter([gzip.compress(body) if packed else body])
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
            list(unpacked(iter([bomb]), {"content-encoding": "gzip"}, 100_000))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_what_follows_the_packed_part_is_limited_too() -> None:
    endless = iter([gzip.compress(b"a"), *[b"x" * 400] * 3])

    with pytest.raises(NotFetched, match="larger than 1,000 bytes"):
        list(unpacked(endless, {"content-encoding": "gzip"}, 1000))
