"""`report`: show agreement, scores and predictions on one page."""

from pathlib import Path
from typing import Annotated

import typer

from annotate.core.console import plain_errors
from annotate.core.options import PREDICT, Dataset, must_exist
from train.commands.options import EVALUATE


def report_command(
    dataset: Dataset,
    evaluation: Annotated[
        Path,
        typer.Argument(
            callback=must_exist(EVALUATE),
            file_okay=False,
            metavar="EVALUATION",
            help="Folder that 'evaluate' wrote.",
        ),
    ],
    predictions: Annotated[
        Path,
        typer.Argument(
            callback=must_exist(PREDICT),
            dir_okay=False,
            metavar="PREDICTIONS",
            help="File that 'predict --with-paragraphs' wrote.",
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--output", help="HTML page to write.")],
) -> None:
    """Write one page with agreement, scores and the PREDICTIONS for new articles."""
    with plain_errors():
        from train.reports.build import report

        written = report(dataset, evaluation, predictions, out)
    typer.echo(written.page)
