"""PostgreSQL in the place of SQLite: asked, dumped and restored by programs that know it.

Our own environment has no client of it: Label Studio's has psycopg, and PostgreSQL's own programs
make and read dumps.
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
_PATIENCE = 60  # seconds for one look at it
_PROBE = """
import json, sys
import psycopg

try:
    with psycopg.connect(**json.load(sys.stdin), connect_timeout=10) as there:
        def rows(query):
            return there.execute(query).fetchall()
        def rows_of(table, query):
            (found,), = rows(f"SELECT to_regclass('{table}')::text")
            return rows(query) if found else []
        (may,), = rows(
            "SELECT has_database_privilege(current_database(), 'CREATE')"
            " AND coalesce(has_schema_privilege(to_regnamespace('public')::oid, 'CREATE'), false)"
        )
        (tables,), = rows(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        )
        found = {
            "encoding": rows("SHOW server_encoding")[0][0],
            "may_create": may,
            "tables": tables,
            "users": sum(n for n, in rows_of("htx_user", "SELECT count(*) FROM htx_user")),
            "migrations": rows_of(
                "django_migrations", "SELECT app, name FROM django_migrations"
            ),
        }
except psycopg.Error as error:
    found = {"error": str(error)}
print(json.dumps(found))
"""
# What PostgreSQL says -> how to mend it.
_MENDS = {
    "password authentication failed": "check USER and PASSWORD",
    "no password supplied": "put the password into the URL: postgresql://USER:PASSWORD@...",
    "is not permitted to log in": "ask for a role that may: ALTER ROLE ... LOGIN",
    "no pg_hba.conf entry": "let that role in from this host: pg_hba.conf",
    "permission denied for database": "make the role its owner: ALTER DATABASE ... OWNER TO ...",
    '^database ".*" does not exist': "make it: CREATE DATABASE ... OWNER ...",
    '^role ".*" does not exist': "make it: CREATE ROLE ... LOGIN PASSWORD ...",
    "": "check HOST and PORT, and that PostgreSQL runs there",
}
_FOLDERS = "/usr/lib/postgresql"  # where Debian keeps each version's programs


@dataclass(frozen=True, slots=True)
class Look:
    """What a database is like.

    Attributes:
        tables: How many there are.
        users: How many people its Label Studio knows.
        migrations: What its Label Studio was brought to: (app, name).
    """

    tables: int
    users: int
    migrations: Sequence[tuple[str, str]]


def look(database: Postgres, program: Path) -> Look:
    """Ask a database, through the environment of `program`, whether a server can run on it.

    Raises:
        ServerError: Out of reach, no log-in, no such database, or one that cannot be used.
    """
    found = _ask(database, program.with_name("python"))
    if "error" in found:
        raise _refused(database, found["error"])
    if not found["may_create"]:
        raise ServerError(
            f"{database}: the role may not make tables there; make it the owner: ALTER DATABASE "
            "... OWNER TO ..."
        )
    if found["encoding"] != "UTF8":
        raise ServerError(
            f"{database}: its encoding is {found['encoding']}; make one with ENCODING 'UTF8'"
        )
    pairs = [(str(app), str(name)) for app, name in found["migrations"]]
    return Look(found["tables"], found["users"], pairs)


def _ask(database: Postgres, python: Path) -> Mapping[str, Any]:
    at = {
        "user": database.user,
        "password": database.password,
        "host": database.host,
        "port": database.port,
        "dbname": database.name,
    }
    try:
        done = subprocess.run(
            [str(python), "-c", _PROBE],
            input=json.dumps(at),  # neither arguments nor environment show the password
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"error": f"no answer within {_PATIENCE} s"}
    except (OSError, ValueError):
        raise ServerError(
            f"{python} cannot ask PostgreSQL: remove .venv-studio and run 'make setup' again"
        ) from None
    return found


def _refused(database: Postgres, said: str) -> ServerError:
    """Of several tries, one for each address of the host, the last one is shown."""
    tries = [line for line in said.splitlines() if "failed: " in line] or [said.strip()]
    reason = tries[-1].rpartition("failed: ")[2].removeprefix("FATAL:").strip()
    mend = next(mend for words, mend in _MENDS.items() if re.search(words, reason))
    return ServerError(f"{database}: {reason.splitlines()[0][:300]}; {mend}")


def dump(database: Postgres, target: Path) -> None:
    """Write the whole database as it is at one moment; the server may go on writing meanwhile.

    Raises:
        ServerError: pg_dump is missing or fails.
    """
    _run(
        database, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"
    )


def load(database: Postgres, source: Path) -> None:
    """Put a dump into an empty database, whole or not at all.

    Raises:
        ServerError: pg_restore is missing or fails.
    """
    # Comments on extensions would have to be their owner's.
    own = ("--no-owner", "--no-privileges", "--no-comments")
    name = database.name.replace("\\", "\\\\").replace("'", "\\'")
    whole = ("--single-transaction", "--exit-on-error", f"--dbname=dbname='{name}'")
    _run(database, "pg_restore", *own, *whole, str(source))


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
        said = (done.stderr.strip().splitlines() or ["no reason given"])[0][:300]
        raise ServerError(f"{database}: {name} failed, so nothing was written: {said}")


def client_program(name: str) -> str:
    """One of PostgreSQL's own programs: on PATH, else the newest of Debian's.

    Raises:
        ServerError: There is none.
    """
    folders = Path(_FOLDERS).glob("*/bin")
    newest = sorted(folders, key=lambda path: float(path.parent.name), reverse=True)
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(map(str, newest)))
    if not found:
        raise ServerError(
            f"{name} is missing: install PostgreSQL's client programs, of the server's version or "
            "later (Debian: postgresql-client)"
        )
    return found
