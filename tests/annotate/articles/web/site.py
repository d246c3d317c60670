"""A site on 127.0.0.1 that answers as it is told, and remembers what it was asked."""

import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path

SENTENCE = "The council will meet on Thursday, and the doors will be open to everybody who comes."
DRIP = 0.1  # seconds between two bytes of a server that drips


@dataclass(frozen=True)
class Reply:
    """One answer, `after` so many seconds; `stream` writes a body in the place of `body`."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})
    after: float = 0.0
    stream: Callable[[BufferedIOBase], None] | None = None


@dataclass
class Site:
    """A running site.

    Attributes:
        replies: For each path; of several, one after the other, the last for ever.
        asked: The paths in order.
        agents: Who asked.
        hosts: What was said to be asked.
        times: When, by the monotonic clock: request begun and answer ended.
    """

    url: str = ""
    replies: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    times: list[tuple[float, float]] = field(default_factory=list)

    def reply(self, path: str) -> Reply:
        found = self.replies.get(path, Reply(status=404))
        if isinstance(found, Reply):
            return found
        return found.pop(0) if len(found) > 1 else found[0]


@contextmanager
def serving_site(certificate: Path | None = None) -> Iterator[Site]:
    """An empty site; with a certificate, by https alone."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        timeout = 60

        def do_GET(self) -> None:
            begun = time.monotonic()
            site.asked.append(self.path)
            site.agents.add(self.headers["User-Agent"])
            site.hosts.add(self.headers["Host"])
            reply = site.reply(self.path)
            time.sleep(reply.after)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.stream is None:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            try:
                if reply.stream is None:
                    self.wfile.write(reply.body)
                else:
                    reply.stream(self.wfile)
            except OSError:
                self.close_connection = True  # who asked has heard enough
            site.times.append((begun, time.monotonic()))

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        if certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(certificate)
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        site.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
        try:
            yield site
        finally:
            server.shutdown()
            thread.join(10)


def page(name: str, *, head: str = "") -> bytes:
    """A page of an article of three paragraphs that say which page it is."""
    texts = "".join(f"<p>{name}, part {n}. {SENTENCE} {SENTENCE}</p>" for n in range(3))
    return (
        f"<!DOCTYPE html><html><head><title>{name}</title>{head}</head>"
        f"<body><article><h1>{name}</h1>{texts}</article></body></html>"
    ).encode()


def certificate_for(host: str, folder: Path) -> Path:
    """A certificate for `host` that nobody trusts yet, with its key in the same file."""
    path = folder / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    names = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(path)]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    path.write_text(path.read_text() + (folder / "key.pem").read_text())
    return path


def redirect(location: str, after: float = 0.0) -> Reply:
    return Reply(status=302, headers={"Location": location}, after=after)


def feed(*items: str) -> Reply:
    """An RSS feed with these items."""
    body = (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>The Harrow Dispatch</title>{''.join(items)}</channel></rss>"
    )
    return Reply(body.encode(), headers={"Content-Type": "application/rss+xml"})


def without_end(out: BufferedIOBase) -> None:
    """A body that never ends."""
    while True:
        out.write(b"<p>more and more and more</p>" * 1000)


def dripping(out: BufferedIOBase) -> None:
    """A body that comes byte by byte, each in time for a limit that holds for one read."""
    for _ in range(600):
        out.write(b"a")
        out.flush()
        time.sleep(DRIP)
