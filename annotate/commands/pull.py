"""`pull`: what people labelled to a dataset folder; and `demo`, which ends with a pull."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.options import (
    PROJECT,
    SEED,
    TAXONOMY,
    ApiKey,
    Json,
    ProjectName,
    Seed,
    TaxonomyFile,
    Url,
)
from annotate.commands.studio import stop_on_signals
from annotate.core.console import plain_errors, say
from annotate.method import DEFAULT, Method

if TYPE_CHECKING:
    from annotate.pull import PullReport
    from annotate.store import ReadStore


def pull_command(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The dataset, data/datasets/NAME.")
    ],
    project: ProjectName = PROJECT,
    taxonomy: TaxonomyFile = TAXONOMY,
    url: Url = "",
    api_key: ApiKey = "",
    method: Annotated[
        Method, typer.Option("--aggregate", help="How several answers become the gold labels.")
    ] = DEFAULT,
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map",
            exists=True,
            dir_okay=False,
            help="YAML: keys, controls and labels of a project that was made elsewhere, to ours.",
        ),
    ] = None,
    map_template: Annotated[
        bool,
        typer.Option("--map-template", help="Only print such a map, to be filled in."),
    ] = False,
    seed: Seed = SEED,
    as_json: Json = False,
) -> None:
    """Fetch the finished labels into a dataset folder; what is bad is set aside with the reason."""
    from annotate.core.taxonomy import load_taxonomy
    from annotate.foreign_project import open_foreign, source_of, template
    from annotate.pseudonyms import KEY_FILE
    from annotate.pull import PullConfig, pull
    from annotate.settings import connection
    from annotate.streams import open_streams

    with plain_errors():
        server, labels = connection(url, api_key), load_taxonomy(taxonomy)
        config = PullConfig(seed, method)
        stores: Sequence[ReadStore]
        if map_template:
            typer.echo(template(server, project, labels), nl=False)
            return
        if map_file:
            stores = open_foreign(server, project, labels, map_file)
            config = replace(config, source=source_of(project, map_file))
        else:
            stores = list(open_streams(server, project, labels).values())
        say("reading what people labelled ...")
        report = pull(stores, taxonomy, output, KEY_FILE, config)
    if as_json:
        typer.echo(json.dumps({"ledger": report.ledger, "splits": report.splits}))
        return
    _echo_pull(report, output)


def demo_command(
    samples: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="The sample corpus.")
    ] = Path("data/samples"),
    output: Annotated[Path, typer.Option("--output", "-o", help="The dataset.")] = Path(
        "data/datasets/demo"
    ),
    taxonomy: TaxonomyFile = TAXONOMY,
    seed: Seed = SEED,
) -> None:
    """Label the sample articles through a real Label Studio and pull the dataset."""
    from annotate.demo import demo

    stop_on_signals()
    with plain_errors():
        report = demo(samples, taxonomy, output, seed)
    _echo_pull(report, output)
    typer.echo("technique                              alpha")
    for row in report.agreement["labels"]:
        alpha = "undefined" if row["alpha"] is None else f"{row['alpha']:.2f}"
        typer.echo(f"  {row['label']:<36} {alpha}")


def _echo_pull(report: "PullReport", output: Path) -> None:
    typer.echo(f"{report.ledger['paragraphs']} paragraphs -> {output} ({report.folder.name})")
    for name, counts in report.ledger["annotators"].items():
        states = ", ".join(f"{n} {s}" for s, n in counts.items() if n and s != "tasks")
        typer.echo(f"  {name}: {states}")
    typer.echo("gold: " + ", ".join(f"{n} {split}" for split, n in sorted(report.splits.items())))
    mean = report.agreement["mean_alpha"]
    typer.echo(f"mean alpha over techniques: {'undefined' if mean is None else f'{mean:.2f}'}")
    if report.set_aside:
        say(f"{report.set_aside} set aside, with reasons, in {report.rejected_file}")
