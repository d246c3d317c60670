"""Unpack archives, a member at a time: into a temporary folder, never into memory."""

import gzip
import lzma
import os
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from annotate.articles.article import Article, Unread
from annotate.core.errors import InputError
from annotate.core.io.files import plain_reading
from annotate.core.records import normalise

_MOST = 200  # times its packed size: text shrinks to a fifth, rarely to a fiftieth
_HARMLESS = 10_000_000  # bytes, whatever they were packed to
_CHUNK = 1 << 20
_LONGEST_NAME = 255  # bytes
_KEPT_NAME = 60  # characters of a longer name
_ENCRYPTED = 1  # flag of a member
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive.

    Attributes:
        path: Where it is unpacked, until the next one is asked for.
        name: What messages call it.
    """

    path: Path
    name: str

    def named(self, item: Article | Unread) -> Article | Unread:
        """Return what was read of it, with the archive's name in place of the temporary one."""
        if isinstance(item, Article):
            return replace(item, origin=item.origin.replace(str(self.path), self.name))
        message = str(item.error).replace(str(self.path), self.name)
        return replace(item, error=type(item.error)(message))


def check_size(name: str, packed: int, unpacked: int) -> None:
    """Refuse what is made to fill memory or disk.

    Args:
        name: Of the member, for the message.
        packed: Bytes.
        unpacked: Bytes.

    Raises:
        InputError: It unpacks to more than text ever does.
    """
    if unpacked > max(_HARMLESS, _MOST * packed):
        raise InputError(
            f"{name}: unpacks to more than {_MOST} times its size, as no text does (a zip bomb); "
            "unpack it yourself if you trust it, and give the folder"
        )


def unpack_gzip(path: Path, wanted: Callable[[PurePosixPath], bool]) -> Iterator[Member | Unread]:
    """Yield the file in a .gz.

    Args:
        path: Its name without .gz is that of the file in it.
        wanted: Not used: there is only one.
    """
    name = path.stem if path.suffix.lower() == ".gz" else path.name
    with tempfile.TemporaryDirectory(prefix="rhetoric-") as folder:
        member = Member(Path(folder, name), str(path))
        try:
            with plain_reading(path):
                size = path.stat().st_size
            with _unpacking(member.name), gzip.open(path) as packed:
                _copy(packed, member, size)
        except InputError as error:
            yield Unread.of("file", error)
        else:
            yield member


def unpack_zip(path: Path, wanted: Callable[[PurePosixPath], bool]) -> Iterator[Member | Unread]:
    """Yield the files in a .zip whose names are wanted, in sorted order.

    Raises:
        InputError: It is no zip archive, or none of its files is wanted.
    """
    with tempfile.TemporaryDirectory(prefix="rhetoric-") as folder, _opened(path) as archive:
        members = [info for info in _files(archive) if wanted(_name(info))]
        if not members:
            raise InputError(f"{path}: no article files in this archive")
        for info in members:
            member = Member(Path(folder, _short(_name(info).name)), _shown(path, info))
            try:
                _unpack(archive, info, member)
            except InputError as error:
                yield Unread.of("file", error)
            else:
                yield member
            member.path.unlink(missing_ok=True)


def other_members(path: Path, wanted: Callable[[PurePosixPath], bool]) -> list[Path]:
    """Return the files in a .zip that are not wanted; none if it cannot be read."""
    try:
        with _opened(path) as archive:
            names = [(_name(info), _shown(path, info)) for info in _files(archive)]
    except InputError:  # reading the archive tells it
        return []
    return [Path(shown) for name, shown in names if not wanted(name)]


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    with _unpacking(str(path)), plain_reading(path):
        archive = zipfile.ZipFile(path)
    with archive:
        yield archive


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the members that are files: no folders, links or hidden files."""
    infos = sorted(archive.infolist(), key=lambda info: info.filename)
    return [info for info in infos if not (info.is_dir() or _is_link(info) or _is_hidden(info))]


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)


def _is_hidden(info: zipfile.ZipInfo) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in _name(info).parts if part != "..")


def _name(info: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(info.filename.replace("\\", "/"))


def _shown(path: Path, info: zipfile.ZipInfo) -> str:
    return f"{path}/{normalise(info.filename)}"


def _short(name: str) -> str:
    return name if len(os.fsencode(name)) <= _LONGEST_NAME else name[-_KEPT_NAME:]


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: Member) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise InputError(
            f"{member.name}: protected with a password; unpack the archive with it, and give the "
            "folder"
        )
    check_size(member.name, info.compress_size, info.file_size)
    with _unpacking(member.name), archive.open(info) as packed:
        _copy(packed, member, info.compress_size)


def _copy(packed: IO[bytes] | gzip.GzipFile, member: Member, size: int) -> None:
    total = 0
    with member.path.open("wb") as file:
        while chunk := packed.read(_CHUNK):
            total += len(chunk)
            check_size(member.name, size, total)
            file.write(chunk)


@contextmanager
def _unpacking(name: str) -> Iterator[None]:
    try:
        yield
    except (*_BROKEN, gzip.BadGzipFile) as error:
        raise InputError(
            f"{name}: the archive is damaged or incomplete ({normalise(str(error))}); fetch it "
            "again, or unpack what can be unpacked and give the folder"
        ) from error
    except OSError as error:
        raise InputError(
            f"{name}: cannot be unpacked: {error.strerror or error}; the environment variable "
            "TMPDIR names the folder that needs room for it"
        ) from error
