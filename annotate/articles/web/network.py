"""Limit what a server can do to `client`: where it leads to, how long it takes, how much it sends.

The host's name is resolved here, each of its addresses is checked, and the connection is opened to
a checked address, not to the name: a name that resolves to another address a moment later (DNS
rebinding) gains nothing. TLS still checks the certificate against the name.
"""

import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import httpcore

from annotate.articles.web.urls import is_public

_GZIP = 31  # zlib's wbits
_PLAIN = ("", "identity")
_PACKED = ("gzip", "x-gzip")


class NotFetched(Exception):  # noqa: N818 -- an outcome for the ledger, not a failure of the program
    """An address could not be fetched; the message says why in a few words."""


class UnreachableHost(NotFetched):
    """No connection to the host can, or may, be opened."""


class Network(httpcore.NetworkBackend):
    """Opens connections.

    Attributes:
        deadline: Time of the monotonic clock at which every connection ends. httpcore's own limits
            hold for each read, so a server that sends single bytes would never reach them.
    """

    def __init__(self, allow_private: bool) -> None:
        self.deadline = 0.0
        self._allow_private = allow_private
        self._system = httpcore.SyncBackend()

    def left(self) -> float:
        """Return the seconds until the deadline.

        Raises:
            NotFetched: It has passed.
        """
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise NotFetched("too slow")
        return seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        options = list(socket_options or ())
        for ip in self._checked(host, port):
            try:
                stream = self._system.connect_tcp(ip, port, self.left(), local_address, options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return _Stream(stream, self)
        raise UnreachableHost("no connection")

    def _checked(self, host: str, port: int) -> tuple[str, ...]:
        """Return the IP addresses of a host, none of which is private."""
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise UnreachableHost("no such host") from error
        ips = tuple(dict.fromkeys(str(address[0]) for *_, address in entries))
        if not self._allow_private and not all(is_public(ip) for ip in ips):
            raise UnreachableHost("private address")
        return ips


class _Stream(httpcore.NetworkStream):
    """A connection of which every step ends at the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, network: Network) -> None:
        self._inner, self._network = inner, network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._network.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._network.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._network.left())
        return _Stream(inner, self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def unpacked(pieces: Iterator[bytes], headers: Mapping[str, str], size: int) -> Iterator[bytes]:
    """Unpack a response's body, and stop as soon as it has more than `size` bytes.

    Raises:
        NotFetched: It is larger, or not packed as we asked.
    """
    packing = headers.get("content-encoding", "").strip().lower()
    if packing not in _PLAIN + _PACKED:
        raise NotFetched(f"packed as {packing[:20]!r}")
    limited = _limited(pieces, size)
    return _limited(_unzipped(limited, size), size) if packing in _PACKED else limited


def _limited(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    left = size
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise NotFetched(f"larger than {size:,} bytes")
        yield piece


def _unzipped(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Unzip in pieces of at most `size` + 1 bytes, which is one too many for `_limited`."""
    unzip = zlib.decompressobj(_GZIP)
    try:
        for piece in pieces:
            yield unzip.decompress(piece, size + 1)
    except zlib.error as error:
        raise NotFetched("packed wrongly") from error
    if not unzip.eof:
        raise NotFetched("cut off")
