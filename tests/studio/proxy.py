"""Small HTTP servers on 127.0.0.1: one stands before Label Studio and fails, one is not it."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Fault(StrEnum):
    """What happens to one import of tasks; the server itself never fails."""

    CUT_AFTER = "the connection is cut when the server has committed"
    TIMEOUT_AFTER = "504 when the server has committed"
    PAGE_AFTER = "a page of HTML when the server has committed"
    CUT_BEFORE = "the connection is cut before the server sees it"
    REFUSED_BEFORE = "503 before the server sees it"
    UNAUTHORISED = "401 before the server sees it"
    NONE = "it goes through"


_COMMITS = frozenset({Fault.CUT_AFTER, Fault.TIMEOUT_AFTER, Fault.PAGE_AFTER})
_ANSWERS = {
    Fault.TIMEOUT_AFTER: (504, b"<html>Gateway Timeout</html>"),
    Fault.PAGE_AFTER: (200, b"<html>Please log in</html>"),
    Fault.REFUSED_BEFORE: (503, b"<html>Service Unavailable</html>"),
    Fault.UNAUTHORISED: (401, b"{}"),
}


@dataclass
class Proxy:
    """A running proxy.

    Attributes:
        faults: For each coming import; taken from the front. Without one it goes through.
        imports: How many imports came.
    """

    url: str
    faults: list[Fault]
    imports: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_fault(self) -> Fault | None:
        with self.lock:
            self.imports += 1
            fault = self.faults.pop(0) if self.faults else Fault.NONE
            return None if fault is Fault.NONE else fault


@contextmanager
def failing_proxy(server: str, *faults: Fault) -> Iterator[Proxy]:
    """Forwards to `server`, whose imports end as `faults` says."""
    upstream = urlsplit(server).netloc
    proxy = Proxy("", list(faults))

    class Handler(_Quiet):
        def do_GET(self) -> None:
            self.answer()

        do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 -- the names that http.server looks for

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = urlsplit(self.path).path
            fault = proxy.next_fault() if path.endswith("/import") else None
            if fault is None or fault in _COMMITS:
                status, kind, content = self.forward(body)
            if fault in _ANSWERS:
                self.reply(*_ANSWERS[fault])
            elif fault is None:
                self.reply(status, content, kind)
            else:
                self.close_connection = True  # without a word

        def forward(self, body: bytes) -> tuple[int, str, bytes]:
            headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
            server = http.client.HTTPConnection(upstream, timeout=60)
            try:
                server.request(self.command, self.path, body, headers)
                answer = server.getresponse()
                return answer.status, answer.headers["Content-Type"] or "", answer.read()
            finally:
                server.close()

    with _serving(Handler) as proxy.url:
        yield proxy


@contextmanager
def other_server(status: int, content: bytes, kind: str = "text/html") -> Iterator[str]:
    """An HTTP server that answers everything alike; its address."""

    class Handler(_Quiet):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.reply(status, content, kind)

        do_POST = do_GET  # noqa: N815 -- the name that http.server looks for

    with _serving(Handler) as url:
        yield url


class _Quiet(BaseHTTPRequestHandler):
    timeout = 60

    def reply(self, status: int, content: bytes, kind: str = "text/html") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)
