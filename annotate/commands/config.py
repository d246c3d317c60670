"""`config`: what follows from the taxonomy."""

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
            help="Folder for the generated files; without it label_config, or data/config/NAME "
            "for another taxonomy than the default."
        ),
    ] = None,
) -> None:
    """Check the taxonomy; write the labelling page and the guidelines that follow from it."""
    from annotate.label_config.generate import generate

    with plain_errors():
        own = TAXONOMY.parent if taxonomy == TAXONOMY else CONFIGS / taxonomy.stem
        for path in generate(taxonomy, output or own):
            typer.echo(path)
