"""Check the files on this machine: modes of secrets, the database, free space."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from annotate.doctor.check import Check, State

_WARN_BELOW, _FAIL_BELOW = 2_000_000_000, 200_000_000  # bytes
_OTHERS = 0o077  # permissions of everybody but the owner


def check_secrets(folder: Path, files: list[Path]) -> Check:
    """Check that only the owner can read the studio's folder and the files with tokens.

    Args:
        folder: The studio's folder.
        files: Files with tokens or names; those that do not exist are left out.
    """
    existing = [path for path in (folder, *files) if path.exists()]
    readable = [path for path in existing if path.stat().st_mode & _OTHERS]
    if readable:
        listed = ", ".join(f"{path} ({path.stat().st_mode & 0o777:o})" for path in readable)
        fix = "; ".join(f"chmod {700 if path.is_dir() else 600} {path}" for path in readable)
        return Check("secrets", State.FAIL, f"others can read {listed}", fix)
    if not existing:
        return Check("secrets", State.SKIPPED, "there are none in this folder")
    return Check("secrets", State.OK, f"only you can read {', '.join(map(str, existing))}")


def check_database(path: Path) -> list[Check]:
    """Check that write-ahead logging is on and that SQLite finds the file sound."""
    mode_name, name = "database mode", "database"
    if not path.exists():
        reason = "there is no embedded server in this folder"
        return [Check(each, State.SKIPPED, reason) for each in (mode_name, name)]
    try:
        # Read-only: in this mode a reader never makes a running server wait.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            mode = str(database.execute("PRAGMA journal_mode").fetchone()[0])
            verdict = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        mode, verdict = "", str(error)
    if mode == "wal":
        mode_check = Check(mode_name, State.OK, "write-ahead logging is on")
    elif mode:
        finding = f"{path}: journal mode {mode}: people who save at the same time wait"
        fix = "stop the server and start it with 'make studio'"
        mode_check = Check(mode_name, State.FAIL, finding, fix)
    else:
        mode_check = Check(mode_name, State.SKIPPED, "the database cannot be read")
    if verdict == "ok":
        return [mode_check, Check(name, State.OK, f"{path} is sound")]
    fix = f"restore a backup of {path.parent}, or move it away to start afresh"
    return [mode_check, Check(name, State.FAIL, f"{path}: {verdict}", fix)]


def check_room(*folders: Path) -> Iterator[Check]:
    """Check the free space of the folders that data is written to, once for each disk."""
    disks = set()
    for folder in folders:
        existing = folder.resolve()
        while not existing.exists():
            existing = existing.parent
        if existing.stat().st_dev not in disks:
            disks.add(existing.stat().st_dev)
            yield about_room(folder, shutil.disk_usage(existing).free)


def about_room(folder: Path, free: int) -> Check:
    """Judge the free space, in bytes, of a folder's disk."""
    finding = f"{free / 1e9:.1f} GB free for {folder}"
    if free >= _WARN_BELOW:
        return Check("disk", State.OK, finding)
    state = State.FAIL if free < _FAIL_BELOW else State.WARN
    return Check("disk", state, finding, "free some space, or link the folder to another disk")
