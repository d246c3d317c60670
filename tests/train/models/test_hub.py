"""A Hub id without a network is refused soon, with the ways out."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from annotate.core.errors import ModelError
from train.models import hub
from train.models.encoder import find_encoder, load_encoder
from train.models.hub import from_cache_only


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


@pytest.fixture
def black_hole() -> Iterator[int]:
    """The port of a server that takes every connection and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield int(server.getsockname()[1])


class _Refusal(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def refusing() -> Iterator[int]:
    """The port of a server that answers, but knows nothing."""
    server = HTTPServer(("127.0.0.1", 0), _Refusal)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """The client may use the network, waits half a second, and its cache is empty."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(hub, "_PATIENCE", 0.5)
    return monkeypatch


@pytest.mark.parametrize("server", ["closed_port", "black_hole"])
def test_a_hub_that_does_not_answer_is_one_line_that_names_the_ways_out(
    server: str, online: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    address = f"http://127.0.0.1:{request.getfixturevalue(server)}"
    online.setattr("huggingface_hub.constants.ENDPOINT", address)

    with pytest.raises(ModelError, match=r"does not answer.*minilm or the folder") as caught:
        load_encoder(find_encoder("nobody/no-such-model"), ["a"])
    assert "\n" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("server", ["closed_port", "black_hole"])
def test_fit_with_a_hub_id_and_no_network_ends_before_the_client_would(
    server: str, tiny_dataset: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    run = tmp_path / "run"
    env = os.environ | {
        "HF_ENDPOINT": f"http://127.0.0.1:{request.getfixturevalue(server)}",
        "HF_HUB_OFFLINE": "0",
        "HF_HOME": str(tmp_path / "cache"),
    }
    code = "from train.cli import main; main()"
    words = ["fit", str(tiny_dataset), "-o", str(run), "--encoder", "nobody/no-such-model"]

    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,  # measured: 5 to 9 s; the client by itself tries for minutes
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "minilm" in done.stderr
    assert not run.exists()


def test_a_hub_that_answers_is_asked_itself(refusing: int, online: pytest.MonkeyPatch) -> None:
    online.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{refusing}")

    assert not from_cache_only("nobody/no-such-model")


def test_without_network_an_encoder_in_the_cache_is_used(
    closed_port: int, online: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    online.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{closed_port}")
    snapshot = tmp_path / "cache" / "models--somebody--bert" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text(json.dumps({"model_type": "bert"}), encoding="utf-8")

    assert from_cache_only("somebody/bert")
