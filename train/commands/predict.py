"""`predict`: label new articles."""

from pathlib import Path
from typing import Annotated

import typer

from annotate.core.console import plain_errors, say
from annotate.core.errors import InputError
from annotate.core.ledger import ledger_path, unread_warning
from annotate.core.plurals import counted
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
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="TASK",
            # a test compares this list with the registry, which is slow to import
            help="Write a submission to a shared task instead: semeval2023, slavicnlp2025, "
            "semeval2024 or semeval2021; INPUT is then the task's own file of texts.",
        ),
    ] = "",
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Stop at the first file or record that cannot be used."),
    ] = False,
) -> None:
    """Label the paragraphs of new articles with MODEL."""
    with plain_errors():
        if format_:
            if with_paragraphs:
                raise InputError("--format has no place for paragraphs; leave out one of the two")
            from train.inference.submission import write_submission

            report = write_submission(model, inputs, out, format_)
        else:
            from train.inference.predict import predict

            report = predict(model, inputs, out, with_paragraphs, strict)
    if report.truncated:
        count = counted(report.truncated, "paragraph is", "paragraphs are")
        say(f"{count} longer than the model reads; the rest was ignored")
    if report.repeated:
        count = counted(report.repeated, "paragraph was", "paragraphs were")
        say(f"{count} left out because of an id that had already occurred")
    paragraphs = counted(report.paragraphs, "paragraph")
    typer.echo(f"{paragraphs}, {report.labelled} with a technique: {out}")
    if report.unread:
        say(unread_warning(report.unread, ledger_path(out)))
