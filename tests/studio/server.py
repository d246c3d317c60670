"""The real Label Studio server: one start for every test that asks for it."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from annotate.core.io.files import locked
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.server.accounts import Account
from annotate.server.process import StudioConfig
from annotate.server.studio import OpenStudio, open_studio
from tests.studio.cluster import Cluster
from tests.studio.colleagues import sign_up

ROOT = Path(__file__).resolve().parent.parent.parent
TAXONOMY = ROOT / "label_config" / "taxonomy.yaml"
ANNOTATORS = ("dan", "eva", "flo")  # each in an organisation of the own
COLLEAGUES = ("ana", "ben", "cy")  # in the administrator's


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return load_taxonomy(TAXONOMY)


@pytest.fixture(scope="session")
def studio_program() -> Path:
    """The label-studio command; the environment may name another one than that of make setup."""
    named = os.environ.get("RHETORIC_STUDIO_PROGRAM")
    program = Path(named) if named else ROOT / ".venv-studio" / "bin" / "label-studio"
    if not program.exists():
        pytest.skip(f"{program} is missing: 'make setup' installs the Label Studio server")
    return program


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Makes what a server is to run on: empty for SQLite, a URL under --postgres."""
    if not request.config.getoption("--postgres"):
        return lambda: ""
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.new_database


@pytest.fixture(scope="session")
def opened(
    studio_program: Path,
    taxonomy: Taxonomy,
    tmp_path_factory: pytest.TempPathFactory,
    new_database: Callable[[], str],
) -> Iterator[OpenStudio]:
    """A server of the session's own, with accounts for three annotators.

    Of several test processes the first starts it from an empty folder, and the others from a copy
    of its data: most of a first start is the migration of the database. They start one by one, as
    two could choose the same free port; with the same accounts, one would use the other's server.
    """
    folder = tmp_path_factory.mktemp("studio")
    config = StudioConfig(folder, studio_program, database=new_database())
    base = tmp_path_factory.getbasetemp()
    first = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "first-studio"
    with ExitStack() as session:
        with locked(first):
            if first.exists():
                copy_data(first, folder)
            running = session.enter_context(
                open_studio(config, "first project", ANNOTATORS, taxonomy)
            )
            if not first.exists() and not config.database:
                copy_data(folder, first)
        yield running


def copy_data(source: Path, target: Path) -> None:
    """What a server has stored by now, without its port: a first start would take a minute."""
    target.mkdir(parents=True, exist_ok=True)
    for name in (".env", "accounts.json"):
        shutil.copy2(source / name, target / name)  # with its mode: only the owner may read it
    copy_database(source, target)


def copy_database(source: Path, target: Path) -> None:
    name = "label_studio.sqlite3"
    with (
        closing(sqlite3.connect(source / name)) as there,
        closing(sqlite3.connect(target / name)) as here,
    ):
        there.backup(here)


@pytest.fixture(scope="session")
def colleagues(opened: OpenStudio) -> Mapping[str, Account]:
    """Three people who share the administrator's organisation."""
    return {name: sign_up(opened.studio, name) for name in COLLEAGUES}
