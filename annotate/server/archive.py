"""The file of a backup: a tar of plain files; the last one lists the others with their digests."""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from annotate.core.errors import InputError
from annotate.core.io.files import plain_os_errors, plain_reading, writing_bytes
from annotate.core.io.json_files import read_object, to_text
from annotate.server import postgres, sqlite

MANIFEST = "manifest.json"
ACCOUNTS, KEY, SECRET = "accounts.json", "pseudonyms.json", ".env"
WITHDRAWN = "withdrawn.json"
MEDIA, LINEAGES = "media", "lineages"
_FILES = frozenset({MANIFEST, ACCOUNTS, KEY, SECRET, WITHDRAWN, sqlite.FILE, postgres.DUMP})
_LEVELS, _NAME = 100, 255  # of a path; bytes of each level's name, as file systems have it
_SHOWN = 100  # characters of a refused name
FORMAT = 1
CHUNK = 2**20  # bytes; the unit of `advance`
Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a backup.

    Attributes:
        label_studio: The version of the server that wrote the database.
        database: The name of the database's file, which tells SQLite from PostgreSQL.
        files: Name -> SHA-256.
    """

    label_studio: str
    database: str
    files: Mapping[str, str]


def chunks(path: Path) -> int:
    """Return the number of chunks of a file."""
    return -(-path.stat().st_size // CHUNK)


def pack(
    target: Path,
    files: Iterable[tuple[str, Path]],
    label_studio: str,
    database: str,
    advance: Advance = lambda count: None,
) -> Manifest:
    """Write the archive, readable only by its owner, whole or not at all.

    Args:
        target: The file.
        files: Name in the archive, and path; a file that no longer exists is left out.
        label_studio: See `Manifest`.
        database: See `Manifest`.
        advance: Called with the number of chunks written.

    Raises:
        InputError: It cannot be written.
    """
    digests = {}
    with (
        writing_bytes(target, mode=0o600) as raw,
        tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name, path in files:
            try:
                file = path.open("rb")
            except FileNotFoundError:  # deleted since it was listed
                continue
            with file:
                digests[name] = _add(tar, name, file, os.fstat(file.fileno()).st_size, advance)
        manifest = Manifest(label_studio, database, digests)
        text = to_text({"format": FORMAT} | asdict(manifest)).encode()
        _add(tar, MANIFEST, io.BytesIO(text), len(text), advance)
    return manifest


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes], size: int, advance: Advance) -> str:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    source = _Hashed(file, advance)
    tar.addfile(entry, source)
    return source.digest.hexdigest()


class _Hashed(io.RawIOBase):
    """A file that computes its digest while it is read."""

    def __init__(self, file: IO[bytes], advance: Advance) -> None:
        self._file, self._advance, self._read = file, advance, 0
        self.digest = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        part = self._file.read(size)
        self.digest.update(part)
        before, self._read = self._read, self._read + len(part)
        self._advance(-(-self._read // CHUNK) - -(-before // CHUNK))
        return part


def unpack(archive: Path, into: Path, advance: Advance = lambda count: None) -> Manifest:
    """Extract an archive into an empty folder, readable only by its owner, and check each file.

    Raises:
        InputError: It is no backup, incomplete, changed since it was made, or has a strange member.
    """
    digests: dict[str, str] = {}
    try:
        with (
            plain_reading(archive),
            archive.open("rb") as raw,
            tarfile.open(fileobj=raw, mode="r:") as tar,
        ):
            for entry in _checked_entries(archive, tar):
                content = tar.extractfile(entry)
                if content is not None:
                    digests[entry.name] = _extract(content, into / entry.name, advance)
    except (tarfile.TarError, EOFError, ValueError, OverflowError, RecursionError) as error:
        raise _refusal(archive, f"not a backup, or incomplete ({error})") from error
    return _checked_manifest(archive, into, digests)


def _checked_entries(archive: Path, tar: tarfile.TarFile) -> list[tarfile.TarInfo]:
    """Return the members, each of which a backup may have, once."""
    entries: dict[str, tarfile.TarInfo] = {}
    for entry in tar:
        if entry.name in entries or not _is_ours(entry):
            name = entry.name if len(entry.name) <= _SHOWN else f"{entry.name[:_SHOWN]}..."
            raise _refusal(archive, f"it has a member that no backup has: {name!r}")
        entries[entry.name] = entry
    return list(entries.values())


def _is_ours(entry: tarfile.TarInfo) -> bool:
    name, parts = entry.name, PurePosixPath(entry.name).parts
    plain = entry.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not entry.issparse()
    upload = len(parts) > 1 and parts[0] == MEDIA and ".." not in parts
    lineage = len(parts) == 2 and parts[0] == LINEAGES and parts[1].endswith(".json")
    short = len(parts) <= _LEVELS and all(len(os.fsencode(part)) <= _NAME for part in parts)
    return plain and short and name == "/".join(parts) and (upload or lineage or name in _FILES)


def _extract(content: IO[bytes], target: Path, advance: Advance) -> str:
    source = _Hashed(content, advance)
    with plain_os_errors(target):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            while part := source.read(CHUNK):
                file.write(part)
    return source.digest.hexdigest()


def _checked_manifest(archive: Path, folder: Path, digests: Mapping[str, str]) -> Manifest:
    if MANIFEST not in digests:
        raise _refusal(archive, "incomplete: the list of its files, which comes last, is missing")
    content = read_object(folder / MANIFEST, "take another backup")
    if content.get("format") != FORMAT:
        raise _refusal(archive, "written by another version of this program")
    listed = content.get("files")
    if not isinstance(listed, dict):
        raise _refusal(archive, "the list of its files is broken")
    files = {name: digest for name, digest in digests.items() if name != MANIFEST}
    for name in sorted(listed.keys() | files.keys()):
        if listed.get(name) != files.get(name):
            raise _refusal(archive, f"{name} is not what was backed up")
    return Manifest(str(content.get("label_studio")), str(content.get("database")), files)


def _refusal(archive: Path, reason: str) -> InputError:
    return InputError(f"{archive}: {reason}; nothing was restored; take another backup")
