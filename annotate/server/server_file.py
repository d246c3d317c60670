"""Write server.json, by which other commands find the embedded server."""

import json
from collections.abc import Mapping
from pathlib import Path

from annotate.core.io.files import writing
from annotate.label_studio.connection import FORMAT
from annotate.server.accounts import ADMIN, Account


def write_server_file(url: str, known: Mapping[str, Account], path: Path) -> None:
    """Leave the address and everybody's token for the other commands, for the owner alone."""
    people = {name: a.token for name, a in known.items() if name != ADMIN and a.token}
    content = {
        "format": FORMAT,
        "url": url,
        "token": known[ADMIN].token,
        "people": people,
        "closed": [name for name in people if known[name].closed],
    }
    with writing(path, mode=0o600) as file:
        json.dump(content, file, indent=2)
