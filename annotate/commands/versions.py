"""`versions`: the versions of a dataset."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from annotate.commands.options import Json
from annotate.core.console import plain_errors, say
from annotate.core.plurals import counted


def versions_command(
    dataset: Annotated[
        Path, typer.Argument(metavar="DATASET", help="The dataset, data/datasets/NAME.")
    ],
    as_json: Json = False,
) -> None:
    """List the versions of a dataset that are kept; DATASET@DIGEST names one elsewhere."""
    from annotate.dataset.versions import versions

    with plain_errors():
        rows = versions(dataset)
    if as_json:
        typer.echo(json.dumps([asdict(v) | {"made": v.made.isoformat()} for v in rows]))
        return
    for version in rows:
        made = f"{version.made:%Y-%m-%d %H:%M} UTC"
        paragraphs = counted(version.paragraphs, "paragraph")
        counts = f"{paragraphs}, {counted(version.annotations, 'annotation')}"
        current = "  <- current" if version.current else ""
        typer.echo(f"{version.digest}  {made}  {counts}{current}")
    say(f"{dataset}@{rows[0].digest[:8]} names a version wherever a command reads a dataset")
