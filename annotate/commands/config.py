"""`config`: what follows from the taxonomy."""

from pathlib import Path
from typing import Annotated

import typer

from annotate.commands.options import TAXONOMY, TaxonomyFile
from annotate.core.console import plain_errors


def config_command(
    taxonomy: TaxonomyFile = TAXONOMY,
    output: Annotated[Path, typer.Option(help="Folder for the generated files.")] = TAXONOMY.parent,
) -> None:
    """Check the taxonomy; write the labelling page and the guidelines that follow from it."""
    from annotate.config import generate

    with plain_errors():
        for path in generate(taxonomy, output):
            typer.echo(path)
