"""`push`: paragraphs to the labelling project."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from annotate.commands.options import (
    PROJECT,
    TAXONOMY,
    ApiKey,
    Json,
    ProjectName,
    TaxonomyFile,
    Url,
)
from annotate.core.console import plain_errors, progress, say


def push_command(
    paragraphs: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="What 'prepare' wrote.")
    ],
    project: ProjectName = PROJECT,
    taxonomy: TaxonomyFile = TAXONOMY,
    url: Url = "",
    api_key: ApiKey = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be sent.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send the new paragraphs to the labelling project; a second push adds nothing."""
    from annotate.core.paragraphs import read_paragraphs
    from annotate.core.taxonomy import load_taxonomy
    from annotate.guidelines import instruction
    from annotate.interface import label_config
    from annotate.labelstudio import find_project, make_project
    from annotate.push import PushReport, missing, push
    from annotate.settings import one_stream

    with plain_errors():
        rows = list(read_paragraphs(paragraphs))
        loaded = load_taxonomy(taxonomy)
        stream = one_stream(project, url, api_key)
        if dry_run:
            known = find_project(stream, label_config(loaded))
            fresh = len(missing(rows, known.known_ids() if known else ()))
            report = PushReport(fresh, len(rows) - fresh, 0)
        else:
            store = make_project(stream, label_config(loaded), instruction(loaded))
            with progress("pushing", len(rows)) as bar:
                report = push(rows, store, advance=bar.advance)
            say(f"label at {store.labelling_url}")
    if as_json:
        typer.echo(json.dumps(asdict(report) | {"dry_run": dry_run}))
        return
    done = "would add" if dry_run else "added"
    typer.echo(
        f"{done} {report.added}, there already {report.skipped}, put right {report.put_right}"
    )
