"""Read text with errors that name the place; write beside the target, then rename."""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, BinaryIO

from annotate.core.errors import InputError


def read_text(path: Path) -> str:
    """Read the whole file as UTF-8 text, without byte order mark.

    Raises:
        InputError: Missing, no file, not UTF-8 or with a NUL: byte and line are named.
    """
    return decode(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """Read the whole file.

    Raises:
        InputError: Missing, or no file.
    """
    with plain_reading(path):
        return path.read_bytes()


@contextmanager
def plain_reading(path: Path) -> Iterator[None]:
    """Turn what stops the reading of `path` into one clear line."""
    try:
        yield
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


def decode(raw: bytes, path: Path) -> str:
    """Decode the bytes of `path`; see `read_text`."""
    nul = raw.find(b"\0")
    if nul >= 0:
        raise InputError(
            f"{path}:{_line(raw, nul)}: NUL character at byte {nul}: not plain text, or UTF-16; "
            "save the file as UTF-8"
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # utf-8-sig counts from behind the byte order mark
        at = error.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
        raise InputError(
            f"{path}:{_line(raw, at)}: not UTF-8 at byte {at} (0x{raw[at]:02x}); "
            "save the file as UTF-8"
        ) from error


def _line(raw: bytes, at: int) -> int:
    return raw.count(b"\n", 0, at) + 1


# Other errors of the system would be bugs of ours, and keep their traceback.
_USERS_TO_FIX = frozenset(
    {errno.EACCES, errno.EEXIST, errno.EFBIG, errno.EIO, errno.EISDIR, errno.ELOOP}
    | {errno.ENAMETOOLONG, errno.ENOTDIR, errno.EPERM, errno.EROFS}
)


_FULL = (errno.ENOSPC, errno.EDQUOT)
_LEAST_ROOM = 2**20  # bytes


def is_of_full_disk(error: BaseException, target: Path) -> bool:
    """Return whether writing `target` failed because the disk is full.

    Libraries that write by themselves may not say why they failed; then the room that is left on
    the disk decides.
    """
    if isinstance(error, OSError):
        return error.errno in _FULL
    if any(os.strerror(number) in str(error) for number in _FULL):
        return True
    disk = next(folder for folder in (target, *target.absolute().parents) if folder.exists())
    return shutil.disk_usage(disk).free < _LEAST_ROOM


def disk_full(target: Path) -> InputError:
    """Return the error of a disk without room for `target`."""
    return InputError(
        f"{target}: the disk is full; nothing was written: free some room and run it again"
    )


@contextmanager
def plain_os_errors(target: Path) -> Iterator[None]:
    """Turn a full disk, a missing right and the like into one clear line about `target`."""
    try:
        yield
    except OSError as error:
        if is_of_full_disk(error, target):
            raise disk_full(target) from error
        if error.errno not in _USERS_TO_FIX:
            raise
        raise InputError(f"{target}: cannot be written: {error.strerror}") from error


@contextmanager
def writing(target: Path, mode: int = 0o644) -> Iterator[IO[str]]:
    """Open a text file that appears whole or not at all; see `writing_bytes`."""
    with writing_bytes(target, mode) as raw:
        file = TextIOWrapper(raw, encoding="utf-8", newline="\n")
        yield file
        file.detach()  # flushes it


@contextmanager
def writing_bytes(target: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Open a file that appears whole or not at all: written beside `target`, then renamed.

    Where `target` is a link, the file that it points to is written.

    Raises:
        InputError: It cannot be written, or is not a regular file.
    """
    with plain_os_errors(target):
        target = _real_file(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            os.fchmod(descriptor, mode)
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _real_file(target: Path) -> Path:
    """Follow a link; a rename would replace a device or a pipe by a file."""
    real = Path(os.path.realpath(target))
    loops = real.is_symlink()
    if loops or (target.exists() and not target.is_file()):
        raise InputError(f"{target}: cannot be written: it is no regular file; name another")
    return real


@contextmanager
def locked(target: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock beside `target`, once nobody else does.

    This makes reading and writing `target` one step. The lock's file stays, since others may have
    it open to wait for it. The system releases the lock of a process that was killed.

    Args:
        target: The file; it need not exist.
        waiting: Called once if somebody else holds the lock.
    """
    real = Path(os.path.realpath(target))
    with plain_os_errors(target):
        real.parent.mkdir(parents=True, exist_ok=True)
        with real.with_name(f".{real.name}.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def writing_folder(target: Path) -> Iterator[Path]:
    """Write a folder that appears whole or not at all; an earlier one stays until then."""
    with plain_os_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            fresh.chmod(0o755)
            yield fresh
            sync_folder(fresh)
            replace_folder(fresh, target)
            _sync_entries(target.parent)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise


def replace_folder(fresh: Path, target: Path) -> None:
    """Move `fresh` to `target`; a rename cannot replace a folder that has files."""
    if target.exists() and not target.is_symlink():
        old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
        target.replace(old / target.name)
        try:
            fresh.replace(target)
        except OSError:
            (old / target.name).replace(target)
            raise
        finally:
            shutil.rmtree(old, ignore_errors=True)
    else:
        fresh.replace(target)


def sync_folder(folder: Path) -> None:
    """Force every file of `folder` to disk, so that a rename never outlives its content."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        elif path.is_dir():
            _sync_entries(path)
    _sync_entries(folder)


def _sync_entries(folder: Path) -> None:
    """Force the entries of `folder` to disk, not the content of its files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def point_link(link: Path, target: Path) -> None:
    """Make `link` a relative symbolic link to `target`, in one step."""
    with plain_os_errors(link):
        link.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{link.name}.", dir=link.parent) as folder:
            fresh = Path(folder, link.name)
            fresh.symlink_to(os.path.relpath(target, link.parent), target_is_directory=True)
            fresh.replace(link)
        _sync_entries(link.parent)


def check_replaceable(folder: Path, names: Collection[str]) -> None:
    """Refuse to replace a folder that holds anything but files of these names.

    Raises:
        InputError: It does, or it is no folder.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"{folder}: is a file; name a folder to write")
    strange = sorted(path.name for path in folder.iterdir() if path.name not in names)
    if strange:
        raise InputError(
            f"{folder}: holds {strange[0]!r}, which this command did not write; "
            "choose a new or empty folder"
        )
