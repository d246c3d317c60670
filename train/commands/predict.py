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
    threshold: Annotated[
        str,
        typer.Option(
            metavar="VALUE|adapt",
            help="Score from which on a label is assigned, instead of the model's threshold; adapt "
            "fits it to the scores of INPUT, which needs 50 paragraphs.",
        ),
    ] = "",
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Stop at the first file or record that cannot be used."),
    ] = False,
) -> None:
    """Label the paragraphs of new articles with MODEL."""
    with plain_errors():
        from train.inference.cutoff import ADAPT, read_cutoff

        cutoff = read_cutoff(threshold)
        if format_:
            if with_paragraphs:
                raise InputError("--format has no place for paragraphs; leave out one of the two")
            from train.inference.submission import write_submission

            report = write_submission(model, inputs, out, format_, cutoff)
        else:
            from train.inference.predict import predict

            report = predict(model, inputs, out, with_paragraphs, strict, cutoff)
    if report.truncated:
        count = counted(report.truncated, "paragraph is", "paragraphs are")
        say(f"{count} longer than the model reads; the rest was ignored")
    if report.repeated:
        count = counted(report.repeated, "paragraph was", "paragraphs were")
        say(f"{count} left out because of an id that had already occurred")
    other = "" if cutoff == ADAPT else ", or try --threshold adapt"
    for difference in report.differences:
        say(f"{difference}; label some of it and evaluate{other}")
    paragraphs = counted(report.paragraphs, "paragraph")
    taken = f" at threshold {report.threshold:g}" if threshold else ""
    typer.echo(f"{paragraphs}, {report.labelled} with a technique{taken}: {out}")
    if report.unread:
        say(unread_warning(report.unread, ledger_path(out)))
