"""`report`: show agreement, scores and predictions on one page."""

from pathlib import Path
from typing import Annotated

import typer

from annotate.core.console import plain_errors
from annotate.core.options import PREDICT, Dataset, must_exist
from train.commands.options import EVALUATE, LEARNING_CURVE


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
    curve: Annotated[
        Path | None,
        typer.Option(
            "--learning-curve",
            callback=must_exist(LEARNING_CURVE),
            file_okay=False,
            help="Folder that 'learning-curve' wrote, to show its plot too.",
        ),
    ] = None,
) -> None:
    """Write one page with agreement, scores and the PREDICTIONS for new articles."""
    with plain_errors():
        from train.reports.build import report

        written = report(dataset, evaluation, predictions, out, curve)
    typer.echo(written.page)
