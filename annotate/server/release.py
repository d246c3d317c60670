"""What the environment of the Label Studio server has, read without starting anything."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from annotate.core.errors import ServerError


def version(program: Path) -> str:
    """Label Studio's version beside its command; empty where it cannot be told."""
    found = program.parent.parent.glob("lib/*/site-packages/label_studio-*.dist-info")
    names = sorted(path.name for path in found)
    return names[-1].removeprefix("label_studio-").removesuffix(".dist-info") if names else ""


def check_not_newer(place: object, applied: Iterable[tuple[str, str]], program: Path) -> None:
    """Refuse a database with migrations, (app, name), that the installed server does not have.

    Raises:
        ServerError: Which one, and how to mend it.
    """
    known = _known_migrations(program)
    unknown = [name for app, name in applied if app in known and name not in known[app]]
    if unknown:
        raise ServerError(
            f"{place}: written by a newer Label Studio (it has the migration {unknown[0]!r}); "
            "install that version into .venv-studio, or move the folder away to start afresh"
        )


def _known_migrations(program: Path) -> Mapping[str, frozenset[str]]:
    """Django app -> names of the migrations that the installed server has or has replaced."""
    known = {}
    for folder in program.parent.parent.glob("lib/*/site-packages/label_studio/*/migrations"):
        files = list(folder.glob("[0-9]*.py"))
        # A squashed migration lists the (app, name) pairs that it stands for.
        pair = re.compile(rf"""['"]{folder.parent.name}['"],\s*['"](\d+_\w+)['"]""")
        replaced = (name for path in files for name in pair.findall(path.read_text("utf-8")))
        known[folder.parent.name] = frozenset(path.stem for path in files).union(replaced)
    return known
