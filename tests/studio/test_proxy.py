"""Annotators elsewhere: the nginx block of the README in front of a real server."""

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from annotate.server.process import StudioConfig, running
from annotate.server.studio import OpenStudio
from tests.studio.colleagues import log_in
from tests.studio.desk import Desk
from tests.studio.server import ROOT, copy_data

pytestmark = pytest.mark.studio


@pytest.fixture(scope="module")
def nginx() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not found:
        pytest.skip("no 'nginx' on PATH or in /usr/sbin: install Debian's package nginx-light")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_certificate(folder: Path) -> None:
    files = ["-keyout", str(folder / "label.key"), "-out", str(folder / "label.pem")]
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    subprocess.run(["openssl", "req", *kind, *files, *name], check=True, capture_output=True)


@contextmanager
def proxy(nginx: str, folder: Path, port: int, server: str) -> Iterator[None]:
    """nginx with the block of docs/operations.md; only addresses and paths are put in."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    (block,) = re.findall(r"```nginx\n(.*?)```", page, re.DOTALL)
    for old, new in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("label.example.org", "localhost"),
        ("/etc/ssl/", f"{folder}/"),
        ("http://127.0.0.1:8099", server),
    ):
        assert old in block
        block = block.replace(old, new)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    head = f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}"
    text = f"{head} http {{ access_log off; {temporary}\n{block} }}"
    (folder / "nginx.conf").write_text(text, "utf-8")
    process = subprocess.Popen(
        [nginx, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    )
    try:
        wait_until_open(port, process)
        yield
    finally:
        process.terminate()
        process.wait(20)


def wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert process.poll() is None
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("nginx does not listen")


def test_annotators_log_in_and_save_through_the_proxy_of_the_docs(
    opened: OpenStudio, desk: Desk, nginx: str, tmp_path: Path, studio_program: Path
) -> None:
    import httpx

    port = free_port()
    copy_data(opened.studio.folder, tmp_path / "studio")
    make_certificate(tmp_path)
    address = f"https://localhost:{port}"
    config = StudioConfig(tmp_path / "studio", studio_program, external_url=address)
    trusted = ssl.create_default_context(cafile=tmp_path / "label.pem")
    with running(config) as studio, proxy(nginx, tmp_path, port, studio.url):
        with httpx.Client(base_url=address, verify=trusted, trust_env=False, timeout=60) as browser:
            browser.headers["Origin"] = address  # as a browser says with every form
            log_in(browser, desk.account("dan"))
            me = browser.get("/api/current-user/whoami").json()
            (cookie,) = [c for c in browser.cookies.jar if c.name == "sessionid"]
        with httpx.Client(base_url=address, verify=trusted, trust_env=False, timeout=60) as browser:
            browser.headers["Origin"] = "https://elsewhere.example"
            browser.get("/user/login/")
            form = {"email": "x", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
            refused = browser.post("/user/login/", data=form, headers={"Referer": address})

    assert me["email"] == desk.account("dan").email
    assert cookie.secure
    assert refused.status_code == 403
