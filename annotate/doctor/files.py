"""What lies on this machine: secrets that only their owner can read, a sound database, room."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from annotate.doctor.check import Check, fail, ok, skipped, warn

_WARN_BELOW, _FAIL_BELOW = 2_000_000_000, 200_000_000  # bytes
_OTHERS = 0o077  # what anybody but the owner may do


def check_secrets(folder: Path, files: list[Path]) -> Check:
    """The studio's folder and the files with tokens are their owner's alone.

    Args:
        folder: Of the embedded server.
        files: Hold tokens or who is who; those that are not there are left out.
    """
    name = "secrets"
    there = [path for path in (folder, *files) if path.exists()]
    open_ = [path for path in there if path.stat().st_mode & _OTHERS]
    if open_:
        mend = "; ".join(f"chmod {700 if path.is_dir() else 600} {path}" for path in open_)
        listed = ", ".join(f"{path} ({path.stat().st_mode & 0o777:o})" for path in open_)
        return fail(name, f"others can read {listed}", mend)
    if not there:
        return skipped(name, "there are none in this folder")
    return ok(name, f"only their owner can read {', '.join(map(str, there))}")


def check_database(path: Path) -> list[Check]:
    """Write-ahead logging is on, and SQLite finds the file sound."""
    wal, sound = "database mode", "database"
    if not path.exists():
        why = "there is no embedded server in this folder"
        return [skipped(wal, why), skipped(sound, why)]
    try:
        # Only to look: a reader never makes a running server wait in this mode.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            mode = str(database.execute("PRAGMA journal_mode").fetchone()[0])
            found = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        found, mode = str(error), ""
    checks = []
    if mode == "wal":
        checks.append(ok(wal, "write-ahead logging is on"))
    elif mode:
        said = f"{path}: journal mode {mode}: people who save at once wait for each other"
        checks.append(fail(wal, said, "stop the server and start it by 'make studio'"))
    else:
        checks.append(skipped(wal, "the database cannot be read"))
    mend = f"restore a backup of {path.parent}, or move it away to start afresh"
    checks.append(
        ok(sound, f"{path} is sound") if found == "ok" else fail(sound, f"{path}: {found}", mend)
    )
    return checks


def check_room(*folders: Path) -> Iterator[Check]:
    """Free space where data are written; folders on one disk are one check."""
    seen = set()
    for folder in folders:
        there = folder.resolve()
        while not there.exists():
            there = there.parent
        if there.stat().st_dev not in seen:
            seen.add(there.stat().st_dev)
            yield about_room(folder, shutil.disk_usage(there).free)


def about_room(folder: Path, free: int) -> Check:
    """Whether so many bytes are enough for `folder` to grow."""
    said = f"{free / 1e9:.1f} GB free for {folder}"
    mend = "free some room, or link the folder to another disk"
    if free < _FAIL_BELOW:
        return fail("disk", said, mend)
    return warn("disk", said, mend) if free < _WARN_BELOW else ok("disk", said)
