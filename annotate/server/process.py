"""Start and stop the embedded Label Studio: a real server in an environment of its own."""

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from annotate.core.errors import ServerError
from annotate.core.io.files import plain_os_errors
from annotate.label_studio.connection import known_url
from annotate.server.accounts import Account, administrator
from annotate.server.databases import database_environment, prepare_database
from annotate.server.exports import remove_exports
from annotate.workspace import STUDIO, STUDIO_PROGRAM

HOST = "127.0.0.1"
_PATIENCE = 600  # seconds for the first start; measured: 26 to 49, about 120 on a busy machine
FIRST_START = "half a minute to two minutes"
_REPORT = 30  # seconds between two lines about a start
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # without a proxy
_LOGGED = 10  # seconds until a request is in the log
_STOP = 15  # seconds until a server that ignores SIGTERM is killed


@dataclass(frozen=True, slots=True)
class StudioConfig:
    """How to run the server.

    Attributes:
        folder: Database, accounts and log; only its owner can read it.
        program: The label-studio command.
        port: 0 for the port of the last start, or a free one.
        patience: Seconds to wait until the server is healthy.
        external_url: The https address of the proxy through which annotators reach the server.
        database: URL of a PostgreSQL database; empty for the one that was named before, or SQLite.
        tell: Told from time to time how long the start has taken.
    """

    folder: Path = STUDIO
    program: Path = STUDIO_PROGRAM
    port: int = 0
    patience: float = _PATIENCE
    external_url: str = ""
    database: str = field(default="", repr=False)  # it holds a password
    tell: Callable[[str], None] = field(default=lambda line: None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Studio:
    """A running server."""

    url: str
    admin: Account
    process: subprocess.Popen[bytes]
    folder: Path


def server_version(program: Path) -> str:
    """Return the version of the Label Studio that is installed; empty if it is unknown."""
    folders = program.parent.parent.glob("lib/*/site-packages/label_studio-*.dist-info")
    versions = [folder.name.split("-", 1)[1].removesuffix(".dist-info") for folder in folders]
    return max(versions, default="")


@contextmanager
def running(config: StudioConfig) -> Iterator[Studio]:
    """Run the server while the block lasts; it is healthy when the block begins.

    Raises:
        InputError: See `databases.find_database`.
        ServerError: The server is not set up, already running or not healthy in time, its port is
            in use, or its database is out of reach or of a newer version.
    """
    prepare_folder(config)
    with exclusive(config.folder) as lock:
        prepare_database(config.folder, config.program, config.database)
        remove_exports(config.folder)
        port = _choose_port(config)
        admin = administrator(config.folder)
        process = _launch(config, port, admin, lock)
        try:
            url = f"http://{HOST}:{port}"
            _wait_for_health(url, process, config)
            yield Studio(url, admin, process, config.folder)
        finally:
            _stop(process)


def prepare_folder(config: StudioConfig) -> None:
    """Make the folder of the server's data, which only its owner can read.

    Raises:
        InputError: It cannot be made.
        ServerError: The server is not set up.
    """
    if not config.program.exists():
        raise ServerError(f"{config.program} is missing; run 'make setup' first")
    with plain_os_errors(config.folder):
        config.folder.mkdir(parents=True, exist_ok=True)
        config.folder.chmod(0o700)


@contextmanager
def exclusive(folder: Path) -> Iterator[IO[str]]:
    """Lock the folder for one server; two on one SQLite database would harm each other.

    The server inherits the lock, so it lasts until both processes have ended.

    Raises:
        ServerError: A server already runs on the folder.
    """
    with plain_os_errors(folder), (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise ServerError(
                f"{folder}: a studio already runs on it ({lock.read() or 'it is just starting'}); "
                "use that one, or stop it first: Ctrl-C where it was started, or end its process"
            ) from None
        yield lock


def _choose_port(config: StudioConfig) -> int:
    """Return the configured port, else that of the last start if free, else a free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, config.port or _last_port(config.folder)))
        except OSError:
            if config.port:
                raise ServerError(
                    f"port {config.port} is in use by another program; stop that program, or "
                    "choose another port with --port"
                ) from None
            probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _last_port(folder: Path) -> int:
    try:
        return int(known_url(folder / "server.json").rpartition(":")[2] or 0)
    except (ServerError, ValueError):  # a broken file is about to be rewritten
        return 0


def _launch(
    config: StudioConfig, port: int, admin: Account, lock: IO[str]
) -> subprocess.Popen[bytes]:
    options = f"--no-browser --internal-host {HOST} --port {port} --log-level WARNING".split()
    try:
        with (config.folder / "server.log").open("ab") as log:
            process = subprocess.Popen(
                [str(config.program), "start", *options],
                env=environment(config, admin),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                umask=0o077,  # its files have e-mails and answers
                start_new_session=True,  # Ctrl-C is for us; we stop the server ourselves
                pass_fds=(lock.fileno(),),
            )
    except OSError as error:  # for example, the Python of its first line is gone
        raise ServerError(
            f"{config.program} cannot be started ({error.strerror}); remove .venv-studio and run "
            "'make setup' again"
        ) from error
    lock.truncate(0)
    lock.write(f"http://{HOST}:{port}, process {process.pid}")
    lock.flush()
    return process


def environment(config: StudioConfig, admin: Account) -> dict[str, str]:
    """Return the environment for the server's own programs."""
    # The server reads a setting under several names; the user's own variables must not count.
    prefixes = ("LABEL_STUDIO_", "HEARTEX_", "DJANGO_", "POSTGRE_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(prefixes)}
    settings = {
        "LABEL_STUDIO_BASE_DATA_DIR": str(config.folder.resolve()),
        "LABEL_STUDIO_DEBUG": "false",
        "LABEL_STUDIO_USERNAME": admin.email,
        "LABEL_STUDIO_PASSWORD": admin.password,
        "LABEL_STUDIO_USER_TOKEN": admin.token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "COLLECT_ANALYTICS": "false",
        # The page counts a person's tasks, "3 of 40", rather than those seen since it was opened.
        "fflag_fix_all_optic_79_task_count_is_wrong_short": "true",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "PYTHONPATH": "",
        # Behind a TLS proxy the browser's origin is not the address that the server sees. The
        # server's pages use relative addresses, so nothing else has to know the proxy.
        "LABEL_STUDIO_CSRF_TRUSTED_ORIGINS": config.external_url,
    }
    return kept | settings | database_environment(config.folder, config.database)


def _wait_for_health(url: str, process: subprocess.Popen[bytes], config: StudioConfig) -> None:
    """Wait until the server answers, and make sure that it is ours.

    Label Studio silently takes the next port if another program takes its own in the meantime. If
    that program is a Label Studio too, it must not get our administrator's token.
    """
    log = config.folder / "server.log"
    mark, begin = secrets.token_hex(8), log.stat().st_size
    start = time.monotonic()
    deadline, report = start + config.patience, start + _REPORT
    while not _healthy(f"{url}/health?{mark}"):
        if process.poll() is not None:
            raise ServerError(f"Label Studio ended with code {process.returncode}; see {log}")
        if time.monotonic() > deadline:
            raise ServerError(
                f"Label Studio was not healthy within {config.patience:g} s; see {log}"
            )
        if time.monotonic() > report:
            config.tell(f"starting Label Studio: {report - start:.0f} s so far; its log is {log}")
            report += _REPORT
        time.sleep(0.3)
    until = time.monotonic() + _LOGGED
    while not _has_logged(log, begin, mark):
        if time.monotonic() > until:
            raise ServerError(
                f"{url} belongs to another Label Studio, which took the port while ours was "
                "starting; start it again"
            )
        time.sleep(0.1)


def _has_logged(log: Path, begin: int, mark: str) -> bool:
    """Tell whether the server has logged a request, as it does each one, behind `begin`."""
    with log.open("rb") as lines:
        lines.seek(begin)
        return mark.encode() in lines.read()


def _healthy(url: str) -> bool:
    try:
        with _DIRECT.open(url, timeout=5) as response:
            return bool(json.load(response).get("status") == "UP")
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and the processes that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(_STOP)
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()
