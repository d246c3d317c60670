"""Arguments and options that several commands share."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from annotate.core.options import must_exist

FIT = "'rhetoric-train fit' (make train)"
LEARNING_CURVE = "'rhetoric-train learning-curve' (make learning-curve)"
EVALUATE = "'rhetoric-train evaluate' (make evaluate)"

Model = Annotated[
    Path,
    typer.Argument(
        callback=must_exist(FIT),
        file_okay=False,
        metavar="MODEL",
        help="Model folder, or a finished run.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")]


def echo_scores(scores: Mapping[str, Any], as_json: bool, lines: Sequence[str]) -> None:
    """Print the scores as one JSON object, or else the lines."""
    typer.echo(json.dumps(scores, ensure_ascii=False) if as_json else "\n".join(lines))
