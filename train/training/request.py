"""Tell whether a folder holds what is asked for now, something else of its kind, or other files."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.files import plain_os_errors
from train.training.recipe import SHARE


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of folder that one request fills, in one call or in several.

    Attributes:
        name: What messages call it.
        writes: Names in the folder; the first tells it from others.
    """

    name: str
    writes: tuple[str, ...]

    def is_other(
        self,
        folder: Path,
        request: Mapping[str, Any],
        earlier: Callable[[], Mapping[str, Any] | None],
        *,
        replace: bool,
    ) -> bool:
        """Tell whether a folder holds what another request asked for.

        Requests that differ by how many paragraphs are computed at a time are the same.

        Args:
            folder: It may not exist yet.
            request: What is asked for now.
            earlier: Reads what the folder was filled for; None if it was killed before it knew.
            replace: Accept another one, which the caller then clears.

        Raises:
            InputError: It holds other files; or another one, or a broken one, and `replace` is
                false.
        """
        if self._is_empty(folder):
            return False
        self.check(folder)
        try:
            previous = earlier()
        except InputError:  # broken, so nothing can go on with it
            if not replace:
                raise
            return True
        if previous is None or _identity(previous) == _identity(request):
            return False
        if not replace:
            raise InputError(
                f"{folder}: holds another {self.name} ({_difference(previous, request)}); "
                "choose another -o, or replace it with --replace"
            )
        return True

    def check(self, folder: Path) -> None:
        """Refuse a folder of another kind.

        Raises:
            InputError: It is one.
        """
        if not (folder / self.writes[0]).is_file():
            raise InputError(
                f"{folder}: holds other files, but no {self.name} (no {self.writes[0]}); "
                "choose a new or empty folder"
            )

    def clear(self, folder: Path) -> None:
        """Remove a folder of this kind, whatever was asked for.

        Raises:
            InputError: It holds something else, or cannot be removed.
        """
        if not self._is_empty(folder):
            self.check(folder)
            with plain_os_errors(folder):
                shutil.rmtree(folder)

    def drop_leftovers(self, folder: Path) -> None:
        """Remove what a killed call was writing."""
        for path in self._leftovers(folder):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def _leftovers(self, folder: Path) -> list[Path]:
        """Return what a killed call was writing: it has a name of its own until it is whole."""
        return [path for name in self.writes for path in folder.glob(f".{name}.*")]

    def _is_empty(self, folder: Path) -> bool:
        if not folder.exists():
            return True
        with plain_os_errors(folder):
            return set(folder.iterdir()) == set(self._leftovers(folder))


def _difference(previous: Mapping[str, Any], request: Mapping[str, Any]) -> str:
    """Describe the first difference between two requests."""
    old, new = _identity(previous), _identity(request)
    key = next(k for k in (*new, *old) if old.get(k) != new.get(k))
    return f"{key} was {old.get(key)!r}, is now {new.get(key)!r}"


def _identity(request: Mapping[str, Any]) -> dict[str, Any]:
    flat = _flat(request)
    flat.pop(f"recipe.{SHARE}", None)
    return flat


def _flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, item in value.items():
        if isinstance(item, Mapping):
            flat |= _flat(item, f"{prefix}{key}.")
        else:
            flat[prefix + key] = item
    return flat
