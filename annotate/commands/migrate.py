"""`migrate`: datasets and projects to another version of a taxonomy."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from annotate.commands.options import ApiKey, Json, Url, find
from annotate.core.console import plain_errors, printable, say


def migrate_command(
    old: Annotated[
        Path, typer.Argument(parser=find, metavar="OLD", help="The taxonomy until now.")
    ],
    new: Annotated[Path, typer.Argument(parser=find, metavar="NEW", help="The taxonomy to come.")],
    map_file: Annotated[
        Path | None,
        typer.Option("--map", exists=True, dir_okay=False, help="YAML: old ids to new ones."),
    ] = None,
    dataset: Annotated[
        list[Path] | None, typer.Option(help="A dataset to take over; may be given again.")
    ] = None,
    project: Annotated[str, typer.Option(help="A Label Studio project to take over.")] = "",
    url: Url = "",
    api_key: ApiKey = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what changes.")] = False,
    as_json: Json = False,
) -> None:
    """Take labels from the taxonomy OLD to NEW; what a split leaves open goes back to people."""
    from annotate.core.taxonomy_file import load_taxonomy
    from annotate.label_studio.annotator_projects import find_projects
    from annotate.label_studio.connection import connection
    from annotate.migration.migrate import migrate_dataset, migrate_project
    from annotate.migration.plan import make_migration

    with plain_errors():
        migration = make_migration(load_taxonomy(old), load_taxonomy(new), map_file)
        report: dict[str, Any] = {"changes": migration.changes(), "datasets": [], "streams": []}
        if not as_json:
            for line in report["changes"]:
                typer.echo(line)
        for link in dataset or []:
            change = migrate_dataset(link, migration, new, dry_run=dry_run)
            row = {
                k: getattr(change, k) for k in ("annotations", "changed", "sent_back", "emptied")
            }
            report["datasets"].append({"dataset": str(link), **row})
        if project:
            streams = find_projects(connection(url, api_key), project)
            if not streams:
                say(f"there is no project {project!r}: nothing to take over")
            for stream in streams.values():
                moved = migrate_project(stream, project, migration, dry_run=dry_run)
                row = {"annotator": moved.annotator, "rewritten": moved.rewritten}
                row |= {"sent_back": moved.sent_back, "backup": moved.backup and str(moved.backup)}
                report["streams"].append(row)
    if as_json:
        typer.echo(json.dumps(report | {"dry_run": dry_run}))
        return
    _echo(report, dry_run)


def _echo(report: dict[str, Any], dry_run: bool) -> None:
    would = "would change" if dry_run else "changed"
    for row in report["datasets"]:
        typer.echo(
            f"{row['dataset']}: {would} {row['changed']} of {row['annotations']} annotations; "
            f"{row['sent_back']} back for labelling, {row['emptied']} without a technique now"
        )
    for row in report["streams"]:
        whose = f"stream of {row['annotator']}" if row["annotator"] else "shared or review stream"
        kept = f"; the old ones stand in {row['backup']}" if row["backup"] else ""
        line = f"{whose}: {would} {row['rewritten']}, {row['sent_back']} back for labelling{kept}"
        typer.echo(printable(line))  # a project's title on a foreign server says whose it is
    if not report["datasets"] and not report["streams"]:
        typer.echo("the map fits; name what to take over with --dataset and --project")
