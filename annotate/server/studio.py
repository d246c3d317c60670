"""Run the embedded Label Studio with a project and accounts that are ready to use."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.annotator_projects import PageSettings, ensure_projects
from annotate.label_studio.connection import Connection, connection, known_url
from annotate.label_studio.project import Project
from annotate.server.accounts import Account, accounts
from annotate.server.organizations import check_open, make_accounts
from annotate.server.process import Studio, StudioConfig, running
from annotate.server.server_file import write_server_file


@dataclass(frozen=True, slots=True)
class OpenStudio:
    """A running server with its project.

    Attributes:
        streams: Annotator -> stream; `SHARED` alone without annotators.
        new_accounts: Those made at this start, by name; their log-in is to be shown once.
    """

    studio: Studio
    streams: dict[str, Project]
    new_accounts: dict[str, Account]

    @property
    def connection(self) -> Connection:
        """What the other commands read from server.json."""
        return connection("", "", self.studio.folder / "server.json")


@contextmanager
def open_studio(
    config: StudioConfig, project: str, annotators: Sequence[str], taxonomy: Taxonomy
) -> Iterator[OpenStudio]:
    """The server with the project NAME and the annotators' accounts, while the block lasts.

    Raises:
        InputError: A name that cannot be a log-in, or whose account is closed.
        ServerError: See `running`, `ensure_projects` and `make_accounts`.
    """
    check_open(config, annotators)
    with running(config) as studio:
        new = make_accounts(config, annotators)
        write_people(config, studio.url)
        known = connection("", "", config.folder / "server.json")
        streams = ensure_projects(known, project, annotators, PageSettings(taxonomy))
        yield OpenStudio(studio, streams, new)


def write_people(config: StudioConfig, url: str = "") -> Path:
    """Leave the accounts as they are now for the other commands; keeps the last start's address."""
    path = config.folder / "server.json"
    write_server_file(url or known_url(path), accounts(config.folder), path)
    return path
