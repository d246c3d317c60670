"""Small HTTP servers on 127.0.0.1: one stands before Label Studio and fails, one is not it."""

import http.client
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class Fault(StrEnum):
    """What happens to one request; the server itself never fails."""

    CUT_AFTER = "the connection is cut when the server has committed"
    CUT_WITHIN = "the connection is cut in the middle of the answer"
    TIMEOUT_AFTER = "504 when the server has committed"
    PAGE_AFTER = "a page of HTML when the server has committed"
    SILENT_AFTER = "no answer, though the server has committed"
    LATE_AFTER = "504, and the server commits a while later"
    CUT_BEFORE = "the connection is cut before the server sees it"
    SILENT_BEFORE = "no answer, and the server never sees it"
    REFUSED_BEFORE = "503 before the server sees it"
    BUSY_BEFORE = "429 that asks to wait a second, before the server sees it"
    EMPTY_AFTER = "200 with nothing in it when the server has committed"
    TWICE = "the server gets it twice"
    UNAUTHORISED = "401 before the server sees it"
    NONE = "it goes through"


COMMITS = frozenset(
    {
        Fault.CUT_AFTER,
        Fault.CUT_WITHIN,
        Fault.TIMEOUT_AFTER,
        Fault.PAGE_AFTER,
        Fault.EMPTY_AFTER,
        Fault.SILENT_AFTER,
        Fault.TWICE,
        Fault.NONE,
    }
)
_SILENT = frozenset({Fault.SILENT_AFTER, Fault.SILENT_BEFORE})
_ANSWERS = {
    Fault.TIMEOUT_AFTER: (504, b"<html>Gateway Timeout</html>"),
    Fault.LATE_AFTER: (504, b"<html>Gateway Timeout</html>"),
    Fault.PAGE_AFTER: (200, b"<html>Please log in</html>"),
    Fault.REFUSED_BEFORE: (503, b"<html>Service Unavailable</html>"),
    Fault.BUSY_BEFORE: (429, b"{}"),
    Fault.EMPTY_AFTER: (200, b""),
    Fault.UNAUTHORISED: (401, b"{}"),
}
_LATE = 1.5  # seconds; by then a client has looked once


def imports(path: str) -> bool:
    """Whether this is where tasks are imported."""
    return path.endswith("/import")


@dataclass
class Proxy:
    """A running proxy.

    Attributes:
        faults: For each coming request that is aimed at; taken from the front. Without one it
            goes through.
        aim: Tells by the path which requests these are.
        method: Only requests of this method; empty for all.
        imports: How many of them came.
        late: What the server is yet to see.
    """

    url: str
    faults: list[Fault]
    aim: Callable[[str], bool] = imports
    method: str = ""
    imports: int = 0
    came: threading.Condition = field(default_factory=threading.Condition)
    over: threading.Event = field(default_factory=threading.Event)
    late: list[threading.Thread] = field(default_factory=list)

    def next_fault(self, path: str, method: str) -> Fault:
        if not self.aim(path) or self.method not in ("", method):
            return Fault.NONE
        with self.came:
            self.imports += 1
            self.came.notify_all()
            return self.faults.pop(0) if self.faults else Fault.NONE

    def wait_for(self, requests: int, seconds: float) -> None:
        """Until so many requests that are aimed at came, or the time is over."""
        with self.came:
            self.came.wait_for(lambda: self.imports >= requests, seconds)

    def settle(self) -> None:
        """Until the server has seen all."""
        for thread in self.late:
            thread.join(60)


@contextmanager
def failing_proxy(
    server: str,
    *faults: Fault,
    aim: Callable[[str], bool] = imports,
    method: str = "",
    port: int = 0,
) -> Iterator[Proxy]:
    """Forwards to `server`, whose requests that are aimed at end as `faults` says.

    Its port is a free one, or the one that is asked for.
    """
    running = Proxy("", list(faults), aim, method)

    class Handler(_Forwarding):
        upstream, proxy = urlsplit(server).netloc, running

    with serving(Handler, port) as running.url:
        try:
            yield running
        finally:
            running.over.set()
            running.settle()


@contextmanager
def other_server(status: int, content: bytes, kind: str = "text/html") -> Iterator[str]:
    """An HTTP server that answers everything alike; its address."""

    class Handler(_Quiet):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.reply(status, content, kind)

        do_POST = do_GET  # noqa: N815 -- the name that http.server looks for

    with serving(Handler) as url:
        yield url


class _Quiet(BaseHTTPRequestHandler):
    timeout = 60

    def reply(
        self, status: int, content: bytes, kind: str = "text/html", sent: int | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if status == 429:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(content[:sent])

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Forwarding(_Quiet):
    upstream: str
    proxy: Proxy

    def do_GET(self) -> None:
        self.answer()

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 -- the names that http.server looks for

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.proxy.next_fault(urlsplit(self.path).path, self.command)
        if fault is Fault.TWICE:
            self.forward(body)
        got = self.forward(body) if fault in COMMITS else (0, b"", "")
        if fault is Fault.LATE_AFTER:
            self.proxy.late.append(threading.Thread(target=self.forward_late, args=(body,)))
            self.proxy.late[-1].start()
        if fault in _SILENT:
            self.proxy.over.wait(120)
        if fault in _ANSWERS:
            self.reply(*_ANSWERS[fault])
        elif fault in (Fault.NONE, Fault.TWICE):
            self.reply(*got)
        elif fault is Fault.CUT_WITHIN:
            self.reply(*got, sent=len(got[1]) // 2)
        self.close_connection = True  # without a word, where nothing was said

    def forward_late(self, body: bytes) -> None:
        time.sleep(_LATE)
        self.forward(body)

    def forward(self, body: bytes) -> tuple[int, bytes, str]:
        headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
        server = http.client.HTTPConnection(self.upstream, timeout=60)
        try:
            server.request(self.command, self.path, body, headers)
            answer = server.getresponse()
            return answer.status, answer.read(), answer.headers["Content-Type"] or ""
        except (OSError, http.client.HTTPException):  # as a proxy says it of a dead server
            return 502, b"<html>Bad Gateway</html>", "text/html"
        finally:
            server.close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # whoever asked is gone
            super().handle_error(request, client_address)


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], port: int = 0) -> Iterator[str]:
    """The address of a server on 127.0.0.1, at a free port or the one that is asked for."""
    with _Server(("127.0.0.1", port), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)
