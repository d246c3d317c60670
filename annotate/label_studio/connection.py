"""Which server and tokens a command talks to: flags, environment, .env, then server.json.

typer has merged the first three when they come here (`envvar=`, and .env is read into the
environment at start); server.json is what `rhetoric-annotate studio` leaves for the others.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from annotate.core.errors import ServerError
from annotate.workspace import SERVER_FILE

FORMAT = 2


@dataclass(frozen=True, slots=True)
class Connection:
    """A server, and the tokens to use there.

    Attributes:
        url: Address of the server.
        token: A personal access token or a legacy token: the administrator's, or the only one.
        server: Names the server, even if its address changes.
        people: Annotator -> token, each in an organisation of its own; empty for a server that
            we reach only through its API.
        closed: Annotators who cannot log in any more; their work is still pulled.
    """

    url: str
    token: str
    server: str
    people: Mapping[str, str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()

    @property
    def embedded(self) -> bool:
        """Tell whether `studio` runs this server, with an organisation for each annotator."""
        return self.server.startswith("studio-")

    def __repr__(self) -> str:  # a token must not reach a log
        return f"Connection({self.url!r}, people={sorted(self.people)})"


def find_connection(url: str, token: str, server_file: Path = SERVER_FILE) -> Connection:
    """Return the server to talk to.

    Raises:
        ServerError: No server is known, or its token is missing.
    """
    if url:
        if not token:
            raise ServerError(
                f"the token for {url} is missing: get one at {url.rstrip('/')}/user/account and "
                "set LABEL_STUDIO_API_KEY (or --api-key)"
            )
        return Connection(url, token, url.rstrip("/"))
    if not server_file.exists():
        raise ServerError(
            "no Label Studio is known: start one with 'make studio', or set LABEL_STUDIO_URL and "
            "LABEL_STUDIO_API_KEY"
        )
    content = _read(server_file)
    server = server_name(content["token"])
    token, closed = token or content["token"], frozenset(content["closed"])
    return Connection(content["url"], token, server, content["people"], closed)


def server_name(token: str) -> str:
    """Name an embedded server by its administrator's token, which is made with its database.

    So the people of a new database are not mistaken for those of an old one.
    """
    return f"studio-{sha256(token.encode()).hexdigest()[:8]}"


def known_url(path: Path = SERVER_FILE) -> str:
    """Return the address of the embedded server's last start; empty if there was none."""
    return str(_read(path)["url"]) if path.exists() else ""


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ServerError(f"{path}: cannot be read; start 'make studio' again") from error
    fits = isinstance(content, dict) and content.get("format") == FORMAT
    keys = {"url", "token", "people", "closed"}
    if not fits or not keys <= set(content) or not isinstance(content["people"], dict):
        raise ServerError(
            f"{path}: written by another version of this program; start 'make studio' again"
        )
    return dict(content)
