"""`evaluate`: score a model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from annotate.core.console import plain_errors, say
from annotate.core.options import Dataset
from train.commands.options import Json, Model, echo_scores


def evaluate_command(
    model: Model,
    dataset: Dataset,
    split: Annotated[
        Literal["train", "validation", "test"], typer.Option(help="Split to score.")
    ] = "test",
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="Folder for the report; for a run, RUN/evaluation by default."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Score MODEL on a split of DATASET, next to the baseline and the human ceiling."""
    with plain_errors():
        from train.evaluation.evaluate import evaluate, report_folder

        report = evaluate(model, dataset, split, out or report_folder(model))
    from train.evaluation.pages import warnings

    for warning in warnings(report.evaluation):
        say(warning)
    echo_scores(report.evaluation, as_json, _lines(report.folder, report.evaluation))


def _lines(folder: Path, evaluation: Mapping[str, Any]) -> list[str]:
    from train.evaluation.pages import HEAD, summary, trained_on

    rows = [HEAD, *summary(evaluation)]
    lines = [f"{row[0]:<32}" + "".join(f"{cell:>24}" for cell in row[1:]) for row in rows]
    return [*lines, *trained_on(evaluation), f"page: {folder / 'evaluation.html'}"]
