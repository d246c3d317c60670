"""The checksums of an exported folder, in the form that `sha256sum -c` reads."""

from collections.abc import Iterator
from pathlib import Path

from annotate.core.errors import ModelError
from annotate.core.io.files import read_text
from annotate.core.plurals import counted
from train.models.folder import file_digest

MANIFEST = "MANIFEST.sha256"
_DAMAGED = f"not as it was exported, by {MANIFEST}"
_AGAIN = "copy or export the model again"


def manifest(folder: Path) -> str:
    """Return the checksums of all files of a folder, but the manifest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return "".join(
        f"{file_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files
    )


def read_manifest(folder: Path) -> dict[str, str]:
    """Return the digest of each file that the folder's manifest names.

    Raises:
        ModelError: There is no manifest, or a line names no file within the folder.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ModelError(
            f"{folder}: no exported model (no {MANIFEST}); write one with 'rhetoric-train export'"
        )
    lines = [line.partition("  ") for line in read_text(path).splitlines()]
    for digest, _, name in lines:
        if len(digest) != 64 or not name or Path(name).is_absolute() or ".." in Path(name).parts:
            raise ModelError(f"{path}: {name or digest!r} is no file of this folder; {_AGAIN}")
    return {name: digest for digest, _, name in lines}


def check_unchanged(folder: Path, name: str) -> None:
    """Refuse a file that is not as the folder's manifest says, if there is one.

    Raises:
        ModelError: It was changed since it was exported.
    """
    if (folder / MANIFEST).is_file():
        digest = read_manifest(folder).get(name)
        if digest and file_digest(folder / name) != digest:
            _refuse(folder, [name], _DAMAGED)


def check_manifest(folder: Path) -> int:
    """Return how many files the manifest names, all of them as they were exported.

    Hidden files that it does not name, as git and the Hub's client leave them, may be there.

    Raises:
        ModelError: A file was changed, removed or added.
    """
    digests = read_manifest(folder)
    _refuse(folder, [n for n in digests if not (folder / n).is_file()], "missing")
    _refuse(folder, [n for n, d in digests.items() if file_digest(folder / n) != d], _DAMAGED)
    _refuse(folder, [n for n in _present(folder) if n not in digests], f"not in {MANIFEST}")
    return len(digests)


def _refuse(folder: Path, names: list[str], what: str) -> None:
    if names:
        more = f", and {counted(len(names) - 1, 'more file')}" if len(names) > 1 else ""
        raise ModelError(f"{folder / names[0]}: {what}{more}; {_AGAIN}")


def _present(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_file() and inner.name != MANIFEST and not inner.parts[0].startswith("."):
            yield inner.as_posix()
