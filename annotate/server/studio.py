"""Run the embedded Label Studio with the project and the accounts that the user asked for."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from annotate.core.io.files import writing
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.annotator_projects import PageSettings, ensure_projects
from annotate.label_studio.connection import FORMAT, Connection, find_connection, known_url
from annotate.label_studio.project import Project
from annotate.server.accounts import ADMIN, Account, accounts
from annotate.server.organizations import check_open, make_accounts
from annotate.server.process import Studio, StudioConfig, running


@dataclass(frozen=True, slots=True)
class OpenStudio:
    """A running server with its projects.

    Attributes:
        projects: By annotator; only `SHARED` where no annotators were named.
        new_accounts: The accounts created at this start, by name; shown to the user once.
    """

    studio: Studio
    projects: dict[str, Project]
    new_accounts: dict[str, Account]

    @property
    def connection(self) -> Connection:
        """The connection that other commands read from server.json."""
        return find_connection("", "", self.studio.folder / "server.json")


@contextmanager
def open_studio(
    config: StudioConfig, project: str, annotators: Sequence[str], taxonomy: Taxonomy
) -> Iterator[OpenStudio]:
    """Run the server, with the annotators' accounts and projects, while the block lasts.

    Raises:
        InputError: A name that cannot be a log-in, or whose account is closed.
        ServerError: See `running`, `ensure_projects` and `make_accounts`.
    """
    check_open(config, annotators)
    with running(config) as studio:
        new_accounts = make_accounts(config, annotators)
        write_server_file(config, studio.url)
        server = find_connection("", "", config.folder / "server.json")
        projects = ensure_projects(server, project, annotators, PageSettings(taxonomy))
        yield OpenStudio(studio, projects, new_accounts)


def write_server_file(config: StudioConfig, url: str = "") -> None:
    """Write server.json, from which other commands read the address and everybody's token.

    Args:
        config: Whose accounts.
        url: The server's address; empty keeps that of the last start.
    """
    path = config.folder / "server.json"
    everybody = accounts(config.folder)
    people = {n: a.token for n, a in everybody.items() if n != ADMIN and a.token}
    content = {
        "format": FORMAT,
        "url": url or known_url(path),
        "token": everybody[ADMIN].token,
        "people": people,
        "closed": [name for name in people if everybody[name].closed],
    }
    with writing(path, mode=0o600) as file:
        json.dump(content, file, indent=2)
