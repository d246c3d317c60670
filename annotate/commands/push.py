"""`push`: paragraphs to the labelling project."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from annotate.label_config.labeling_page import SpanLabels
from annotate.workspace import TAXONOMY

if TYPE_CHECKING:
    from annotate.assignment.plan import Plan


def push_command(
    paragraphs: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="What 'prepare' wrote.")
    ],
    project: ProjectName = PROJECT,
    annotators: Annotated[
        str,
        typer.Option(help="Who labels, with commas between; without it all who have the project."),
    ] = "",
    overlap: Annotated[
        int | None, typer.Option(help="People for each paragraph; 2 where there are two.")
    ] = None,
    pilot: Annotated[
        int, typer.Option(min=0, help="Send only so many paragraphs, the same to everybody.")
    ] = 0,
    gold: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="JSON Lines of paragraphs with known labels."
        ),
    ] = None,
    gold_share: Annotated[
        float, typer.Option(help="How much of what a person gets is from --gold.")
    ] = 0.05,
    spans: Annotated[
        SpanLabels | None, typer.Option(help="What words are marked with; the project keeps it.")
    ] = None,
    hide_source: Annotated[
        bool | None,
        typer.Option(
            "--hide-source/--show-source",
            help="Title and outlet on the page; the project keeps it.",
        ),
    ] = None,
    priority: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="JSON Lines of id and priority: the highest first."
        ),
    ] = None,
    predictions: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="A model's predictions: their scores are added, to sort the task list by.",
        ),
    ] = None,
    taxonomy: TaxonomyFile = TAXONOMY,
    url: Url = "",
    api_key: ApiKey = "",
    seed: Seed = SEED,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be sent.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send the new paragraphs to the labelling project; a second push adds nothing."""
    from annotate.assignment.control_items import read_control_items
    from annotate.assignment.priority import by_priority, read_priorities
    from annotate.assignment.queues import Terms
    from annotate.core.predictions import read_predictions
    from annotate.core.taxonomy_file import load_taxonomy
    from annotate.label_studio.annotator_projects import PageSettings
    from annotate.label_studio.connection import connection
    from annotate.paragraphs.index import open_index
    from annotate.privacy.withdrawal_list import kept_paragraphs, read_withdrawn, withdrawn_file
    from annotate.sync.push import Asked, deliver, plan_delivery
    from annotate.sync.upload import PushReport
    from annotate.workspace import PSEUDONYM_KEY

    with plain_errors(), open_index(paragraphs) as index:
        read = index.paragraphs
        rows = kept_paragraphs(read, read_withdrawn(withdrawn_file(PSEUDONYM_KEY)))
        if len(rows) < len(read):
            say(f"left out {len(read) - len(rows)} paragraphs of withdrawn articles")
        if priority:
            rows = by_priority(rows, read_priorities(priority))
        look = PageSettings(load_taxonomy(taxonomy), spans, hide_source)
        said = read_predictions(predictions, look.taxonomy) if predictions else None
        known = read_control_items(gold, look.taxonomy, rows) if gold else []
        terms = Terms(0, seed, pilot, known, gold_share)
        asked = Asked(names(annotators), overlap, terms)
        delivery = plan_delivery(connection(url, api_key), project, look, rows, asked, index.load)
        for line in delivery.lines():
            say(line)
        to_send = sum(map(len, delivery.orders.values()))
        to_update = sum(map(len, delivery.changed.values()))
        report = PushReport(to_send, delivery.there, 0, updated=to_update)
        links = dict[str, str]()
        if not dry_run:
            with progress("pushing", to_send + to_update) as bar:
                report, links = deliver(delivery, bar.advance, said)
    for annotator, link in links.items():
        say(f"{annotator + ' labels' if annotator else 'label'} at {link}")
    if as_json:
        plan = delivery.distribution and _plan_json(delivery.distribution.plan)
        typer.echo(json.dumps(asdict(report) | {"dry_run": dry_run, "plan": plan}))
        return
    typer.echo(", ".join(report.phrases(dry_run=dry_run)))


def _plan_json(plan: "Plan") -> dict[str, Any]:
    common = [{"pair": list(pair), "paragraphs": n} for pair, n in plan.common.items()]
    return {
        "load": dict(plan.load),
        "spread": plan.spread,
        "largest_article": plan.largest,
        "pairs": plan.pairs,
        "pairs_possible": plan.reachable,
        "common": common,
    }
