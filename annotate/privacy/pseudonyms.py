"""Who is a1, a2, …: the key stays in a file for its owner alone, outside every dataset."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.io.files import locked, read_text, writing

_NAME = re.compile(r"a[1-9][0-9]{0,8}")


def pseudonyms(people: Iterable[tuple[str, int]], key_file: Path) -> dict[tuple[str, int], str]:
    """(server, number there) -> pseudonym; who is known keeps it, who is new gets the next one.

    Raises:
        InputError: The key file is broken: new pseudonyms would silently mean other people.
    """
    people = sorted(set(people))
    with locked(key_file):  # two pulls at once would give two people the same name
        key = read_key(key_file)
        for server, number in people:
            key.setdefault(identity(server, number), _next_name(key.values()))
        with writing(key_file, mode=0o600) as file:
            json.dump(key, file, indent=2)
    return {person: key[identity(*person)] for person in people}


def identity(server: str, number: int) -> str:
    """How the key names a person."""
    return f"{server}#{number}"


def _next_name(names: Iterable[str]) -> str:
    """Behind all that were given: a name whose entry was taken out may come back."""
    return f"a{max((int(name[1:]) for name in names), default=0) + 1}"


def read_key(path: Path) -> dict[str, str]:
    """Person -> pseudonym; empty where there is no key yet.

    Raises:
        InputError: The file is broken.
    """
    if not path.exists():
        return {}
    try:
        key = json.loads(read_text(path))
    except ValueError:
        key = None
    names = list(key.values()) if isinstance(key, dict) else [""]
    known = all(isinstance(name, str) and _NAME.fullmatch(name) for name in names)
    if not known or len(set(names)) < len(names):
        raise InputError(
            f"{path}: does not give each person a name such as a1; restore it from a backup, or "
            "move it away to give everybody a new pseudonym"
        )
    return dict(key)


IMPORTED = "imported:"
