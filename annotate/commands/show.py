"""`show`: one page for a dataset."""

from pathlib import Path
from typing import Annotated

import typer

from annotate.commands.options import SEED, Seed
from annotate.core.console import plain_errors, say
from annotate.core.options import Dataset


def show_command(
    dataset: Dataset,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="HTML page; by default data/show/NAME.html."),
    ] = None,
    seed: Seed = SEED,
) -> None:
    """Write a page with the dataset's counts, agreement and paragraphs."""
    from annotate.dataset_page.show import show

    with plain_errors():
        written = show(dataset, output, seed)
    if written.shown < written.paragraphs:
        say(
            f"the page shows {written.shown:,} of {written.paragraphs:,} paragraphs, to stay "
            "below 5 MB; its figures count all"
        )
    typer.echo(written.page)
