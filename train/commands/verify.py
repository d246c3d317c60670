"""`verify`: check an exported model."""

import json
from pathlib import Path
from typing import Annotated

import typer

from annotate.core.console import plain_errors
from annotate.core.options import must_exist
from train.commands.options import EXPORT


def verify_command(
    folder: Annotated[
        Path,
        typer.Argument(
            callback=must_exist(EXPORT),
            file_okay=False,
            metavar="FOLDER",
            help="A model folder that 'export' wrote.",
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was checked as JSON.")
    ] = False,
) -> None:
    """Check that an exported model is undamaged, runs no code, and answers alike in ONNX."""
    with plain_errors():
        from train.export.verify import report, verify

        result = verify(folder)
    typer.echo(json.dumps(result.to_json()) if as_json else "\n".join(report(result)))
