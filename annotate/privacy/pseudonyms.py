"""Pseudonyms a1, a2, …: the key to them is a file for its owner only, outside every dataset."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.io.files import locked, read_text, writing

IMPORTED = "imported:"  # begins the server's name of annotators from an imported file
_PSEUDONYM = re.compile(r"a[1-9][0-9]{0,8}")


def pseudonyms(people: Iterable[tuple[str, int]], key_file: Path) -> dict[tuple[str, int], str]:
    """Return everybody's pseudonym; people without one get the next.

    Args:
        people: (server, number on the server).
        key_file: Updated.

    Raises:
        InputError: The key file is broken: new pseudonyms would silently mean other people.
    """
    people = sorted(set(people))
    with locked(key_file):  # two pulls at once would give two people the same pseudonym
        key = read_key(key_file)
        for server, number in people:
            last = max((int(pseudonym[1:]) for pseudonym in key.values()), default=0)
            key.setdefault(identity(server, number), f"a{last + 1}")  # never fills a gap
        with writing(key_file, mode=0o600) as file:
            json.dump(key, file, indent=2)
    return {person: key[identity(*person)] for person in people}


def identity(server: str, number: int) -> str:
    """Return the key's name for a person."""
    return f"{server}#{number}"


def read_key(path: Path) -> dict[str, str]:
    """Return person -> pseudonym; empty if there is no key yet.

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
    valid = all(isinstance(name, str) and _PSEUDONYM.fullmatch(name) for name in names)
    if not valid or len(set(names)) < len(names):
        raise InputError(
            f"{path}: does not give each person a name such as a1; restore it from a backup, or "
            "move it away to give everybody a new pseudonym"
        )
    return dict(key)
