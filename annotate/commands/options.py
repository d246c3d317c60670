"""Options that several commands share, with their help and defaults."""

from pathlib import Path
from typing import Annotated

import typer

TaxonomyFile = Annotated[
    Path,
    typer.Option("--taxonomy", exists=True, dir_okay=False, help="The taxonomy to label with."),
]
TAXONOMY = Path("label_config/taxonomy.yaml")
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
Json = Annotated[bool, typer.Option("--json", help="Report as JSON on stdout.")]
Seed = Annotated[int, typer.Option(help="Of everything that is drawn.")]
SEED = 13


def names(text: str) -> list[str]:
    """Names that were given with commas between."""
    return [name.strip() for name in text.split(",") if name.strip()]
