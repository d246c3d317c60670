"""`rhetoric-annotate studio` as a process, and each way in which it can fail to start."""

import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from annotate.core.errors import ServerError
from annotate.core.records import Status
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.annotator_projects import find_projects
from annotate.label_studio.connection import find_connection, known_url
from annotate.paragraphs.file import write_paragraphs
from annotate.server.accounts import Account, accounts
from annotate.server.process import StudioConfig, running
from annotate.server.studio import OpenStudio
from tests.studio.desk import Desk, annotation_rows, paragraphs, task_numbers
from tests.studio.server import ANNOTATORS, ROOT, copy_data, copy_database

pytestmark = pytest.mark.studio

COMMAND = Path(sys.executable).with_name("rhetoric-annotate")
PATIENCE = 300  # seconds; nothing here waits that long unless it is broken


@pytest.fixture
def project_folder(studio_program: Path, tmp_path: Path) -> Path:
    """A folder as a user has it: the server's environment, the taxonomy, no data yet."""
    (tmp_path / ".venv-studio").symlink_to(studio_program.parent.parent)
    (tmp_path / "label_config").symlink_to(ROOT / "label_config")
    return tmp_path


def command(*arguments: str, cwd: Path) -> dict[str, Any]:
    """How to call the command in `cwd`: it knows no server, and a proxy that cannot reach any."""
    foreign = ("LABEL_STUDIO_", "NO_PROXY", "no_proxy")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    kept["http_proxy"] = "http://127.0.0.1:1"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return {"args": [COMMAND, *arguments], "cwd": cwd, "env": kept, "text": True, **pipes}


def fails(*arguments: str, cwd: Path) -> str:
    """The one line with which the command ends."""
    done = subprocess.run(**command(*arguments, cwd=cwd), timeout=PATIENCE, check=False)
    said: list[str] = done.stderr.splitlines()
    lines = [line for line in said if not line.startswith("starting Label Studio")]
    assert (done.returncode, done.stdout, len(lines)) == (1, "", 1), done.stderr
    return lines[0]


@dataclass(frozen=True, slots=True)
class Running:
    """The command, ready.

    Attributes:
        printed: Its lines on stdout, up to the last one.
        server: The process number of Label Studio.
    """

    process: subprocess.Popen[str]
    printed: list[str]
    server: int

    def stop(self, *signals: signal.Signals) -> tuple[int, str]:
        """Exit code, and what it said on stderr."""
        for sign in signals:
            self.process.send_signal(sign)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said


@contextmanager
def started(*arguments: str, cwd: Path) -> Iterator[Running]:
    with subprocess.Popen(**command("studio", *arguments, cwd=cwd)) as process:
        try:
            lines: list[str] = []
            while not lines or lines[-1] != "stop with Ctrl-C":
                line = process.stdout.readline() if process.stdout else ""
                assert line, process.communicate()[1]
                lines.append(line.rstrip("\n"))
            (server,) = children(process.pid)
            yield Running(process, lines, server)
        finally:
            if process.poll() is None:
                process.terminate()


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in found.split()]


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def listening(pid: int) -> set[tuple[str, int]]:
    """Hexadecimal address and port of every socket on which the process listens."""
    links = []
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            links.append(str(path.readlink()))
    sockets = {link[8:-1] for link in links if link.startswith("socket:[")}
    rows: list[list[str]] = []
    for table in ("tcp", "tcp6"):
        lines = Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        rows.extend(line.split() for line in lines)
    found = (row[1].split(":") for row in rows if row[3] == "0A" and row[9] in sockets)
    return {(address, int(port, 16)) for address, port in found}


def logs_in(url: str, account: Account) -> str:
    """Who the server says that it is after the log-in form was filled in."""
    import httpx

    with httpx.Client(base_url=url, timeout=60) as browser:
        browser.get("/user/login/").raise_for_status()
        form = {
            "email": account.email,
            "password": account.password,
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        }
        browser.post("/user/login/", data=form, headers={"Referer": url})
        return str(browser.get("/api/current-user/whoami").raise_for_status().json()["email"])


def test_the_studio_is_private_stops_and_starts_again_on_the_same_data(
    opened: OpenStudio, project_folder: Path
) -> None:
    data = project_folder / "data" / "studio"
    copy_data(opened.studio.folder, data)
    with started("--annotators", "dan, gil", cwd=project_folder) as first:
        url, known = known_url(data / "server.json"), accounts(data)
        check_what_is_printed(first.printed, data, known)
        check_what_is_private(first, data, url)
        for name in ("dan", "gil"):
            assert logs_in(url, known[name]) == f"{name}@studio.local"
        assert fails("studio", cwd=project_folder) == (
            f"error: data/studio: a studio already runs on it ({url}, process {first.server}); use "
            "that one, or stop it first: Ctrl-C where it was started, or end its process"
        )
        code, said = first.stop(signal.SIGINT)
    assert (code, "everything is kept" in said, gone(first.server)) == (0, True, True)

    with started(cwd=project_folder) as second:  # everybody who has the project is meant
        assert second.printed == first.printed
        assert accounts(data) == known
        assert logs_in(url, known["gil"]) == "gil@studio.local"
        code, _ = second.stop(signal.SIGTERM)
    assert (code, gone(second.server)) == (0, True)


def check_what_is_printed(printed: list[str], data: Path, known: dict[str, Account]) -> None:
    admin, url = known["admin"], known_url(data / "server.json")
    streams = find_projects(find_connection("", "", data / "server.json"), "demo")
    assert list(streams) == ["dan", "gil"]
    dan, gil = (f"{url}/projects/{streams[name].number}/data?labeling=1" for name in streams)
    assert printed == [
        f"Label Studio: {url}",
        f"project 'demo' of dan: {dan}",
        f"  log in as dan@studio.local {known['dan'].password}",
        f"project 'demo' of gil: {gil}",
        f"  log in as gil@studio.local {known['gil'].password}",
        f"administrator, without annotators' projects: {admin.email} {admin.password}",
        "new password: rhetoric-annotate studio people --reset NAME",
        "accounts are kept in data/studio/accounts.json",
        "stop with Ctrl-C",
    ]
    assert not any(account.token in line for account in known.values() for line in printed)


def check_what_is_private(run: Running, data: Path, url: str) -> None:
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (data, data / "server.json", data / "accounts.json")
    }
    assert modes == {"studio": 0o700, "server.json": 0o600, "accounts.json": 0o600}
    raw = Path(f"/proc/{run.server}/environ").read_bytes().decode()
    environment = dict(entry.partition("=")[::2] for entry in raw.split("\0") if entry)
    off = ("COLLECT_ANALYTICS", "LATEST_VERSION_CHECK", "SENTRY_DSN", "FRONTEND_SENTRY_DSN")
    assert [environment[name] for name in off] == ["false", "false", "", ""]
    assert listening(run.server) == {("0100007F", int(url.rpartition(":")[2]))}
    # Anybody may read the arguments of a process.
    arguments = Path(f"/proc/{run.server}/cmdline").read_text()
    assert not any(account.token in arguments for account in accounts(data).values())


def test_everybody_has_a_token_of_his_own_and_saves_do_not_wait_for_each_other(
    opened: OpenStudio,
) -> None:
    people = accounts(opened.studio.folder)
    assert people.keys() == {"admin", *ANNOTATORS}
    assert len({person.token for person in people.values()}) == 4
    with closing(sqlite3.connect(opened.studio.folder / "label_studio.sqlite3")) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_push_and_pull_as_commands_use_the_server_that_the_environment_names(
    desk: Desk, taxonomy: Taxonomy, project_folder: Path
) -> None:
    row, other = paragraphs("Shame on them!", "It rained.")
    write_paragraphs(project_folder / "p.jsonl", [row, other])

    def run(*arguments: str) -> str:
        called = command(*arguments, "--project", desk.title, cwd=project_folder)
        token = desk.account("ben").token
        called["env"] |= {"LABEL_STUDIO_URL": desk.url, "LABEL_STUDIO_API_KEY": token}
        done = subprocess.run(**called, timeout=PATIENCE, check=True)
        assert token not in done.stdout + done.stderr
        return str(done.stdout)

    assert run("push", "p.jsonl", "--new", "--dry-run").startswith(
        "would add 2, would skip 0 already present"
    )
    assert find_projects(desk.elsewhere(), desk.title) == {}
    assert run("push", "p.jsonl", "--new").startswith("added 2, skipped 0 already present")
    answer = desk.result(row, Status.LABELLED, labels=("Doubt",))
    desk.open("ana").annotate(task_numbers(desk.open())[row.id], answer, seconds=1.0)
    assert "a1: 1 labelled, 1 unseen" in run("pull", "-o", "data/datasets/it")
    found = annotation_rows(project_folder / "data" / "datasets" / "it", taxonomy)
    assert [(r["id"], r["labels"]) for r in found] == [(row.id, ["Doubt"])]


def test_a_port_in_use_is_named_and_the_way_round_it(project_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        line = fails("studio", "--port", str(port), cwd=project_folder)

    assert line == (
        f"error: port {port} is in use by another program; stop that program, or choose "
        "another port with --port"
    )


HEALTHY = """
from http.server import BaseHTTPRequestHandler, HTTPServer

class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "UP"}')

HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Health).serve_forever()
"""
KILLED = """
import os, sys
from pathlib import Path
from annotate.server.process import StudioConfig, running

with running(StudioConfig(Path(sys.argv[1]), Path(sys.argv[2]))) as studio:
    print(studio.process.pid, flush=True)
    os._exit(9)
"""


def test_a_server_whose_starter_was_killed_still_keeps_others_off_its_database(
    tmp_path: Path,
) -> None:
    folder, program = tmp_path / "studio", script(tmp_path, HEALTHY)
    starter = [sys.executable, "-c", KILLED, str(folder), str(program)]
    done = subprocess.run(starter, capture_output=True, text=True, timeout=60, check=False)
    server = int(done.stdout)
    try:
        with (
            pytest.raises(ServerError, match=rf"already runs on it \(.*, process {server}\)"),
            running(StudioConfig(folder, program)),
        ):
            pass
    finally:
        os.kill(server, signal.SIGKILL)


def test_a_server_that_is_not_installed_is_named_with_the_command_that_installs_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "label_config").symlink_to(ROOT / "label_config")

    line = fails("studio", cwd=tmp_path)

    assert line == "error: .venv-studio/bin/label-studio is missing; run 'make setup' first"
    assert not (tmp_path / "data").exists()


def test_a_database_of_a_newer_version_is_refused_before_it_is_touched(
    opened: OpenStudio, studio_program: Path, tmp_path: Path
) -> None:
    copy_database(opened.studio.folder, tmp_path)
    with closing(sqlite3.connect(tmp_path / "label_studio.sqlite3")) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('tasks', '9999_from_the_future', '2031-01-01')"
        )
        database.commit()

    with (
        pytest.raises(ServerError, match=r"newer Label Studio .*'9999_from_the_future'") as caught,
        running(StudioConfig(tmp_path, studio_program)),
    ):
        pass

    assert "\n" not in str(caught.value)
    assert not (tmp_path / "server.log").exists()


def test_a_database_that_is_none_is_named(studio_program: Path, tmp_path: Path) -> None:
    (tmp_path / "label_studio.sqlite3").write_text("This is a letter to my aunt. " * 200)

    with (
        pytest.raises(ServerError, match=r"label_studio\.sqlite3: not a usable database"),
        running(StudioConfig(tmp_path, studio_program)),
    ):
        pass


def test_a_server_whose_port_another_one_took_is_stopped_before_it_gets_the_token(
    opened: OpenStudio, studio_program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_database(opened.studio.folder, tmp_path)
    taken = int(opened.studio.url.rpartition(":")[2])
    monkeypatch.setattr("annotate.server.process._choose_port", lambda config: taken)
    monkeypatch.setattr("annotate.server.process._LOGGED", 2)

    with (
        pytest.raises(ServerError, match=rf":{taken} belongs to another Label Studio"),
        running(StudioConfig(tmp_path, studio_program)),
    ):
        pass


def script(folder: Path, body: str) -> Path:
    """A program in the place of Label Studio that leaves its process number in a file."""
    program = folder / "label-studio"
    program.write_text(f"#!{sys.executable}\nimport os, signal, sys, time\n{body}\n")
    program.chmod(0o755)
    return program


def cannot_start(folder: Path, body: str, patience: float) -> str:
    """What is said of a program that never becomes a healthy server."""
    config = StudioConfig(folder / "studio", script(folder, body), patience=patience)
    with pytest.raises(ServerError) as caught, running(config):
        pass
    return str(caught.value)


def test_a_server_that_never_gets_healthy_is_stopped_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("annotate.server.process._STOP", 0.5)
    stubborn = (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = os.fork()\n"
        "open('child' if child == 0 else 'parent', 'w').write(str(os.getpid()))\n"
        "time.sleep(120)"
    )

    line = cannot_start(tmp_path, stubborn, patience=2)

    assert line == f"Label Studio was not healthy within 2 s; see {tmp_path}/studio/server.log"
    pids = [int((tmp_path / name).read_text()) for name in ("parent", "child")]
    assert soon_gone(pids)


def test_a_slow_start_says_that_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate.server.process._REPORT", 1)
    told: list[str] = []
    program = script(tmp_path, "time.sleep(120)")
    config = StudioConfig(tmp_path / "studio", program, patience=3, tell=told.append)

    with pytest.raises(ServerError, match="not healthy"), running(config):
        pass

    log = tmp_path / "studio" / "server.log"
    assert told[0] == f"starting Label Studio: 1 s so far; its log is {log}"
    assert len(told) >= 2


def soon_gone(pids: list[int]) -> bool:
    """Whether these end; who lost his parent is taken away by the system a little later."""
    for _ in range(100):
        if all(gone(pid) or state(pid) == "Z" for pid in pids):
            return True
        time.sleep(0.05)
    return False


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_server_that_dies_at_once_is_said_with_its_log(tmp_path: Path) -> None:
    line = cannot_start(tmp_path, "print('no such module')\nsys.exit(3)", patience=60)

    log = tmp_path / "studio" / "server.log"
    assert line == f"Label Studio ended with code 3; see {log}"
    assert log.read_text() == "no such module\n"


def test_an_environment_whose_python_moved_away_is_named(tmp_path: Path) -> None:
    program = tmp_path / "label-studio"
    program.write_text("#!/nowhere/bin/python\n")
    program.chmod(0o755)

    with (
        pytest.raises(ServerError, match=r"cannot be started .*'make setup' again"),
        running(StudioConfig(tmp_path / "studio", program)),
    ):
        pass


def test_a_start_that_failed_leaves_the_folder_free_for_the_next(tmp_path: Path) -> None:
    for _ in range(2):
        assert "code 3" in cannot_start(tmp_path, "sys.exit(3)", patience=60)
