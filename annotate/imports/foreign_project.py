"""Open a project of the server that was made elsewhere."""

import xml.etree.ElementTree as ET
from hashlib import sha256
from pathlib import Path

from annotate.core.errors import ServerError
from annotate.core.io.files import read_bytes
from annotate.core.taxonomy import Taxonomy
from annotate.imports.label_studio_project import (
    MappedStore,
    check_controls,
    map_template,
    read_controls,
)
from annotate.imports.mapping import read_map
from annotate.label_studio.annotator_projects import find_streams
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project


def open_foreign(
    connection: Connection, name: str, taxonomy: Taxonomy, map_file: Path
) -> list[MappedStore]:
    """The project, seen through a map.

    Raises:
        InputError: The map cannot be read.
        ServerError: No such project.
        TaxonomyError: The map cannot be used, or does not say what all its labels mean.
    """
    map_ = read_map(map_file, taxonomy)
    stores = []
    for project in _find(connection, name):
        where = f"project {name!r} (number {project.number})"
        controls = read_controls(_config(project, where))
        check_controls(controls, map_, where)
        stores.append(MappedStore(project, controls, map_, name))
    return stores


def template(connection: Connection, name: str, taxonomy: Taxonomy) -> str:
    """A map to fill in for the project; raises as `open_foreign`."""
    project = next(iter(_find(connection, name)))
    return map_template(_config(project, f"project {name!r}"), taxonomy)


def source_of(name: str, map_file: Path) -> dict[str, str]:
    """Where the answers came from, for the manifest."""
    digest = sha256(read_bytes(map_file)).hexdigest()[:16]
    shown = "with an e-mail in its name" if "@" in name else name
    return {"kind": "project", "name": shown, "map": digest}


def _find(connection: Connection, name: str) -> list[Project]:
    found = list(find_streams(connection, name).values())
    if not found:
        raise ServerError(f"{connection.url} has no project {name!r}, or the token cannot see it")
    return found


def _config(project: Project, where: str) -> str:
    config = project.config()
    try:
        ET.fromstring(config)
    except ET.ParseError:
        raise ServerError(f"{where} has no labelling configuration that can be read") from None
    return config
