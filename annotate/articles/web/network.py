"""Connections for `client` that lead to public addresses only, and that end in time.

The name is resolved here, every address that it has is checked, and the connection is opened to a
checked address and not to the name: a name that resolves to another address a moment later (DNS
rebinding) gains nothing. TLS still checks the certificate against the name.
"""

import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from annotate.articles.web.urls import is_public


class NotFetched(Exception):  # noqa: N818 -- a result to be written down, not a failure of ours
    """Why an address could not be read, in a few words."""


class UnreachableHost(NotFetched):
    """No connection to the host can be opened, or none may be."""


class Network(httpcore.NetworkBackend):
    """Opens connections.

    Attributes:
        deadline: Moment of the monotonic clock after which nothing is waited for. httpcore's own
            limits hold for each read, so that a server which drips bytes would never meet them.
    """

    def __init__(self, allow_private: bool) -> None:
        self.deadline = 0.0
        self._allow_private = allow_private
        self._system = httpcore.SyncBackend()

    def left(self) -> float:
        """The seconds until the deadline.

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
        """The addresses of a host, none of which is private."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise UnreachableHost("no such host") from error
        ips = tuple(dict.fromkeys(str(place[0]) for *_, place in found))
        if not self._allow_private and not all(is_public(ip) for ip in ips):
            raise UnreachableHost("private address")
        return ips


class _Stream(httpcore.NetworkStream):
    """A connection whose every step ends at the deadline."""

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
