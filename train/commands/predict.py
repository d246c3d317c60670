"""`predict`: label new articles."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.core.console import plain_errors, say
from annotate.core.errors import InputError
from annotate.core.io.stdin import STDIN, with_stdin
from annotate.core.ledger import ledger_path, notice_warning, unread_warning
from annotate.core.plurals import counted
from annotate.core.reading_options import (
    AuthorField,
    DateField,
    HtmlField,
    IdField,
    SourceField,
    TextField,
    TitleField,
    UrlField,
)
from train.commands.options import Model, saying_how_to_go_on

if TYPE_CHECKING:
    from train.inference.predict import PredictReport

_STDOUT = Path("-")


def _existing(inputs: list[Path]) -> list[Path]:
    for path in inputs:
        if path != STDIN and not path.exists():
            raise typer.BadParameter(f"path '{path}' does not exist.")
    return inputs


def predict_command(
    model: Model,
    inputs: Annotated[
        list[Path],
        typer.Argument(
            callback=_existing,
            metavar="INPUT",
            # a test compares this list with the registry of readers, which is slow to import
            help="Articles (.txt, .text, .md, .markdown, .html, .htm, .xhtml, .mhtml, .mht, .eml, "
            ".docx, .odt, .rtf, .pdf, .epub), tables of them (.jsonl, .ndjson, .json, .csv, .tsv, "
            ".xlsx, .xls, .ods, .parquet), feeds and XML (.rss, .atom, .xml, .enex, .sgml, .sgm), "
            "archives (.zip, .gz) and folders, a paragraphs.jsonl, or - for text or JSON Lines "
            "from stdin.",
        ),
    ],
    out: Annotated[
        Path, typer.Option("-o", "--output", help="predictions.jsonl to write, or - for stdout.")
    ],
    with_paragraphs: Annotated[
        bool, typer.Option("--with-paragraphs", help="Include the paragraph in each line.")
    ] = False,
    scores: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Also write the scores as a table: a row for each paragraph, a column for each "
            "technique.",
        ),
    ] = None,
    rationale: Annotated[
        bool,
        typer.Option(
            "--rationale",
            help="Include the words that spoke for each label: a pass of the model for each word.",
        ),
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
    exact: Annotated[
        bool,
        typer.Option("--exact", help="Compute in full precision, as evaluate does; takes longer."),
    ] = False,
    text_field: TextField = "text",
    title_field: TitleField = "title",
    id_field: IdField = "id",
    source_field: SourceField = "source",
    author_field: AuthorField = "author",
    date_field: DateField = "date",
    url_field: UrlField = "url",
    html_field: HtmlField = "",
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Stop at the first file or record that cannot be used."),
    ] = False,
) -> None:
    """Label the paragraphs of new articles with MODEL."""
    with plain_errors(), _target(out) as target:
        from train.inference.cutoff import read_cutoff

        cutoff = read_cutoff(threshold)
        with with_stdin(inputs) as files, _going_on(inputs, out):
            if format_:
                _check_places(
                    {"paragraphs": with_paragraphs, "a rationale": rationale, "scores": scores}
                )
                from train.inference.submission import write_submission

                report = write_submission(model, files, target, format_, cutoff, exact)
            else:
                from train.inference.labelling import Wanted
                from train.inference.predict import predict
                from train.inference.reading import columns
                from train.inference.score_table import also_as_table

                fields = columns(
                    text=text_field,
                    title=title_field,
                    id=id_field,
                    source=source_field,
                    author=author_field,
                    date=date_field,
                    url=url_field,
                    html=html_field,
                )
                wanted = Wanted(with_paragraphs, strict, cutoff, exact, rationale, fields)
                with also_as_table(scores, target, files):
                    report = predict(model, files, target, wanted)
    _say(report, out, threshold)


def _check_places(others: Mapping[str, object]) -> None:
    for what in (name for name, asked in others.items() if asked):
        raise InputError(f"--format has no place for {what}; leave out one of the two")


@contextmanager
def _target(out: Path) -> Iterator[Path]:
    """Yield the file to write; where it stands for stdout, print it in the end."""
    if out != _STDOUT:
        yield out
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "predictions.jsonl")
        yield file
        with file.open("rb") as content:
            shutil.copyfileobj(content, sys.stdout.buffer)


@contextmanager
def _going_on(inputs: Sequence[Path], out: Path) -> Iterator[None]:
    """After Ctrl-C, say how to go on; what comes from stdin or goes to stdout begins anew."""
    if STDIN in inputs or out == _STDOUT:
        yield
    else:
        with saying_how_to_go_on(lambda: "; what is labelled is kept; to go on"):
            yield


def _say(report: "PredictReport", out: Path, threshold: str) -> None:
    """Print what was done; on stderr if the predictions are on stdout."""
    if report.windowed:
        count = counted(report.windowed, "paragraph is", "paragraphs are")
        say(f"{count} longer than the model reads: read in parts, each label by its highest score")
    if report.repeated:
        count = counted(report.repeated, "paragraph was", "paragraphs were")
        say(f"{count} left out because of an id that had already occurred")
    if report.resumed:
        say(f"went on after {counted(report.resumed, 'paragraph')} of an earlier run")
    other = "" if threshold == "adapt" else ", or try --threshold adapt"
    for difference in report.differences:
        say(f"{difference}; label some of it and evaluate{other}")
    paragraphs = counted(report.paragraphs, "paragraph")
    taken = f" at threshold {report.threshold:g}" if threshold else ""
    done = f"{paragraphs}, {report.labelled} with a technique{taken}, by {report.backend}"
    if out == _STDOUT:
        say(done)
    else:
        typer.echo(f"{done}: {out}")
    if report.notices and out != _STDOUT:
        say(notice_warning(report.notices, ledger_path(out)))
    if report.unread:
        say(_unread(report.unread, out))


def _unread(count: int, out: Path) -> str:
    if out != _STDOUT:
        return unread_warning(count, ledger_path(out))
    what = counted(count, "file or record", "files or records")
    return f"warning: {what} could not be used; with -o FILE, a ledger beside it says which and why"
