"""The versions that are kept of a dataset: `NAME@DIGEST` names one, `NAME` the newest.

A dataset NAME is a link into `.versions/NAME` beside it, where each version is a folder that is
called by the digest of its content.
"""

from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.plurals import counted
from annotate.workspace import DATASETS

VERSIONS = ".versions"
_SHORTEST = 4  # characters of a digest that name a version
_SHOWN = 5


def versions_folder(link: Path) -> Path:
    """Return the folder of a dataset's versions."""
    return link.parent / VERSIONS / link.name


def version_folders(link: Path) -> list[Path]:
    """Return the folders of the versions that are kept of the dataset `link`."""
    return sorted(versions_folder(link).glob("[!.]*"))


def find_dataset(path: Path) -> Path:
    """Return the folder of a version that is named as `NAME@DIGEST`; any other path as it is.

    The beginning of the digest is enough where no other version begins so.

    Raises:
        InputError: The digest names no version, or several.
    """
    link, digest = _parts(path)
    if not digest:
        return path
    folders = version_folders(link)
    if not folders:
        raise InputError(
            f"{path}: no version of {link} is kept; 'rhetoric-annotate pull' writes one"
        )
    if len(digest) < _SHORTEST:
        raise InputError(
            f"{path}: give at least {_SHORTEST} characters of the digest; kept: {_listed(folders)}"
        )
    matches = [folder for folder in folders if folder.name.startswith(digest)]
    if not matches:
        raise InputError(
            f"{path}: no version of {link} has a digest that begins so; kept: {_listed(folders)}"
        )
    if len(matches) > 1:
        raise InputError(
            f"{path}: {counted(len(matches), 'version')} of {link} begin so: {_listed(matches)}; "
            "give more characters"
        )
    return matches[0]


def find_version(digest: str, datasets: Path = DATASETS) -> Path | None:
    """Return the folder of the version with this digest, of whatever dataset; None if not kept."""
    folders = sorted((datasets / VERSIONS).glob("[!.]*/[!.]*"))
    return next((folder for folder in folders if folder.name == digest), None)


def check_whole(path: Path) -> None:
    """Refuse one version where the dataset with all its versions is meant.

    Raises:
        InputError: The path names a version.
    """
    link, digest = _parts(path)
    if digest and version_folders(link):
        raise InputError(f"{path}: is a version, which never changes; name the dataset, {link}")


def _parts(path: Path) -> tuple[Path, str]:
    """Cut `NAME@DIGEST`; the digest is empty for what exists under the whole name."""
    name, at, digest = path.name.rpartition("@")
    if not at or not name or path.exists() or path.is_symlink():
        return path, ""
    return path.with_name(name), digest


def _listed(folders: list[Path]) -> str:
    newest = sorted(folders, key=lambda f: (f.stat().st_mtime, f.name), reverse=True)
    names = ", ".join(folder.name for folder in newest[:_SHOWN])
    more = len(newest) - _SHOWN
    return f"{names} and {more} more" if more > 0 else names
