"""Which database the folder of a studio belongs to: its SQLite file, or a PostgreSQL database.

The choice of a PostgreSQL database is saved beside the accounts, so that later commands need not
be told.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from annotate.core.errors import InputError, ServerError
from annotate.core.io.files import writing
from annotate.core.io.json_files import read_object
from annotate.server import postgres, sqlite
from annotate.server.postgres_url import Postgres, read_url

FILE = "database.json"
FORMAT = 1


def find_database(folder: Path, url: str = "") -> Postgres | None:
    """Return the folder's PostgreSQL database, or None for SQLite.

    Args:
        folder: The studio's folder.
        url: The URL that the user gave; empty for the database that was chosen before.

    Raises:
        InputError: A bad URL, or another database than the one that the folder belongs to.
        ServerError: The earlier choice cannot be read.
    """
    chosen = _read_choice(folder)
    if not url:
        return chosen
    wanted = read_url(url)
    if chosen is None and (folder / sqlite.FILE).exists():
        raise InputError(
            f"{folder}: its accounts and labels are in SQLite ({sqlite.FILE}), not in {wanted}; "
            f"leave --database out, or move {folder} away to start afresh there"
        )
    if chosen and str(chosen) != str(wanted):  # the password may have changed
        raise InputError(
            f"{folder}: belongs to {chosen}, not to {wanted}; leave --database out, or move "
            f"{folder} away to start afresh there; if the database itself has moved, remove "
            f"{folder / FILE}"
        )
    return wanted


def prepare_database(folder: Path, program: Path, url: str = "") -> None:
    """Check that the server can run on the folder's database, and remember which it is.

    Raises:
        InputError: See `find_database`; or the database belongs to another studio.
        ServerError: It cannot be used, or a newer server wrote it.
    """
    database = find_database(folder, url)
    if database is None:
        _check_not_newer(folder / sqlite.FILE, sqlite.prepare(folder), program)
        return
    state = postgres.inspect(database, program)
    _check_not_newer(database, state.migrations, program)
    if state.users and not (folder / "accounts.json").exists():
        raise InputError(
            f"{database}: belongs to a studio with another folder than {folder}; use that folder, "
            "'studio restore' a backup, or name an empty database"
        )
    # Before the server starts: without --database an interrupted first start would go on in SQLite.
    remember(folder, database)


def user_numbers(folder: Path, program: Path) -> Mapping[str, int]:
    """E-mail -> number of everybody on the server, whether it runs or not.

    Raises:
        ServerError: The database cannot be read.
    """
    database = find_database(folder)
    return postgres.inspect(database, program).users if database else sqlite.users(folder)


def _check_not_newer(place: object, applied: Iterable[tuple[str, str]], program: Path) -> None:
    """Refuse a database with migrations, (app, name), that the installed server does not have."""
    installed = _installed_migrations(program)
    unknown = [name for app, name in applied if app in installed and name not in installed[app]]
    if unknown:
        raise ServerError(
            f"{place}: written by a newer Label Studio (it has the migration {unknown[0]!r}); "
            "install that version into .venv-studio, or move the folder away to start afresh"
        )


def _installed_migrations(program: Path) -> Mapping[str, frozenset[str]]:
    """Return, for each Django app, the migrations that the installed server has or has replaced."""
    migrations = {}
    for folder in program.parent.parent.glob("lib/*/site-packages/label_studio/*/migrations"):
        files = list(folder.glob("[0-9]*.py"))
        # A squashed migration lists the (app, name) pairs that it replaces.
        pair = re.compile(rf"""['"]{folder.parent.name}['"],\s*['"](\d+_\w+)['"]""")
        replaced = (name for path in files for name in pair.findall(path.read_text("utf-8")))
        migrations[folder.parent.name] = frozenset(path.stem for path in files).union(replaced)
    return migrations


def database_environment(folder: Path, url: str = "") -> dict[str, str]:
    """Return the variables with which Label Studio uses the folder's database."""
    database = find_database(folder, url)
    return database.environment() if database else sqlite.environment(folder)


def remember(folder: Path, database: Postgres) -> None:
    """Save the choice in a file that only its owner can read: it has the password."""
    with writing(folder / FILE, mode=0o600) as file:
        json.dump({"format": FORMAT, "url": database.url}, file, indent=2)


def _read_choice(folder: Path) -> Postgres | None:
    path = folder / FILE
    if not path.exists():
        return None
    fix = "remove this file and name the database again with --database"
    try:
        content = read_object(path, fix)
        if content.get("format") != FORMAT:
            raise ServerError(f"{path}: written by another version of this program; {fix}")
        return read_url(str(content.get("url")))
    except InputError:
        raise ServerError(f"{path}: broken; {fix}") from None
