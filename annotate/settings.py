"""Which server and token a command talks to: flags, environment, .env, then server.json.

typer has merged the first three when they come here (`envvar=`, and .env is read into the
environment at start); server.json is what `rhetoric-annotate studio` leaves for the others.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from annotate.core.errors import ServerError
from annotate.core.files import writing

STUDIO = Path("data/studio")
SERVER_FILE = STUDIO / "server.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Stream:
    """A project on a server, and the token to use for it.

    Attributes:
        url: Address of the server.
        token: A personal access token or a legacy token.
        title: The project's title there.
        server: Names the server, even if its address changes.
    """

    url: str
    token: str
    title: str
    server: str

    def __repr__(self) -> str:  # a token must not reach a log
        return f"Stream({self.title!r} at {self.url})"


def streams(project: str, url: str, token: str, server_file: Path = SERVER_FILE) -> list[Stream]:
    """The streams of the project NAME.

    Raises:
        ServerError: No server is known, or its token is missing.
    """
    if url:
        if not token:
            raise ServerError(
                f"the token for {url} is missing: get one at {url.rstrip('/')}/user/account and "
                "set LABEL_STUDIO_API_KEY (or --api-key)"
            )
        return [Stream(url, token, project, url.rstrip("/"))]
    if not server_file.exists():
        raise ServerError(
            "no Label Studio is known: start one with 'make studio', or set LABEL_STUDIO_URL and "
            "LABEL_STUDIO_API_KEY"
        )
    known = _read(server_file)
    rows = known["streams"].get(project, [{"title": project, "token": known["token"]}])
    server = server_name(known["token"])
    return [Stream(known["url"], token or row["token"], row["title"], server) for row in rows]


def one_stream(project: str, url: str, token: str) -> Stream:
    """The only stream of the project NAME.

    Raises:
        ServerError: As `streams`, or the project has several.
    """
    found = streams(project, url, token)
    if len(found) > 1:
        raise ServerError(
            f"project {project!r} has {len(found)} streams, one for each annotator: it is not "
            "known which paragraphs are whose; use another --project"
        )
    return found[0]


def server_name(token: str) -> str:
    """Names an embedded server by its administrator's token, which is made with its database.

    So the people of a database that was begun afresh are not taken for those of the old one.
    """
    return f"studio-{sha256(token.encode()).hexdigest()[:8]}"


def write_server_file(url: str, token: str, project: str, path: Path) -> None:
    """Leave the address and each stream's token for the other commands, for the owner alone.

    A stream is a title, the annotator whose it is (empty for all), and a token. The streams of
    other projects of the same database stay.
    """
    try:
        known = _read(path)
    except ServerError:
        known = {}
    others = known["streams"] if known.get("token") == token else {}
    stream = {"title": project, "annotator": "", "token": token}
    content = {
        "format": FORMAT,
        "url": url,
        "token": token,
        "streams": others | {project: [stream]},
    }
    with writing(path, mode=0o600) as file:
        json.dump(content, file, indent=2)


def known_url(path: Path = SERVER_FILE) -> str:
    """The address of the embedded server's last start; empty when there was none."""
    return str(_read(path)["url"]) if path.exists() else ""


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ServerError(f"{path}: cannot be read; start 'make studio' again") from error
    fits = isinstance(content, dict) and content.get("format") == FORMAT
    keys = {"url", "token", "streams"}
    if not fits or not keys <= set(content) or not isinstance(content["streams"], dict):
        raise ServerError(f"{path}: of another version of this program; start 'make studio' again")
    known: dict[str, Any] = content
    return known
