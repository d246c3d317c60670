"""Runs every check; what rests on one that failed is skipped."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from annotate.core.errors import RhetoricError
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.doctor import files, online, programs
from annotate.doctor.check import Check, fail, ok, skipped
from annotate.label_studio.connection import Connection, connection
from annotate.server import postgres, sqlite
from annotate.server.databases import find_database
from annotate.server.process import StudioConfig
from annotate.workspace import ENV_FILE, PSEUDONYM_KEY, SERVER_FILE

_ONLINE = ("version", "clock", "token", "rights")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user said.

    Attributes:
        url: Address of the server; empty for the one that `studio` started.
        token: Its token; empty for the one that `studio` left.
        project: Whose streams are compared with the taxonomy; empty for none.
    """

    taxonomy: Path
    url: str = ""
    token: str = ""
    project: str = ""


def examine(asked: Asked) -> Iterator[Check]:
    """All checks, in the order in which one rests on another; each appears when it is done."""
    config = StudioConfig()
    yield from programs.check_programs()
    if asked.url:
        yield skipped("embedded server", "not needed: another server is named")
    else:
        yield programs.check_studio_program(config.program)
    secrets = [SERVER_FILE, config.folder / "accounts.json", PSEUDONYM_KEY, ENV_FILE]
    yield files.check_secrets(config.folder, secrets)
    yield from _database(config)
    yield from files.check_room(config.folder.parent, config.folder)
    try:
        taxonomy = load_taxonomy(asked.taxonomy)
        yield ok("taxonomy", f"{taxonomy.name} {taxonomy.version}, {len(taxonomy.labels)} labels")
    except RhetoricError as error:
        taxonomy = None
        yield fail("taxonomy", str(error))
    yield from _server(asked, taxonomy)


def _database(config: StudioConfig) -> Iterator[Check]:
    """SQLite's file, or whether PostgreSQL lets us in."""
    try:
        database = find_database(config.folder)
        if database is None:
            yield from files.check_database(config.folder / sqlite.FILE)
            return
        postgres.look(database, config.program)
    except RhetoricError as error:
        yield fail("database", str(error))
    else:
        yield ok("database", str(database))


def _server(asked: Asked, taxonomy: Taxonomy | None) -> Iterator[Check]:
    try:
        known = connection(asked.url, asked.token)
    except RhetoricError as error:
        yield fail("settings", str(error))
        yield from _left_out(("server", *_ONLINE), asked, "no server is known")
        return
    yield ok("settings", f"{known.url}, {'the embedded server' if known.embedded else 'named'}")
    reach, greeting = online.check_reach(known.url)
    yield reach
    if greeting is None:
        yield from _left_out(_ONLINE, asked, "the server is not reached")
        return
    yield online.about_release(greeting.version)
    yield online.about_clock(greeting.date, datetime.now(UTC))
    yield from _let_in(known, asked, taxonomy)


def _let_in(known: Connection, asked: Asked, taxonomy: Taxonomy | None) -> Iterator[Check]:
    token, studio = online.check_token(known)
    yield token
    if studio is None:
        yield from _left_out(("rights",), asked, "the token is refused")
        return
    rights, people = online.check_rights(studio), online.check_people(known)
    yield rights
    if people:
        yield people
    if not asked.project:
        return
    if taxonomy is None or "FAIL" in (rights.state, people and people.state):
        yield from _left_out((), asked, "what it rests on has failed")
        return
    try:
        yield from online.check_streams(known, asked.project, taxonomy)
    except RhetoricError as error:
        yield fail(f"project {asked.project}", str(error))


def _left_out(names: tuple[str, ...], asked: Asked, why: str) -> Iterator[Check]:
    project = (f"project {asked.project}",) if asked.project else ()
    for name in (*names, *project):
        yield skipped(name, why)
