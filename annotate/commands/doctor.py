"""`doctor`: what is wrong here, and how to mend it."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.options import ApiKey, Json, TaxonomyFile, Url
from annotate.core.console import plain_errors, printable
from annotate.workspace import TAXONOMY

if TYPE_CHECKING:
    from annotate.doctor.check import Check


def doctor_command(
    project: Annotated[
        str, typer.Option(help="Compare the labels of this project with the taxonomy too.")
    ] = "",
    taxonomy: TaxonomyFile = TAXONOMY,
    url: Url = "",
    api_key: ApiKey = "",
    as_json: Json = False,
) -> None:
    """Check installation, server, tokens, database, disk and clock; exit code 1 if any fails."""
    from annotate.doctor.check import State
    from annotate.doctor.examine import Asked, examine

    checks = []
    with plain_errors():
        for check in examine(Asked(taxonomy, url, api_key, project)):
            checks.append(check)
            if not as_json:
                typer.echo(_line(check))
    if as_json:
        typer.echo(json.dumps([asdict(check) for check in checks]))
    if any(check.state is State.FAIL for check in checks):
        raise typer.Exit(1)


def _line(check: "Check") -> str:
    mend = f"; to mend it: {check.mend}" if check.mend else ""
    line = f"{check.state:<8}{check.name}: {check.said}{mend}"
    return printable(" ".join(line.splitlines()))
