"""`pull`: what people labelled to a dataset folder; `versions`, and `demo`: it ends with a pull."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.aggregation.methods import DEFAULT, Method
from annotate.commands.options import (
    PROJECT,
    SEED,
    ApiKey,
    Json,
    ProjectName,
    Seed,
    TaxonomyFile,
    Url,
)
from annotate.commands.studio import stop_on_signals
from annotate.core.console import plain_errors, say
from annotate.workspace import DATASETS, SAMPLES, TAXONOMY

if TYPE_CHECKING:
    from annotate.sync.pull import PullReport
    from annotate.sync.task_cache import Refreshed


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
    since_last: Annotated[
        bool,
        typer.Option(
            "--since-last", help="Ask the server only for what changed since the last pull."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Fetch the finished labels into a dataset folder; what is bad is set aside with the reason."""
    from annotate.core.taxonomy_file import load_taxonomy
    from annotate.dataset.writer import check_link
    from annotate.imports.label_studio_project import (
        open_external_project,
        source_of,
        template_for,
    )
    from annotate.label_studio.annotator_projects import open_projects
    from annotate.label_studio.connection import connection
    from annotate.sync.pull import PullConfig, pull
    from annotate.sync.task_cache import last_pull, memory_file
    from annotate.workspace import PSEUDONYM_KEY

    if since_last and map_file:
        raise typer.BadParameter("--since-last is for projects of our own, not for --map")
    with plain_errors():
        check_link(output)
        server, labels = connection(url, api_key), load_taxonomy(taxonomy)
        config = PullConfig(seed, method)
        if map_template:
            typer.echo(template_for(server, project, labels), nl=False)
            return
        if map_file:
            stores = open_external_project(server, project, labels, map_file)
            config = replace(config, source=source_of(project, map_file))
            say("reading what people labelled ...")
            report = pull(stores, taxonomy, output, PSEUDONYM_KEY, config)
        else:
            streams = open_projects(server, project, labels)
            say("reading what people labelled ...")
            with last_pull(memory_file(output, PSEUDONYM_KEY)) as last:
                found = [last.refresh(stream, anew=not since_last) for stream in streams.values()]
                report = pull(
                    [one.source for one in found], taxonomy, output, PSEUDONYM_KEY, config
                )
            if since_last:
                _say_what_was_read(found)
    if as_json:
        typer.echo(json.dumps({"ledger": report.ledger, "splits": report.splits}))
        return
    _echo_pull(report, output)


def versions_command(
    dataset: Annotated[Path, typer.Argument(help="The dataset, data/datasets/NAME.")],
    as_json: Json = False,
) -> None:
    """List the versions of a dataset that earlier pulls wrote, and which one is current."""
    from annotate.dataset.versions import versions

    with plain_errors():
        found = versions(dataset)
    if as_json:
        typer.echo(json.dumps([asdict(v) | {"made": v.made.isoformat()} for v in found]))
        return
    for version in found:
        made = f"{version.made:%Y-%m-%d %H:%M} UTC"
        counts = f"{version.paragraphs} paragraphs, {version.annotations} annotations"
        now = "  <- current" if version.current else ""
        typer.echo(f"{version.digest}  {made}  {counts}{now}")


def demo_command(
    samples: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="The sample corpus.")
    ] = SAMPLES,
    output: Annotated[Path, typer.Option("--output", "-o", help="The dataset.")] = DATASETS
    / "demo",
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


def _say_what_was_read(found: Sequence["Refreshed"]) -> None:
    read, total = sum(one.read for one in found), sum(one.total for one in found)
    say(f"{read} of {total} tasks were read from the server")
    for why in sorted({one.why_all for one in found if one.why_all}):
        say(f"a stream was read in full: {why}")


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
