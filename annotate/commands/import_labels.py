"""`import-labels`: import paragraphs labelled with another tool into a dataset folder."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from annotate.aggregation.methods import DEFAULT, Method
from annotate.commands.options import SEED, Json, Seed, TaxonomyFile
from annotate.core.console import plain_errors, say
from annotate.workspace import TAXONOMY


def _named(what: str) -> Any:
    return typer.Option(help=f"Column with the {what}.", show_default=False)


def import_labels_command(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            metavar="FILE",
            help="A .csv or .jsonl file with an annotation in each row.",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Dataset folder to write, data/datasets/NAME.")
    ],
    taxonomy: TaxonomyFile = TAXONOMY,
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
        str, typer.Option(help="Character between the labels of a cell: | ; or ,")
    ] = "|",
    text_field: Annotated[str, _named("text")] = "",
    labels_field: Annotated[str, _named("labels")] = "",
    annotator_field: Annotated[str, _named("annotator")] = "",
    id_field: Annotated[str, _named("article's id")] = "",
    method: Annotated[
        Method, typer.Option("--aggregate", help="How several annotations become gold labels.")
    ] = DEFAULT,
    seed: Seed = SEED,
    as_json: Json = False,
) -> None:
    """Import labels made with another tool; rows that cannot be used are set aside."""
    from annotate.imports.import_labels import ImportConfig, import_labels
    from annotate.workspace import PSEUDONYM_KEY

    columns = {"text": text_field, "labels": labels_field}
    columns |= {"annotator": annotator_field, "article_id": id_field}
    fields = {ours: theirs for ours, theirs in columns.items() if theirs}
    config = ImportConfig(fields, map_file, separator, seed, method)
    with plain_errors():
        report = import_labels(file, taxonomy, output, PSEUDONYM_KEY, config)
    pulled = report.pulled
    if as_json:
        counts = {k: getattr(report, k) for k in ("rows", "taken", "set_aside", "repeats")}
        typer.echo(json.dumps(counts | {"ledger": pulled.ledger, "splits": pulled.splits}))
        return
    typer.echo(
        f"{report.rows} rows: {report.taken} taken, {report.set_aside} set aside, "
        f"{report.repeats} repeats; {pulled.ledger['paragraphs']} paragraphs of "
        f"{len(pulled.ledger['annotators'])} annotators -> {output} ({pulled.folder.name})"
    )
    typer.echo("gold: " + ", ".join(f"{n} {split}" for split, n in sorted(pulled.splits.items())))
    if pulled.set_aside:
        say(f"rows that were set aside, with the reasons: {pulled.rejected_file}")
