"""The real Label Studio server: one start for every test that asks for it."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from annotate.core.io.files import locked
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.server.accounts import Account
from annotate.server.process import StudioConfig, running
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
def new_folder(
    request: pytest.FixtureRequest,
    studio_program: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[], Path]:
    """Makes the folder of a new server.

    On SQLite it has the database of a server that was started once: making that takes most of a
    first start, so one process does it for all.
    """
    if request.config.getoption("--postgres"):
        return lambda: tmp_path_factory.mktemp("studio")
    base = tmp_path_factory.getbasetemp()
    first = (base.parent if hasattr(request.config, "workerinput") else base) / "first-start"

    def make() -> Path:
        with locked(first):
            if not first.exists():
                starting = first.with_name("first-start-unfinished")
                with running(StudioConfig(starting, studio_program)):
                    pass
                starting.rename(first)
        ignored = shutil.ignore_patterns("lock", "server.log")
        return Path(
            shutil.copytree(
                first, tmp_path_factory.mktemp("studio"), ignore=ignored, dirs_exist_ok=True
            )
        )

    return make


@pytest.fixture(scope="session")
def opened(
    studio_program: Path,
    taxonomy: Taxonomy,
    new_folder: Callable[[], Path],
    new_database: Callable[[], str],
) -> Iterator[OpenStudio]:
    """A server of the session's own, with accounts for three annotators."""
    config = StudioConfig(new_folder(), studio_program, database=new_database())
    with open_studio(config, "first project", ANNOTATORS, taxonomy) as running:
        yield running


@pytest.fixture(scope="session")
def colleagues(opened: OpenStudio) -> Mapping[str, Account]:
    """Three people who share the administrator's organisation."""
    return {name: sign_up(opened.studio, name) for name in COLLEAGUES}
