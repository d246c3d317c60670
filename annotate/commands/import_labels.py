"""`import-labels`: paragraphs that were labelled elsewhere to a dataset folder."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from annotate.aggregation.methods import DEFAULT, Method
from annotate.commands.options import SEED, Json, Seed, TaxonomyFile
from annotate.core.console import plain_errors, say
from annotate.workspace import TAXONOMY


def _named(what: str) -> Any:
    return typer.Option(help=f"What the file calls the {what}.", show_default=False)


def import_labels_command(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help=".csv or .jsonl, a row an answer."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The dataset, data/datasets/NAME.")
    ],
    taxonomy: TaxonomyFile = TAXONOMY,
    map_file: Annotated[
        Path | None,
        typer.Option("--map", exists=True, dir_okay=False, help="YAML: their labels to ours."),
    ] = None,
    separator: Annotated[
        str, typer.Option(help="Parts the labels within a cell: one of | ; ,")
    ] = "|",
    text_field: Annotated[str, _named("text")] = "",
    labels_field: Annotated[str, _named("labels")] = "",
    annotator_field: Annotated[str, _named("annotator")] = "",
    id_field: Annotated[str, _named("article's id")] = "",
    method: Annotated[
        Method, typer.Option("--aggregate", help="How several answers become the gold labels.")
    ] = DEFAULT,
    seed: Seed = SEED,
    as_json: Json = False,
) -> None:
    """Take labels that were given elsewhere into a dataset folder; what is bad is set aside."""
    from annotate.imports.import_labels import ImportConfig, import_labels
    from annotate.workspace import PSEUDONYM_KEY

    named = {"text": text_field, "labels": labels_field}
    named |= {"annotator": annotator_field, "article_id": id_field}
    fields = {ours: theirs for ours, theirs in named.items() if theirs}
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
        say(f"what was set aside stands, with reasons, in {pulled.rejected_file}")
