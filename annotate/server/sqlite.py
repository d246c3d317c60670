"""The embedded server's SQLite database: how to prepare, use and copy it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from annotate.core.errors import ServerError
from annotate.core.io.files import writing

FILE = "label_studio.sqlite3"
# However long SQLite waits, a transaction that reads and then writes fails at once if somebody else
# has written in between: so each takes the write lock when it begins.
_SETTINGS = """\
from core.settings.base import *  # for modules that read settings during the next import

SENTRY_DSN = ""
DATABASES_ALL[DJANGO_DB_SQLITE]["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 60}
from label_studio.core.settings.label_studio import *
"""
_SETTINGS_MODULE = "rhetoric_settings"


def environment(folder: Path) -> dict[str, str]:
    """Write the settings module; return the variables that make Label Studio use it."""
    settings = folder.resolve() / "settings"
    with writing(settings / f"{_SETTINGS_MODULE}.py") as file:
        file.write(_SETTINGS)
    return {
        "DJANGO_DB": "sqlite",
        "DJANGO_SETTINGS_MODULE": _SETTINGS_MODULE,
        "LABEL_STUDIO_DATABASE_NAME": str((folder / FILE).resolve()),
        "PYTHONPATH": str(settings),
    }


def prepare(folder: Path) -> list[tuple[str, str]]:
    """Switch the database to write-ahead logging; return the migrations it has, (app, name).

    Without write-ahead logging, annotators who save at the same time wait for each other.

    Raises:
        ServerError: The file is not a database.
    """
    path = folder / FILE
    path.touch(mode=0o600)
    path.chmod(0o600)  # the log beside it gets the same mode
    try:
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA journal_mode=wal")
            table = "SELECT name FROM sqlite_master WHERE name='django_migrations'"
            if not database.execute(table).fetchone():
                return []
            return database.execute("SELECT app, name FROM django_migrations").fetchall()
    except sqlite3.DatabaseError as error:
        raise ServerError(
            f"{path}: not a usable database ({error}); restore a backup, or move {folder} away to "
            "start afresh"
        ) from error


def users(folder: Path) -> dict[str, int]:
    """E-mail -> number of every user; the server may be running.

    Raises:
        ServerError: The database is missing or cannot be read.
    """
    path = folder / FILE
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as database:
            return dict(database.execute("SELECT email, id FROM htx_user"))
    except sqlite3.DatabaseError as error:
        raise ServerError(f"{path}: cannot be read ({error})") from error


def copy(folder: Path, target: Path) -> None:
    """Copy the database as it is at one moment; the server may go on writing.

    Raises:
        ServerError: It is damaged, or the copy cannot be written.
    """
    path = folder / FILE
    try:
        with (
            # Opened as a URI, a missing file is not created.
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as original,
            closing(sqlite3.connect(target)) as duplicate,
        ):
            # In one step: the server writing between two steps would restart the copy.
            original.backup(duplicate)
            duplicate.execute("PRAGMA journal_mode=delete")  # one file, without a log beside it
            verdict = duplicate.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise ServerError(f"{path}: cannot be copied: {error}") from error
    if verdict != "ok":
        reason = verdict.splitlines()[-1]
        raise ServerError(f"{path}: damaged ({reason}); restore an earlier backup")
