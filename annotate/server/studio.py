"""Run the embedded Label Studio with the project and the accounts that the user asked for."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from annotate.core.io.files import locked, writing
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.annotator_projects import (
    PageSettings,
    check_title,
    choose_annotators,
    ensure_projects,
    find_projects,
    project_names,
)
from annotate.label_studio.connection import FORMAT, Connection, find_connection, known_url
from annotate.label_studio.project import Project
from annotate.server.accounts import ADMIN, Account, accounts
from annotate.server.organizations import check_open, make_accounts
from annotate.server.process import Studio, StudioConfig, prepare_folder, running
from annotate.sync.share_out import Sharing, share_out

_STARTING = "starting"  # held by a studio until its projects exist


@dataclass(frozen=True, slots=True)
class OpenStudio:
    """A running server with its projects.

    Attributes:
        projects: By annotator, of everybody whose account is open; only `SHARED` where nobody has a
            project and no annotators were named.
        log_ins: The same -> the account that can open the project.
    """

    studio: Studio
    projects: Mapping[str, Project]
    log_ins: Mapping[str, Account]

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
        InputError: A name that cannot be a project's or a log-in, or whose account is closed.
        ServerError: See `running`, `make_accounts`, `share_out` and `ensure_projects`.
    """
    check_title(project)
    check_open(config, annotators)
    prepare_folder(config)
    with ExitStack() as starting:
        starting.enter_context(locked(config.folder / _STARTING))
        with running(config) as studio:
            make_accounts(config, annotators)
            write_server_file(config, studio.url)
            server = find_connection("", "", config.folder / "server.json")
            settings = PageSettings(taxonomy)
            projects = _open_projects(server, project, annotators, settings, config.tell)
            everybody = accounts(config.folder)
            log_ins = {name: everybody[name or ADMIN] for name in projects}
            starting.close()
            yield OpenStudio(studio, projects, log_ins)


def _open_projects(
    server: Connection,
    name: str,
    annotators: Sequence[str],
    settings: PageSettings,
    tell: Callable[[str], None],
) -> Mapping[str, Project]:
    """Return everybody's projects of this name; make those of the annotators that are missing."""
    existing = find_projects(server, name)
    if not existing and (others := project_names(server)):
        tell(f"project {name!r} is new; existing: {', '.join(others)}")
    everybody = list(dict.fromkeys([*choose_annotators(server, existing, []), *annotators]))
    projects: Mapping[str, Project] = existing
    if annotators:
        projects = share_out(server, existing, Sharing(name, everybody, settings), tell)
    return ensure_projects(server, name, everybody, settings, projects)


def wait_until_started(folder: Path, waiting: Callable[[], None]) -> None:
    """Wait while a studio on this folder starts, so that nobody meets it half set up.

    Args:
        folder: The studio's; it need not exist.
        waiting: Called once if there is something to wait for.
    """
    if folder.exists():
        with locked(folder / _STARTING, waiting):
            pass


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
