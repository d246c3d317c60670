"""Back up a studio into one file: its database, uploads, accounts, secrets and lineages.

Left out is what each start rewrites (settings, server.json), what belongs to one machine (the log,
the address of a PostgreSQL database), and what can be made again (exports).
"""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from annotate.core.errors import ServerError
from annotate.core.io.files import locked, plain_os_errors
from annotate.dataset.splits.project_lineages import lineages_folder
from annotate.privacy.withdrawal_list import withdrawn_file
from annotate.server import postgres, sqlite
from annotate.server.accounts import LOCK
from annotate.server.archive import (
    ACCOUNTS,
    KEY,
    LINEAGES,
    MEDIA,
    SECRET,
    WITHDRAWN,
    Advance,
    Manifest,
    chunks,
    pack,
)
from annotate.server.databases import find_database
from annotate.server.process import StudioConfig, server_version


def backup(
    config: StudioConfig,
    key_file: Path,
    target: Path,
    progress: Callable[[int], AbstractContextManager[Advance]],
) -> Manifest:
    """Write the backup, whole or not at all; the server may be running.

    It has every annotation that the server confirmed before the backup began.

    Args:
        config: The studio.
        key_file: The key of pseudonyms.
        target: The file to write.
        progress: Takes the number of chunks; gives a function that counts those written.

    Raises:
        InputError: The file cannot be written.
        ServerError: There is no studio, or its database cannot be copied.
    """
    if not (config.folder / ACCOUNTS).exists():
        raise ServerError(f"{config.folder}: no studio was started here; run 'make studio' first")
    with plain_os_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent)
    with staging as name:  # on the same disk; only its owner can read it
        staged = Path(name)
        database = _stage(config, key_file, staged)
        # Uploads after the database, so that none that the database names is missing.
        files = [*_files(staged, staged), *_files(config.folder / MEDIA, config.folder)]
        with progress(sum(chunks(path) for _, path in files)) as advance:
            return pack(target, files, server_version(config.program), database, advance)


def _files(folder: Path, top: Path) -> list[tuple[str, Path]]:
    """Return the files below a folder, with their names in the archive."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path.relative_to(top).as_posix(), path) for path in paths]


def _stage(config: StudioConfig, key_file: Path, staged: Path) -> str:
    """Copy the files that may change during the backup; return the name of the database's."""
    database = find_database(config.folder)
    with locked(config.folder / LOCK):  # accounts and database of the same moment
        if database:
            name = postgres.DUMP
            postgres.dump(database, staged / name)
        else:
            name = sqlite.FILE
            sqlite.copy(config.folder, staged / name)
        shutil.copyfile(config.folder / ACCOUNTS, staged / ACCOUNTS)
    sources = {
        SECRET: config.folder / SECRET,
        KEY: key_file,
        WITHDRAWN: withdrawn_file(key_file),
    }
    for archived, source in sources.items():
        if source.exists():
            shutil.copyfile(source, staged / archived)
    (staged / LINEAGES).mkdir()
    for path in lineages_folder(key_file).glob("*.json"):
        shutil.copyfile(path, staged / LINEAGES / path.name)
    return name
