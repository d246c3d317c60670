"""`export`: write the model folder that other programs load."""

from pathlib import Path
from typing import Annotated

import typer

from annotate.core.console import plain_errors, say
from annotate.core.options import dataset_option, must_exist
from train.commands.options import EVALUATE, FIT


def export_command(
    run: Annotated[
        Path,
        typer.Argument(
            callback=must_exist(FIT), file_okay=False, metavar="RUN", help="A finished run."
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--output", help="Model folder to write.")],
    evaluation: Annotated[
        Path | None,
        typer.Option(
            callback=must_exist(EVALUATE),
            dir_okay=False,
            help="Evaluation to include; RUN/evaluation/evaluation.json by default.",
        ),
    ] = None,
    dataset: Annotated[
        Path | None,
        dataset_option(
            "Compare the ONNX files on its validation split; by default the version in "
            "data/datasets that RUN was trained on."
        ),
    ] = None,
) -> None:
    """Write the model of RUN as a folder that other programs load, with ONNX files and a card."""
    with plain_errors():
        from train.export.export import export

        report = export(run, out, evaluation, dataset)
    for file in report.onnx:
        say(str(file))
    if not report.evaluated:
        say("the model card has no scores; run 'rhetoric-train evaluate', then export again")
    typer.echo(report.folder)
