"""`migrate`: take datasets and projects to another version of a taxonomy."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from annotate.commands.options import ApiKey, Json, Url, find
from annotate.core.console import plain_errors, printable, say
from annotate.core.plurals import counted


def migrate_command(
    old: Annotated[
        Path, typer.Argument(parser=find, metavar="OLD", help="The taxonomy to migrate from.")
    ],
    new: Annotated[
        Path, typer.Argument(parser=find, metavar="NEW", help="The taxonomy to migrate to.")
    ],
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map", exists=True, dir_okay=False, help="YAML file that maps old ids to new ones."
        ),
    ] = None,
    dataset: Annotated[
        list[Path] | None, typer.Option(help="A dataset to migrate. Repeatable.")
    ] = None,
    project: Annotated[str, typer.Option(help="A Label Studio project to migrate.")] = "",
    url: Url = "",
    api_key: ApiKey = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the changes.")] = False,
    as_json: Json = False,
) -> None:
    """Migrate labels from taxonomy OLD to NEW; those that were split go back to annotators."""
    from annotate.core.taxonomy_file import load_taxonomy
    from annotate.label_studio.annotator_projects import find_projects
    from annotate.label_studio.connection import find_connection
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
            keys = ("annotations", "changed", "sent_back", "emptied")
            row = {key: getattr(change, key) for key in keys}
            report["datasets"].append({"dataset": str(link), **row})
        if project:
            projects = find_projects(find_connection(url, api_key), project)
            if not projects:
                say(f"there is no project {project!r}: nothing to migrate")
            for each in projects.values():
                moved = migrate_project(each, project, migration, dry_run=dry_run)
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
        annotations = counted(row["annotations"], "annotation")
        typer.echo(
            f"{row['dataset']}: {would} {row['changed']} of {annotations}; "
            f"{row['sent_back']} back for labelling, {row['emptied']} left without a technique"
        )
    for row in report["streams"]:
        whose = f"project of {row['annotator']}" if row["annotator"] else "shared or review project"
        kept = f"; the old results are in {row['backup']}" if row["backup"] else ""
        line = f"{whose}: {would} {row['rewritten']}, {row['sent_back']} back for labelling{kept}"
        typer.echo(
            printable(line)
        )  # on an external server the annotator's name comes from the project's title
    if not report["datasets"] and not report["streams"]:
        typer.echo("the map is complete; choose what to migrate with --dataset and --project")
