"""`predict`: label new articles."""

from pathlib import Path
from typing import Annotated

import typer

from annotate.core.console import plain_errors, say
from train.commands.options import Model


def predict_command(
    model: Model,
    inputs: Annotated[
        list[Path],
        typer.Argument(
            exists=True,
            metavar="INPUT",
            # a test compares this list with the registry of readers, which is slow to import
            help="Articles (.txt, .md, .html, .htm, .jsonl, .csv, .parquet, and feeds: .rss, "
            ".atom, .xml), folders of them, or a paragraphs.jsonl.",
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--output", help="predictions.jsonl to write.")],
    with_paragraphs: Annotated[
        bool, typer.Option("--with-paragraphs", help="Include the paragraph in each line.")
    ] = False,
) -> None:
    """Label the paragraphs of new articles with MODEL."""
    with plain_errors():
        from train.inference.predict import predict

        report = predict(model, inputs, out, with_paragraphs)
    if report.truncated:
        say(f"{report.truncated} paragraphs are longer than the model reads; the rest was ignored")
    if report.repeated:
        say(f"{report.repeated} paragraphs were left out because their id had already occurred")
    typer.echo(f"{report.paragraphs} paragraphs, {report.labelled} with a technique: {out}")
