"""PostgreSQL instead of SQLite: inspect, dump and restore a database.

Our own environment has no PostgreSQL client: Label Studio's has psycopg, and PostgreSQL's own
programs write and read dumps.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.errors import ServerError
from annotate.server.postgres_url import Postgres

DUMP = "postgres.dump"
_PATIENCE = 60  # seconds
_PROBE = """
import json, sys
import psycopg

try:
    with psycopg.connect(**json.load(sys.stdin), connect_timeout=10) as database:
        def rows(query):
            return database.execute(query).fetchall()
        def rows_of(table, query):
            (exists,), = rows(f"SELECT to_regclass('{table}')::text")
            return rows(query) if exists else []
        (may_create,), = rows(
            "SELECT has_database_privilege(current_database(), 'CREATE')"
            " AND coalesce(has_schema_privilege(to_regnamespace('public')::oid, 'CREATE'), false)"
        )
        (tables,), = rows(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        )
        answer = {
            "encoding": rows("SHOW server_encoding")[0][0],
            "may_create": may_create,
            "tables": tables,
            "users": rows_of("htx_user", "SELECT email, id FROM htx_user"),
            "migrations": rows_of(
                "django_migrations", "SELECT app, name FROM django_migrations"
            ),
        }
except psycopg.Error as error:
    answer = {"error": str(error)}
print(json.dumps(answer))
"""
# Pattern of PostgreSQL's message -> how to fix it.
_FIXES = {
    "password authentication failed": "check USER and PASSWORD",
    "no password supplied": "put the password into the URL: postgresql://USER:PASSWORD@...",
    "is not permitted to log in": "let the role log in: ALTER ROLE ... LOGIN",
    "no pg_hba.conf entry": "let the role in from this host in pg_hba.conf",
    "permission denied for database": "make the role its owner: ALTER DATABASE ... OWNER TO ...",
    '^database ".*" does not exist': "create it: CREATE DATABASE ... OWNER ...",
    '^role ".*" does not exist': "create it: CREATE ROLE ... LOGIN PASSWORD ...",
    "": "check HOST and PORT, and that PostgreSQL is running there",
}
_FOLDERS = "/usr/lib/postgresql"  # where Debian keeps each version's programs


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """The contents of a database.

    Attributes:
        tables: Number of tables.
        users: E-mail -> number of Label Studio's users.
        migrations: Label Studio's migrations that were applied: (app, name).
    """

    tables: int
    users: Mapping[str, int]
    migrations: Sequence[tuple[str, str]]


def inspect(database: Postgres, program: Path) -> DatabaseState:
    """Check, with the environment of `program`, that a server can run on a database.

    Raises:
        ServerError: It is out of reach, does not exist, refuses the log-in or cannot be used.
    """
    answer = _ask(database, program.with_name("python"))
    if "error" in answer:
        raise _refusal(database, answer["error"])
    if not answer["may_create"]:
        raise ServerError(
            f"{database}: the role may not create tables; make it the owner: ALTER DATABASE ... "
            "OWNER TO ..."
        )
    if answer["encoding"] != "UTF8":
        raise ServerError(
            f"{database}: its encoding is {answer['encoding']}; create one with ENCODING 'UTF8'"
        )
    migrations = [(str(app), str(name)) for app, name in answer["migrations"]]
    return DatabaseState(answer["tables"], dict(answer["users"]), migrations)


def _ask(database: Postgres, python: Path) -> Mapping[str, Any]:
    parameters = {
        "user": database.user,
        "password": database.password,
        "host": database.host,
        "port": database.port,
        "dbname": database.name,
    }
    try:
        done = subprocess.run(
            [str(python), "-c", _PROBE],
            input=json.dumps(parameters),  # the password is in no argument and no variable
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"error": f"no answer within {_PATIENCE} s"}
    except (OSError, ValueError):
        raise ServerError(
            f"{python} cannot ask PostgreSQL: remove .venv-studio and run 'make setup' again"
        ) from None
    return answer


def _refusal(database: Postgres, message: str) -> ServerError:
    """Return the error for the last of several attempts, one for each address of the host."""
    tries = [line for line in message.splitlines() if "failed: " in line] or [message.strip()]
    reason = tries[-1].rpartition("failed: ")[2].removeprefix("FATAL:").strip()
    fix = next(fix for pattern, fix in _FIXES.items() if re.search(pattern, reason))
    return ServerError(f"{database}: {reason.splitlines()[0][:300]}; {fix}")


def dump(database: Postgres, target: Path) -> None:
    """Write the whole database as it is at one moment; the server may go on writing.

    Raises:
        ServerError: pg_dump is missing or fails.
    """
    _run(
        database, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"
    )


def load(database: Postgres, source: Path) -> None:
    """Restore a dump into an empty database, whole or not at all.

    Raises:
        ServerError: pg_restore is missing or fails.
    """
    # A comment on an extension could only be restored by its owner.
    portable = ("--no-owner", "--no-privileges", "--no-comments")
    name = database.name.replace("\\", "\\\\").replace("'", "\\'")
    whole = ("--single-transaction", "--exit-on-error", f"--dbname=dbname='{name}'")
    _run(database, "pg_restore", *portable, *whole, str(source))


def _run(database: Postgres, name: str, *arguments: str) -> None:
    done = subprocess.run(
        [client_program(name), *arguments],
        env={**os.environ, **database.client_environment()},
        stdin=subprocess.DEVNULL,  # it would ask for a password
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[0][:300]
        raise ServerError(f"{database}: {name} failed, so nothing was written: {reason}")


def client_program(name: str) -> str:
    """Find one of PostgreSQL's own programs: on PATH, else the newest of Debian's.

    Raises:
        ServerError: It is not installed.
    """
    folders = Path(_FOLDERS).glob("*/bin")
    newest = sorted(folders, key=lambda folder: float(folder.parent.name), reverse=True)
    path = shutil.which(name) or shutil.which(name, path=os.pathsep.join(map(str, newest)))
    if not path:
        raise ServerError(
            f"{name} is missing: install PostgreSQL's client programs, of the server's version or "
            "later (Debian: postgresql-client)"
        )
    return path
