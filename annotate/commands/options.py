"""Options that several commands share, with their help and defaults."""

from pathlib import Path
from typing import Annotated

import typer

from annotate.workspace import TAXONOMY


def find(name: str) -> Path:
    """A taxonomy by its path or name; what is neither is the usage's mistake."""
    from annotate.core.errors import RhetoricError
    from annotate.core.taxonomy_file import find_taxonomy

    if Path(name) == TAXONOMY:  # the default is looked for where it is used
        return TAXONOMY
    try:
        return find_taxonomy(str(name), TAXONOMY.parent)
    except RhetoricError as error:
        raise typer.BadParameter(str(error)) from error


TaxonomyFile = Annotated[
    Path,
    typer.Option(
        "--taxonomy",
        parser=find,
        metavar="FILE|NAME",
        help="What to label: a file, or the name of one in label_config/taxonomies.",
    ),
]
ProjectName = Annotated[str, typer.Option(help="Name of the labelling project.")]
PROJECT = "rhetoric"
Url = Annotated[
    str,
    typer.Option(
        envvar="LABEL_STUDIO_URL",
        show_envvar=True,
        help="Address of Label Studio; without it, the one that 'studio' started.",
    ),
]
ApiKey = Annotated[
    str,
    typer.Option(
        envvar="LABEL_STUDIO_API_KEY",
        show_envvar=True,
        show_default=False,
        help="Token, personal or legacy.",
    ),
]
Database = Annotated[
    str,
    typer.Option(
        envvar="LABEL_STUDIO_DATABASE",
        show_envvar=True,
        show_default=False,
        metavar="URL",
        help="PostgreSQL instead of SQLite: postgresql://USER:PASSWORD@HOST:PORT/NAME. It is "
        "remembered. The environment (or .env) keeps the password out of the list of processes.",
    ),
]
DATABASE = ""
Json = Annotated[bool, typer.Option("--json", help="Report as JSON on stdout.")]
Seed = Annotated[int, typer.Option(help="Of everything that is drawn.")]
SEED = 13


def names(text: str) -> list[str]:
    """Names that were given with commas between."""
    return [name.strip() for name in text.split(",") if name.strip()]
