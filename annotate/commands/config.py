"""`config`: generate the files that follow from the taxonomy."""

from pathlib import Path
from typing import Annotated

import typer

from annotate.commands.options import TaxonomyFile
from annotate.core.console import plain_errors
from annotate.workspace import CONFIGS, TAXONOMY


def config_command(
    taxonomy: TaxonomyFile = TAXONOMY,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the generated files; by default label_config, or data/config/NAME "
            "for a taxonomy other than the default."
        ),
    ] = None,
) -> None:
    """Check the taxonomy and generate the labeling config and the guidelines from it."""
    from annotate.label_config.generate import generate

    with plain_errors():
        default = TAXONOMY.parent if taxonomy == TAXONOMY else CONFIGS / taxonomy.stem
        for path in generate(taxonomy, output or default):
            typer.echo(path)
