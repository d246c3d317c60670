"""`doctor`: find out what is wrong, and how to fix it."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.options import ApiKey, Json, TaxonomyFile, Url
from annotate.core.console import plain_errors, printable
from annotate.workspace import TAXONOMY

if TYPE_CHECKING:
    from annotate.doctor.check import Check


def doctor_command(
    project: Annotated[
        str, typer.Option(help="Also compare the labels of this project with the taxonomy.")
    ] = "",
    taxonomy: TaxonomyFile = TAXONOMY,
    url: Url = "",
    api_key: ApiKey = "",
    as_json: Json = False,
) -> None:
    """Check installation, server, tokens, database, disk and clock; exit with 1 if one fails."""
    from annotate.doctor.check import State
    from annotate.doctor.examine import examine

    checks = []
    with plain_errors():
        for check in examine(taxonomy, url, api_key, project):
            checks.append(check)
            if not as_json:
                typer.echo(_line(check))
    if as_json:
        rows = [
            {"name": c.name, "state": c.state, "finding": c.finding, "fix": c.fix} for c in checks
        ]
        typer.echo(json.dumps(rows))
    if any(check.state is State.FAIL for check in checks):
        raise typer.Exit(1)


def _line(check: "Check") -> str:
    fix = f"; to fix it: {check.fix}" if check.fix else ""
    line = f"{check.state:<8}{check.name}: {check.finding}{fix}"
    return printable(" ".join(line.splitlines()))
