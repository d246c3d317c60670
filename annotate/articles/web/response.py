"""An answer over HTTP as values: its headers, its body unpacked, how long it asks to wait."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from annotate.articles.web.network import NotFetched

_GZIP = 31  # zlib's wbits
_PLAIN = ("", "identity")
_PACKED = ("gzip", "x-gzip")


class Streamed(Protocol):
    """A response whose body has not been read."""

    def iter_stream(self) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered.

    Attributes:
        address: Where the redirects led.
        headers: Names in lower case.
        body: Unpacked; only read when the status is 200.
    """

    address: str
    status: int
    headers: dict[str, str]
    body: bytes


def plain_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers as text; of one that stands twice, the last."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def unpacked(response: Streamed, headers: Mapping[str, str], size: int) -> Iterator[bytes]:
    """The body in pieces, never more than `size` bytes of it, however small it was packed.

    Raises:
        NotFetched: It is larger, or packed otherwise than we asked for.
    """
    packing = headers.get("content-encoding", "").strip().lower()
    if packing not in _PLAIN + _PACKED:
        raise NotFetched(f"packed as {packing[:20]!r}")
    pieces = _limited(response.iter_stream(), size)
    return _limited(_unzipped(pieces, size), size) if packing in _PACKED else pieces


def _limited(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    left = size
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise NotFetched(f"larger than {size:,} bytes")
        yield piece


def _unzipped(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    """No piece is longer than `size` + 1 bytes, which is one too many for `_limited`."""
    unzip = zlib.decompressobj(_GZIP)
    try:
        for piece in pieces:
            yield unzip.decompress(piece, size + 1)
    except zlib.error as error:
        raise NotFetched("packed wrongly") from error
    if not unzip.eof:
        raise NotFetched("cut off")


def seconds_asked(retry_after: str, now: datetime) -> float:
    """How long a server asks to be left alone: it says seconds, or a date."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except (ValueError, TypeError):
        return 0.0
    return max(0.0, (until.astimezone(UTC) - now).total_seconds())
