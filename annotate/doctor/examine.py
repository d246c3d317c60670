"""Run every check; those that need one that failed are skipped."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from annotate.core.errors import RhetoricError
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.doctor import files, online, programs
from annotate.doctor.check import Check, State
from annotate.label_studio.connection import find_connection
from annotate.server import postgres, sqlite
from annotate.server.databases import find_database
from annotate.server.process import StudioConfig
from annotate.workspace import ENV_FILE, PSEUDONYM_KEY, SERVER_FILE


def examine(
    taxonomy_file: Path, url: str = "", token: str = "", project: str = ""
) -> Iterator[Check]:
    """Yield each check as soon as it is done.

    Args:
        taxonomy_file: The taxonomy to check.
        url: Address of the server; empty for the embedded server.
        token: Its token; empty for the one of the embedded server.
        project: A project to compare with the taxonomy; empty for none.
    """
    config = StudioConfig()
    yield from programs.check_programs()
    if url:
        yield Check("embedded server", State.SKIPPED, "not needed: you named another server")
    else:
        yield programs.check_studio_program(config.program)
    secrets = [SERVER_FILE, config.folder / "accounts.json", PSEUDONYM_KEY, ENV_FILE]
    yield files.check_secrets(config.folder, secrets)
    yield from _check_database(config)
    yield from files.check_room(config.folder.parent, config.folder)
    taxonomy = None
    try:
        taxonomy = load_taxonomy(taxonomy_file)
    except RhetoricError as error:
        yield Check("taxonomy", State.FAIL, str(error))
    else:
        counted = f"{taxonomy.name} {taxonomy.version}, {len(taxonomy.labels)} labels"
        yield Check("taxonomy", State.OK, counted)
    remaining = ["server", "version", "clock", "token", "rights"]
    remaining += [f"project {project}"] if project else []
    for check in _check_server(url, token, project, taxonomy):
        yield check
        remaining = [name for name in remaining if not check.name.startswith(name)]
    for name in remaining:
        yield Check(name, State.SKIPPED, "it needs a check that failed")


def _check_database(config: StudioConfig) -> Iterator[Check]:
    try:
        database = find_database(config.folder)
        if database is None:
            yield from files.check_database(config.folder / sqlite.FILE)
            return
        postgres.inspect(database, config.program)
    except RhetoricError as error:
        yield Check("database", State.FAIL, str(error))
    else:
        yield Check("database", State.OK, str(database))


def _check_server(url: str, token: str, project: str, taxonomy: Taxonomy | None) -> Iterator[Check]:
    """Yield the checks of the server, up to one that the rest cannot do without."""
    try:
        server = find_connection(url, token)
    except RhetoricError as error:
        yield Check("settings", State.FAIL, str(error))
        return
    kind = "the embedded server" if server.embedded else "from your settings"
    yield Check("settings", State.OK, f"{server.url}, {kind}")
    reach, greeting = online.check_reach(server.url)
    yield reach
    if greeting is None:
        return
    yield online.about_release(greeting.version)
    yield online.about_clock(greeting.date, datetime.now(UTC))
    accepted, studio = online.check_token(server)
    yield accepted
    if studio is None:
        return
    access = [online.check_rights(studio), *online.check_annotators(server)]
    yield from access
    if project and taxonomy and all(check.state is not State.FAIL for check in access):
        yield from online.check_projects(server, project, taxonomy)
