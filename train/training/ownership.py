"""What may be replaced: a folder that one of our commands wrote, and nothing else of the user's."""

from collections.abc import Set
from pathlib import Path

from annotate.core.errors import InputError


def check_replaceable(folder: Path, known: Set[str]) -> None:
    """Refuse to replace a folder that holds anything but files of these names.

    Raises:
        InputError: It does, or it is no folder.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"{folder}: is a file; name a folder to write")
    strange = sorted(path.name for path in folder.iterdir() if path.name not in known)
    if strange:
        raise InputError(
            f"{folder}: holds {strange[0]!r}, which this command did not write; "
            "choose a new or empty folder"
        )
