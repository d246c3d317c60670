"""SQLite databases: temporary ones, so that memory stays flat, and ones kept for a next run."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.io.files import disk_full, locked, plain_os_errors

# The low byte of SQLite's extended result codes.
_DISK_ERRORS = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
}
_NO_JOURNAL = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
_CACHE = "PRAGMA cache_size = -65536;"  # 64 MB; with the usual 2, inserts go to the disk


@contextmanager
def temporary_database(schema: str, folder: Path | None = None) -> Iterator[sqlite3.Connection]:
    """Open an empty database on disk, in one transaction that nobody commits.

    Its file has no name: it is gone with the block, and also when the process is killed.

    Args:
        schema: Statements that create the tables.
        folder: Where there is room for it; the system's temporary folder by default.

    Raises:
        InputError: The disk is full or cannot be written.
    """
    folder = folder or _temporary_folder()
    with plain_os_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".", suffix=".sqlite3", dir=folder)
        os.close(descriptor)
    with _plain_disk_errors(folder):
        try:
            database = sqlite3.connect(name, isolation_level=None)
        finally:
            Path(name).unlink()
        with closing(database):
            database.executescript(f"{_NO_JOURNAL}{_CACHE}{schema}BEGIN;")
            yield database


def _temporary_folder() -> Path:
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError as error:
        raise InputError(
            "no temporary folder can be written: free some room, or set TMPDIR to another folder"
        ) from error


@contextmanager
def kept_database(path: Path, schema: str, version: int) -> Iterator[sqlite3.Connection]:
    """Open a database that only its owner can read, while no other process has it open.

    A broken one, or one of another version, is emptied first.

    Args:
        path: Its file; created where it does not exist.
        schema: Statements that create the tables.
        version: Of the schema.

    Raises:
        InputError: The file cannot be written.
    """
    with locked(path):
        with plain_os_errors(path):
            path.touch(mode=0o600)
            path.chmod(0o600)
        with _plain_disk_errors(path):
            try:
                database = _open(path, schema, version)
            except sqlite3.DatabaseError:
                path.write_bytes(b"")
                database = _open(path, schema, version)
            with closing(database):
                yield database


def _open(path: Path, schema: str, version: int) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    try:
        (present,) = database.execute("PRAGMA user_version").fetchone()
        (check,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if check != "ok" or present not in (0, version):
            raise sqlite3.DatabaseError
        if present == 0:
            database.executescript(f"BEGIN;{schema}PRAGMA user_version = {version};COMMIT;")
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database


@contextmanager
def _plain_disk_errors(path: Path) -> Iterator[None]:
    """Turn a full disk and the like into one clear line; a wrong statement keeps its traceback."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _DISK_ERRORS:
            raise
        full = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL
        if full:
            raise disk_full(path) from error
        raise InputError(f"{path}: cannot be written: {error}") from error
