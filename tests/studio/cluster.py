"""A private PostgreSQL on 127.0.0.1 for as long as the tests run, made by Debian's programs."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from annotate.core.errors import ServerError
from annotate.server.postgres import client_program
from annotate.server.postgres_url import Postgres

# What a URL and a shell would trip over.
ODD = "p:w/o@r%d #1?'\"\\"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server.

    Attributes:
        administrator: Its superuser, in the database that every cluster has.
    """

    administrator: Postgres
    _numbers: Iterator[int] = field(default_factory=count)

    def new_database(self) -> str:
        """The URL of an empty database whose owner is a role of its own."""
        name = f"studio {next(self._numbers)}"  # with a blank
        made = Postgres(
            f"role of {name}", ODD, self.administrator.host, self.administrator.port, name
        )
        self.run(
            f"CREATE ROLE \"{made.user}\" LOGIN PASSWORD '{ODD.replace(chr(39), chr(39) * 2)}'"
        )
        self.run(f'CREATE DATABASE "{name}" OWNER "{made.user}"')
        return made.url

    def run(self, statement: str, at: Postgres | None = None) -> str:
        """What a statement gives, as bare text."""
        done = subprocess.run(
            [client_program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"],
            input=statement,
            env={**os.environ, **(at or self.administrator).client_environment()},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    try:
        programs = Path(client_program("initdb")).parent
    except ServerError:
        pytest.skip("no 'initdb': install PostgreSQL's server (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a short path: a socket's may have 107 characters
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    password = folder / "password"
    password.write_text(secrets.token_urlsafe(12))
    if os.geteuid() == 0:
        shutil.chown(password, "postgres")
    port = _free_port()
    try:
        _initialise(programs, folder)
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = str(folder / "log")
        _run(programs, "pg_ctl", "-D", f"{folder}/data", "-l", log, "-w", "-o", options, "start")
        try:
            yield Cluster(Postgres("postgres", password.read_text(), "127.0.0.1", port, "postgres"))
        finally:
            _run(programs, "pg_ctl", "-D", f"{folder}/data", "-w", "-m", "fast", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(programs: Path, folder: Path) -> None:
    logins = ("--auth-local=peer", "--auth-host=scram-sha-256", f"--pwfile={folder}/password")
    data = ("-D", f"{folder}/data", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
    _run(programs, "initdb", *data, *logins)


def _run(programs: Path, name: str, *words: str) -> None:
    # PostgreSQL refuses to run as root.
    as_whom = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_whom, str(programs / name), *words],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a server that lives on would keep a pipe open
        stderr=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, f"{name} ended with {done.returncode}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
