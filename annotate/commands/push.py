"""`push`: send paragraphs to the labelling project."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from annotate.commands.options import (
    PROJECT,
    SEED,
    ApiKey,
    Json,
    ProjectName,
    Seed,
    TaxonomyFile,
    Url,
    names,
)
from annotate.core.console import counted, plain_errors, progress, say
from annotate.core.options import PREDICT, PREPARE, must_exist
from annotate.label_config.labeling_page import SpanLabels
from annotate.workspace import PSEUDONYM_KEY, TAXONOMY


def push_command(
    paragraphs: Annotated[
        Path,
        typer.Argument(
            callback=must_exist(PREPARE),
            dir_okay=False,
            metavar="PARAGRAPHS",
            help="The file that 'prepare' wrote.",
        ),
    ],
    project: ProjectName = PROJECT,
    annotators: Annotated[
        str,
        typer.Option(help="Names, separated by commas; by default all who have the project."),
    ] = "",
    overlap: Annotated[
        int | None,
        typer.Option(
            help="Annotators per paragraph; by default 2, or 1 if there is one annotator."
        ),
    ] = None,
    pilot: Annotated[
        int, typer.Option(min=0, help="Send only this many paragraphs, the same to everybody.")
    ] = 0,
    gold: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="JSON Lines of control items: paragraphs with known labels to mix in.",
        ),
    ] = None,
    gold_share: Annotated[
        float, typer.Option(help="Share of control items among each annotator's paragraphs.")
    ] = 0.05,
    spans: Annotated[
        SpanLabels | None,
        typer.Option(
            help="Mark words with a group, a technique, or not at all; the project remembers it."
        ),
    ] = None,
    hide_source: Annotated[
        bool | None,
        typer.Option(
            "--hide-source/--show-source",
            help="Hide or show title and outlet while labelling; the project remembers it.",
        ),
    ] = None,
    priority: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="JSON Lines file of ids and priorities; the highest are sent first.",
        ),
    ] = None,
    predictions: Annotated[
        Path | None,
        typer.Option(
            callback=must_exist(PREDICT),
            dir_okay=False,
            help="Predictions of a model; their scores are added, for sorting the task list.",
        ),
    ] = None,
    taxonomy: TaxonomyFile = TAXONOMY,
    url: Url = "",
    api_key: ApiKey = "",
    seed: Seed = SEED,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent and send nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send new paragraphs to the labelling project; pushing again adds nothing."""
    from annotate.assignment.queues import AssignmentConfig
    from annotate.core.taxonomy_file import load_taxonomy
    from annotate.label_studio.annotator_projects import PageSettings
    from annotate.label_studio.connection import find_connection
    from annotate.paragraphs.index import open_index
    from annotate.sync.push import (
        PushFiles,
        PushRequest,
        plan_push,
        read_files,
        read_snapshot,
        send,
    )

    with plain_errors(), open_index(paragraphs) as index:
        request = PushRequest(
            project,
            PageSettings(load_taxonomy(taxonomy), spans, hide_source),
            annotators=names(annotators),
            assignment=AssignmentConfig(overlap, seed, pilot, control_share=gold_share),
        )
        files = PushFiles(index, priority, gold, predictions)
        request = read_files(request, files, PSEUDONYM_KEY)
        if request.withdrawn:
            say(f"left out {counted(request.withdrawn, 'paragraph')} of withdrawn articles")
        plan = plan_push(request, read_snapshot(find_connection(url, api_key), request))
        for line in plan.lines():
            say(line)
        report, links = plan.report, dict[str, str]()
        if not dry_run:
            with progress("pushing", report.added + report.updated) as bar:
                report, links = send(plan, bar.advance)
    for annotator, link in links.items():
        say(f"{annotator + ' labels' if annotator else 'label'} at {link}")
    if as_json:
        assigned = plan.assignment and plan.assignment.plan.to_json()
        typer.echo(json.dumps(asdict(report) | {"dry_run": dry_run, "plan": assigned}))
        return
    typer.echo(", ".join(report.phrases(dry_run=dry_run)))
