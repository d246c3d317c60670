"""The embedded server's SQLite database: how it is prepared, run with and copied."""

import sqlite3
from contextlib import closing
from pathlib import Path

from annotate.core.errors import ServerError
from annotate.core.io.files import writing
from annotate.server.release import check_not_newer

FILE = "label_studio.sqlite3"
# A transaction that reads and then writes fails at once, however patient SQLite is told to be, when
# somebody else has written between the two: so each takes the right to write when it begins.
_SETTINGS = """\
from core.settings.base import *  # for what reads settings while the next import goes on

SENTRY_DSN = ""
DATABASES_ALL[DJANGO_DB_SQLITE]["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 60}
from label_studio.core.settings.label_studio import *
"""
_SETTINGS_MODULE = "rhetoric_settings"


def environment(folder: Path) -> dict[str, str]:
    """What the server's programs are run with; the settings that it names are written."""
    settings = folder.resolve() / "settings"
    with writing(settings / f"{_SETTINGS_MODULE}.py") as file:
        file.write(_SETTINGS)
    return {
        "DJANGO_DB": "sqlite",
        "DJANGO_SETTINGS_MODULE": _SETTINGS_MODULE,
        "LABEL_STUDIO_DATABASE_NAME": str((folder / FILE).resolve()),
        "PYTHONPATH": str(settings),
    }


def prepare(folder: Path, program: Path) -> None:
    """Switch a fresh database to write-ahead logging; refuse one that a newer server wrote.

    Without write-ahead logging three people who save at once wait for each other.

    Raises:
        ServerError: No database, or a newer server's.
    """
    path = folder / FILE
    try:
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA journal_mode=wal")
            there = "SELECT name FROM sqlite_master WHERE name='django_migrations'"
            migrated = database.execute(there).fetchone()
            applied = (
                database.execute("SELECT app, name FROM django_migrations").fetchall()
                if migrated
                else []
            )
    except sqlite3.DatabaseError as error:
        raise ServerError(f"{path}: no database that can be used: {error}") from error
    check_not_newer(path, applied, program)


def copy(folder: Path, target: Path) -> None:
    """Copy the database as it is at one moment; the server may go on writing meanwhile.

    Raises:
        ServerError: It is damaged, or the copy cannot be written.
    """
    path = folder / FILE
    try:
        with (
            # By its URI it is not made where it is missing.
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as there,
            closing(sqlite3.connect(target)) as here,
        ):
            # In one step: between two of them a write of the server would begin it anew.
            there.backup(here)
            here.execute("PRAGMA journal_mode=delete")  # one file, without a log beside it
            found = here.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise ServerError(f"{path}: cannot be copied: {error}") from error
    if found != "ok":
        reason = found.splitlines()[-1]
        raise ServerError(f"{path}: damaged ({reason}); restore an earlier backup")
