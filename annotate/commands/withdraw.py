"""`withdraw`: leave an article or an annotator out of every dataset."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.options import ApiKey, Json, Url
from annotate.core.console import plain_errors, printable, say
from annotate.workspace import DATASETS

if TYPE_CHECKING:
    from annotate.privacy.withdraw import AffectedVersion


def withdraw_command(
    article_id: Annotated[
        str,
        typer.Argument(metavar="ARTICLE_ID", help="The id in the dataset, usually a web address."),
    ] = "",
    annotator: Annotated[
        str, typer.Option(help="Withdraw this annotator: a pseudonym, or a name on the server.")
    ] = "",
    dataset: Annotated[
        list[Path] | None,
        typer.Option(
            "--dataset", "-o", help="Dataset whose versions to search; by default all. Repeatable."
        ),
    ] = None,
    purge_versions: Annotated[
        bool, typer.Option("--purge-versions", help="Remove older versions that contain it.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Include it again from the next pull on.")
    ] = False,
    url: Url = "",
    api_key: ApiKey = "",
    as_json: Json = False,
) -> None:
    """Leave an article or an annotator out of every dataset, from the next pull on."""
    from annotate.privacy.withdraw import (
        Target,
        datasets_in,
        find_annotator,
        purge,
        versions_with,
        withdraw,
    )
    from annotate.workspace import PSEUDONYM_KEY

    if bool(article_id.strip()) == bool(annotator.strip()):
        raise typer.BadParameter("give either an ARTICLE_ID or --annotator NAME")
    if undo and purge_versions:
        raise typer.BadParameter("--undo cannot be combined with --purge-versions")
    with plain_errors():
        if annotator:
            target = find_annotator(annotator, PSEUDONYM_KEY, url, api_key)
        else:
            target = Target(article_id=article_id)
        versions = versions_with(target, dataset or datasets_in(DATASETS))
        changed = withdraw(target, PSEUDONYM_KEY, undo=undo)
        removed = purge(versions) if purge_versions else []
    if as_json:
        rows = [{"folder": str(v.folder), "present": v.current} for v in versions]
        gone = [str(folder) for folder in removed]
        typer.echo(json.dumps({"changed": changed, "versions": rows, "removed": gone}))
        return
    typer.echo(_outcome(changed, undo))
    if not undo:
        _echo_versions(versions, purged=purge_versions)
        say(
            "the server keeps its data, and models, reports and copies made from older versions "
            "stay: delete those by hand"
        )


def _outcome(changed: bool, undo: bool) -> str:
    if undo:
        return "it comes back with the next pull" if changed else "it was not withdrawn"
    return f"withdrawn{'' if changed else ' already'}: the next pull leaves it out"


def _echo_versions(versions: "list[AffectedVersion]", *, purged: bool) -> None:
    if not versions:
        typer.echo("no version of a dataset here contains it")
    for version in versions:
        if version.current:
            what = "kept, because it is current; pull again, then withdraw with --purge-versions"
        else:
            what = "removed" if purged else "--purge-versions would remove it"
        typer.echo(printable(f"{version.folder}: {what}"))
