"""`push`: send paragraphs to the labelling project."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from annotate.core.console import plain_errors, progress, say
from annotate.core.options import PREDICT, PREPARE, must_exist
from annotate.core.plurals import counted
from annotate.label_config.labeling_page import SpanLabels
from annotate.workspace import PSEUDONYM_KEY, STUDIO, TAXONOMY

if TYPE_CHECKING:
    from annotate.label_studio.connection import Connection
    from annotate.sync.push import PushRequest, Snapshot


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
    new: Annotated[
        bool, typer.Option("--new", help="Make the project; needed where others exist.")
    ] = False,
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
    from annotate.paragraphs.index import open_index
    from annotate.sync.push import (
        PushFiles,
        PushRequest,
        plan_push,
        read_files,
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
        connection = _connect(url, api_key)
        plan = plan_push(request, _look(connection, request, new=new, dry_run=dry_run))
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


def _connect(url: str, api_key: str) -> "Connection":
    """Return the server to talk to; the embedded one is set up then."""
    from annotate.label_studio.connection import find_connection
    from annotate.server.studio import wait_until_started

    if not url:
        wait_until_started(STUDIO, lambda: say("waiting until the studio has started ..."))
    return find_connection(url, api_key)


def _look(
    connection: "Connection", request: "PushRequest", *, new: bool, dry_run: bool
) -> "Snapshot":
    """Look at the server; divide a shared project first, if annotators are to have their own."""
    from annotate.label_studio.annotator_projects import SHARED, check_new
    from annotate.sync.push import read_snapshot
    from annotate.sync.share_out import Sharing, check_untouched, is_shared, share_out

    snapshot = read_snapshot(connection, request)
    if not (new or snapshot.projects):
        check_new(connection, request.project)
    if not is_shared(connection, snapshot.projects, request.annotators):
        return snapshot
    config = replace(request.assignment, pilot=0, control_items=())
    sharing = Sharing(request.project, request.annotators, request.settings, config)
    if not dry_run:
        share_out(connection, snapshot.projects, sharing, say)
        return read_snapshot(connection, request)
    check_untouched(connection, snapshot.projects, sharing)
    projects, tasks = dict(snapshot.projects), dict(snapshot.tasks)
    del projects[SHARED], tasks[SHARED]
    return replace(snapshot, projects=projects, tasks=tasks)
