"""Who is a1, a2, …: the key stays in a file for its owner alone, outside every dataset."""

import json
from collections.abc import Iterable
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.files import writing

KEY_FILE = Path("data/pseudonyms.json")


def pseudonyms(people: Iterable[tuple[str, int]], key_file: Path) -> dict[tuple[str, int], str]:
    """(server, number there) -> pseudonym; who is known keeps it, who is new gets the next one.

    Raises:
        InputError: The key file is broken: new pseudonyms would silently mean other people.
    """
    key = _read(key_file)
    for server, number in sorted(set(people)):
        key.setdefault(f"{server}#{number}", f"a{len(key) + 1}")
    with writing(key_file, mode=0o600) as file:
        json.dump(key, file, indent=2)
    return {person: key[f"{person[0]}#{person[1]}"] for person in people}


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        key = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(
            f"{path}: not JSON; restore it from a backup, or move it away to give everybody a "
            "new pseudonym"
        ) from error
    return dict(key)
