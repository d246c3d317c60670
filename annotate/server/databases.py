"""Which database a studio's folder belongs to: the SQLite file in it, or one of PostgreSQL's.

A choice of PostgreSQL is kept beside the accounts, so that no later command needs to be told.
"""

import json
from pathlib import Path

from annotate.core.errors import InputError, ServerError
from annotate.core.io.files import writing
from annotate.core.io.json_files import read_object
from annotate.server import postgres, sqlite
from annotate.server.postgres_url import Postgres, read_url
from annotate.server.release import check_not_newer

FILE = "database.json"
FORMAT = 1


def find_database(folder: Path, asked: str = "") -> Postgres | None:
    """The folder's PostgreSQL database; None stands for SQLite.

    Args:
        folder: A studio's.
        asked: The URL that the user gave; empty for what was chosen before.

    Raises:
        InputError: A bad URL, or another database than the one that the folder belongs to.
        ServerError: What was chosen before cannot be read.
    """
    known = _remembered(folder)
    if not asked:
        return known
    wanted = read_url(asked)
    if known is None and (folder / sqlite.FILE).exists():
        raise InputError(
            f"{folder}: its accounts and labels are in SQLite ({sqlite.FILE}), not in {wanted}; "
            f"leave --database out, or move {folder} away to start afresh there"
        )
    if known and not known.same(wanted):
        raise InputError(
            f"{folder}: belongs to {known}, not to {wanted}; leave --database out, or move "
            f"{folder} away to start afresh there; if the database itself has moved, remove "
            f"{folder / FILE}"
        )
    return wanted


def prepare_database(folder: Path, program: Path, asked: str = "") -> None:
    """Make sure that the server can run on the folder's database; remember a choice of it.

    Raises:
        InputError: See `find_database`; or it holds another studio's work.
        ServerError: It cannot be used, or a newer server wrote it.
    """
    database = find_database(folder, asked)
    if database is None:
        sqlite.prepare(folder, program)
        return
    there = postgres.look(database, program)
    check_not_newer(database, there.migrations, program)
    if there.users and not (folder / "accounts.json").exists():
        raise InputError(
            f"{database}: holds the work of a studio with another folder than {folder}; use that "
            "one, 'studio restore' a backup, or name an empty database"
        )
    # Before the server starts: without --database an interrupted first start would go on in SQLite.
    remember(folder, database)


def database_environment(folder: Path, asked: str = "") -> dict[str, str]:
    """What Label Studio's programs are run with to use the folder's database."""
    database = find_database(folder, asked)
    return database.environment() if database else sqlite.environment(folder)


def remember(folder: Path, database: Postgres) -> None:
    """Keep the choice, for the owner alone: it has the password."""
    with writing(folder / FILE, mode=0o600) as file:
        json.dump({"format": FORMAT, "url": database.url}, file, indent=2)


def _remembered(folder: Path) -> Postgres | None:
    path = folder / FILE
    if not path.exists():
        return None
    mend = "remove this file and name the database once more with --database"
    try:
        content = read_object(path, mend)
        if content.get("format") != FORMAT:
            raise ServerError(f"{path}: of another version of this program; {mend}")
        return read_url(str(content.get("url")))
    except InputError:
        raise ServerError(f"{path}: broken; {mend}") from None
