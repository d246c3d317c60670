"""Run the embedded Label Studio with a project and accounts that are ready to use."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from annotate.core.taxonomy import Taxonomy
from annotate.guidelines import instruction
from annotate.interface import label_config
from annotate.labelstudio import Project, make_project
from annotate.people import make_accounts
from annotate.server import Account, Studio, StudioConfig, running
from annotate.settings import Stream, server_name, write_server_file


@dataclass(frozen=True, slots=True)
class OpenStudio:
    """A running server with its project.

    Attributes:
        project: As the administrator sees it.
        new_accounts: Those made at this start, by name; their log-in is to be shown once.
    """

    studio: Studio
    project: Project
    new_accounts: dict[str, Account]


@contextmanager
def open_studio(
    config: StudioConfig, project: str, annotators: Sequence[str], taxonomy: Taxonomy
) -> Iterator[OpenStudio]:
    """The server with the project NAME and the annotators' accounts, while the block lasts.

    Raises:
        ServerError: See `running`, `make_project` and `make_accounts`.
    """
    with running(config) as studio:
        token = studio.admin.token
        stream = Stream(studio.url, token, project, server_name(token))
        made = make_project(stream, label_config(taxonomy), instruction(taxonomy))
        new = make_accounts(studio, annotators)
        write_server_file(studio.url, token, project, config.folder / "server.json")
        yield OpenStudio(studio, made, new)
