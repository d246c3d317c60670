"""All that a studio is, in one file: its database, uploads, accounts and secrets.

What is left out is made anew at a start (settings, server.json), belongs to one host (the log, the
address of a PostgreSQL database), or can be had again (exports).
"""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from annotate.core.errors import ServerError
from annotate.core.io.files import locked, plain_os_errors
from annotate.privacy.withdrawal_list import withdrawn_file
from annotate.server import postgres, sqlite
from annotate.server.accounts import PEOPLE
from annotate.server.archive import (
    ACCOUNTS,
    KEY,
    MEDIA,
    SECRET,
    WITHDRAWN,
    Advance,
    Manifest,
    chunks,
    pack,
)
from annotate.server.databases import find_database
from annotate.server.process import StudioConfig
from annotate.server.release import version

Counting = Callable[[int], AbstractContextManager[Advance]]


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was written.

    Attributes:
        size: Bytes of the file.
    """

    manifest: Manifest
    size: int


def backup(config: StudioConfig, key_file: Path, target: Path, counting: Counting) -> BackupReport:
    """Write everything into one file, whole or not at all; the server may run meanwhile.

    Every annotation that the server confirmed before this began is in it.

    Args:
        config: Whose folder.
        key_file: Who has which pseudonym.
        target: The archive.
        counting: Given how many chunks there are, shows how many are written.

    Raises:
        InputError: The file cannot be written.
        ServerError: No studio, or its database cannot be copied.
    """
    if not (config.folder / ACCOUNTS).exists():
        raise ServerError(f"{config.folder}: no studio was started here: 'make studio' first")
    with plain_os_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        own = tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent)
    with own as staged:  # readable by the owner alone; on the same disk
        database = _stage(config, key_file, Path(staged))
        # The uploads after the database: so none that it knows is missing.
        files = [(path.name, path) for path in sorted(Path(staged).iterdir())]
        files += _media(config.folder)
        with counting(sum(chunks(path) for _, path in files)) as advance:
            manifest = pack(target, files, version(config.program), database, advance)
    return BackupReport(manifest, target.stat().st_size)


def _stage(config: StudioConfig, key_file: Path, staged: Path) -> str:
    """Copy what may change meanwhile; returns the name of the database's file."""
    database = find_database(config.folder)
    with locked(config.folder / PEOPLE):  # accounts and database of the same moment
        if database:
            name = postgres.DUMP
            postgres.dump(database, staged / name)
        else:
            name = sqlite.FILE
            sqlite.copy(config.folder, staged / name)
        shutil.copyfile(config.folder / ACCOUNTS, staged / ACCOUNTS)
    beside = ((key_file, KEY), (withdrawn_file(key_file), WITHDRAWN))
    for source, kept in ((config.folder / SECRET, SECRET), *beside):
        if source.exists():
            shutil.copyfile(source, staged / kept)
    return name


def _media(folder: Path) -> list[tuple[str, Path]]:
    """What people uploaded, by name."""
    found = [path for path in sorted((folder / MEDIA).rglob("*")) if path.is_file()]
    return [(path.relative_to(folder).as_posix(), path) for path in found]
