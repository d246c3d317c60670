"""`import-labels`: import paragraphs labelled with another tool into a dataset folder."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.aggregation.disputed import Disputed
from annotate.aggregation.methods import DEFAULT, Method
from annotate.commands.leaks import say_leaks
from annotate.commands.options import (
    SEED,
    DisputedRule,
    Folds,
    Json,
    NewSplit,
    Seed,
    SplitByName,
    TaxonomyFile,
    TestShare,
    ValidationShare,
    split_request,
)
from annotate.core.console import plain_errors, say
from annotate.core.plurals import counted
from annotate.imports.format_names import FormatName
from annotate.workspace import TAXONOMY

if TYPE_CHECKING:
    from annotate.imports.import_labels import ImportReport

_COUNTS = ("rows", "taken", "set_aside", "repeats", "united", "parted", "stayed")


def _named(what: str, several: str = "") -> Any:
    return typer.Option(help=f"Column with the {what}{several}.", show_default=False)


def import_labels_command(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            exists=True,
            help="Files with answers of annotators, or folders of them.",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Dataset folder to write, data/datasets/NAME.")
    ],
    taxonomy: TaxonomyFile = TAXONOMY,
    format_: Annotated[
        FormatName,
        typer.Option("--format", help="Tool that wrote the files; auto tells it by the content."),
    ] = FormatName.AUTO,
    texts: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            help="Folder of .txt articles, or paragraphs.jsonl, that the labels are of.",
        ),
    ] = None,
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map",
            exists=True,
            dir_okay=False,
            help="YAML file that maps the file's labels to ours.",
        ),
    ] = None,
    separator: Annotated[
        str,
        typer.Option(
            help="Character between the labels of a cell: | ; # or , (default: tell by the labels)",
            show_default=False,
        ),
    ] = "",
    text_field: Annotated[str, _named("text")] = "",
    labels_field: Annotated[str, _named("labels", "; several with commas")] = "",
    annotator_field: Annotated[
        str, _named("annotator", ", or the column of each annotator, with commas")
    ] = "",
    id_field: Annotated[str, _named("article's id")] = "",
    split_field: Annotated[str, _named("split")] = "",
    validation: ValidationShare = None,
    test: TestShare = None,
    split_by: SplitByName = None,
    folds: Folds = None,
    new_split: NewSplit = False,
    method: Annotated[
        Method, typer.Option("--aggregate", help="How several annotations become gold labels.")
    ] = DEFAULT,
    disputed: DisputedRule = Disputed.OFF,
    seed: Seed = SEED,
    as_json: Json = False,
) -> None:
    """Import labels made with another tool; rows that cannot be used are set aside."""
    from annotate.imports.import_labels import ImportConfig, import_labels
    from annotate.imports.registry import find_label_files
    from annotate.workspace import PSEUDONYM_KEY

    columns = {"text": text_field, "labels": labels_field}
    columns |= {"annotator": annotator_field, "article_id": id_field}
    columns |= {"split": split_field}
    fields = {ours: theirs for ours, theirs in columns.items() if theirs}
    with plain_errors():
        splits = split_request(validation, test, split_by, folds, new_split)
        config = ImportConfig(fields, map_file, separator, seed, method, texts, disputed, splits)
        files = find_label_files(inputs, format_)
        others = f"; {counted(files.left_out, 'other file')} left out" if files.left_out else ""
        say(f"reading {counted(len(files.files), 'file')} as {files.format}{others}")
        report = import_labels(files, taxonomy, output, PSEUDONYM_KEY, config)
    echo_import(report, output, {}, as_json=as_json)


def echo_import(
    report: "ImportReport", output: Path, more: Mapping[str, Any], *, as_json: bool
) -> None:
    """Print what became of the rows; `more` goes into the JSON."""
    from annotate.dataset.splits.report import by_split

    pulled = report.pulled
    if as_json:
        counts = {k: getattr(report, k) for k in _COUNTS}
        more = {"ledger": pulled.ledger, "splits": pulled.splits, **more}
        more["lineage"] = pulled.lineage.to_json()
        typer.echo(json.dumps(counts | more))
        return
    united = f", {report.united:,} united with another row" if report.united else ""
    typer.echo(
        f"{counted(report.rows, 'row')}: {report.taken:,} taken, {report.set_aside:,} set aside, "
        f"{counted(report.repeats, 'repeat')}{united}; "
        f"{counted(pulled.ledger['paragraphs'], 'paragraph')} of "
        f"{counted(len(pulled.ledger['annotators']), 'annotator')} -> {output} "
        f"({pulled.folder.name})"
    )
    typer.echo(f"gold: {by_split(pulled.splits)}")
    typer.echo(pulled.lineage.sentence())
    typer.echo(pulled.disputed)
    if report.parted:
        typer.echo(
            f"{counted(report.parted, 'article has', 'articles have')} rows in several splits; "
            "each part is an article of its own, such as 'ARTICLE (test)'"
        )
    if report.stayed:
        typer.echo(
            f"{counted(report.stayed, 'article stays', 'articles stay')} in another split than "
            "the rows say, because earlier versions of this dataset have it so; write to another "
            "dataset (-o) for the splits of the rows"
        )
    say_leaks(pulled.folder, output)
    if pulled.set_aside:
        say(f"rows that were set aside, with the reasons: {pulled.rejected_file}")
