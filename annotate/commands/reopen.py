"""`reopen`: give answers that cannot be used back to their annotators."""

import json
from typing import Annotated

import typer

from annotate.commands.options import PROJECT, ApiKey, Json, ProjectName, TaxonomyFile, Url
from annotate.core.console import plain_errors, printable
from annotate.core.records import Origin
from annotate.workspace import REOPENED, TAXONOMY


def reopen_command(
    project: ProjectName = PROJECT,
    taxonomy: TaxonomyFile = TAXONOMY,
    url: Url = "",
    api_key: ApiKey = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the answers.")] = False,
    as_json: Json = False,
) -> None:
    """Give answers that 'pull' sets aside back to their annotators, as drafts."""
    from annotate.core.taxonomy_file import load_taxonomy
    from annotate.label_studio.annotator_projects import open_projects
    from annotate.label_studio.connection import find_connection
    from annotate.review.reopen import reopen_answers

    with plain_errors():
        labels = load_taxonomy(taxonomy)
        projects = open_projects(find_connection(url, api_key), project, labels)
        reports = [
            reopen_answers(each, labels, REOPENED, dry_run=dry_run) for each in projects.values()
        ]
    if as_json:
        rows = [
            {
                "annotator": report.annotator,
                "origin": str(report.origin),
                "reasons": dict(report.reasons),
                "backup": report.backup and str(report.backup),
            }
            for report in reports
        ]
        typer.echo(json.dumps({"projects": rows, "dry_run": dry_run}))
        return
    would = "would go" if dry_run else "went"
    for report in reports:
        if report.answers:
            reasons = ", ".join(f"{n} for {reason}" for reason, n in sorted(report.reasons.items()))
            review = report.origin is Origin.ADJUDICATION
            whose = report.annotator or f"the {'review' if review else 'shared'} project"
            saved = f"; they are saved in {report.backup}" if report.backup else ""
            typer.echo(printable(f"{whose}: {report.answers} {would} back ({reasons}){saved}"))
    if not any(report.answers for report in reports):
        typer.echo("every answer can be used: nothing to give back")
