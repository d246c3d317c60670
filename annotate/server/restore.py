"""Restore a studio from a backup, into a folder that has none."""

import errno
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from annotate.core.errors import InputError, ServerError
from annotate.core.io.files import locked, plain_os_errors, sync_folder, writing
from annotate.dataset.splits.lineage import Lineage, load_lineage
from annotate.dataset.splits.project_lineages import lineages_folder, write_lineage
from annotate.privacy.pseudonyms import read_key
from annotate.privacy.withdrawal_list import read_withdrawn, update_list, withdrawn_file
from annotate.server import postgres, sqlite
from annotate.server.accounts import accounts
from annotate.server.archive import (
    ACCOUNTS,
    KEY,
    LINEAGES,
    MANIFEST,
    SECRET,
    WITHDRAWN,
    Advance,
    Manifest,
    unpack,
)
from annotate.server.databases import remember
from annotate.server.postgres_url import Postgres, read_url
from annotate.server.process import StudioConfig, exclusive


def restore(
    archive: Path,
    config: StudioConfig,
    key_file: Path,
    advance: Advance = lambda count: None,
) -> Manifest:
    """Restore the studio's folder, whole or not at all.

    Args:
        archive: The file that `backup` wrote.
        config: An empty folder and, for a backup of PostgreSQL, an empty database.
        key_file: The key of pseudonyms; the backup's people are added to it.
        advance: Called with the number of chunks read.

    Raises:
        InputError: The folder or the database is not empty, pseudonyms contradict each other, or
            the archive is no whole backup.
        ServerError: A studio runs on the folder, or the database cannot be used.
    """
    folder = config.folder.resolve()
    with exclusive(folder) if folder.exists() else nullcontext(), _staged(folder) as fresh:
        _check_empty(config.folder)
        manifest = unpack(archive, fresh, advance)
        _check_accounts(archive, fresh, manifest)
        database = _check_database(archive, manifest, config)
        with locked(key_file):
            key = _merged_key(fresh / KEY, key_file)
            withdrawn = read_withdrawn(fresh / WITHDRAWN)
            (fresh / WITHDRAWN).unlink(missing_ok=True)
            lineages = _newer_lineages(fresh / LINEAGES, lineages_folder(key_file))
            if database:
                postgres.load(database, fresh / postgres.DUMP)
                (fresh / postgres.DUMP).unlink()
                remember(fresh, database)
            (fresh / MANIFEST).unlink()
            if key:
                with writing(key_file, mode=0o600) as file:
                    json.dump(key, file, indent=2)
            # Before the folder, so that no pull brings back what was withdrawn.
            update_list(withdrawn_file(key_file), withdrawn)
            for path, lineage in lineages.items():
                write_lineage(lineage, path)
            _put_in_place(fresh, folder)
    return manifest


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """Make a folder beside the studio's that only its owner can read; remove it on failure."""
    with plain_os_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _check_empty(folder: Path) -> None:
    names = (path.name for path in folder.glob("*") if path.name != "lock")
    existing = sorted(names, key=lambda name: (name.startswith("."), name))
    if existing:
        raise InputError(
            f"{folder}: already has a studio ({', '.join(existing[:3])}, ...); move the folder "
            "away, or restore into another project folder"
        )


def _check_accounts(archive: Path, fresh: Path, manifest: Manifest) -> None:
    if not {manifest.database, ACCOUNTS, SECRET} <= manifest.files.keys():
        raise InputError(
            f"{archive}: lacks the database, the accounts or the secret key; take another backup"
        )
    try:
        accounts(fresh)
    except ServerError:
        raise InputError(f"{archive}: its accounts are broken; take another backup") from None


def _check_database(archive: Path, manifest: Manifest, config: StudioConfig) -> Postgres | None:
    """Return the empty database for a PostgreSQL dump; None for a SQLite file."""
    if manifest.database == sqlite.FILE:
        if config.database:
            raise InputError(f"{archive}: has a SQLite database; leave --database out")
        return None
    if manifest.database != postgres.DUMP:
        raise InputError(
            f"{archive}: has a database of an unknown kind; use a newer version of this program"
        )
    if not config.database:
        raise InputError(f"{archive}: has a PostgreSQL database; name an empty one with --database")
    database = read_url(config.database)
    if postgres.inspect(database, config.program).tables:
        raise InputError(f"{database}: is not empty; create another: CREATE DATABASE ...")
    return database


def _merged_key(archived: Path, key_file: Path) -> dict[str, str]:
    """Return the pseudonyms of both keys; the restored project keeps its own."""
    theirs, ours = read_key(archived), read_key(key_file)
    archived.unlink(missing_ok=True)
    both = ours | theirs
    contradict = any(both[person] != name for person, name in ours.items())
    if contradict or len(set(both.values())) < len(both):
        raise InputError(
            f"{key_file}: gives some of the backup's people other pseudonyms, or theirs to "
            "others; move it away, or restore into another project folder"
        )
    return both


def _newer_lineages(archived: Path, folder: Path) -> dict[Path, Lineage]:
    """Return the projects' lineages to write; one that went on since the backup stays.

    Raises:
        InputError: One is broken.
    """
    lineages = {}
    for path in sorted(archived.glob("*.json")):
        file, lineage = folder / path.name, load_lineage(path)
        if not file.exists() or not load_lineage(file).continues(lineage):
            lineages[file] = lineage
    shutil.rmtree(archived, ignore_errors=True)
    return lineages


def _put_in_place(fresh: Path, folder: Path) -> None:
    """Rename the new folder to its final name in one step."""
    sync_folder(fresh)
    try:
        (folder / "lock").unlink(missing_ok=True)
        fresh.rename(folder)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        raise InputError(
            f"{folder}: something was written there meanwhile; move it away and restore again"
        ) from error
