"""Arguments and options that several commands share."""

import json
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from annotate.core.console import say
from annotate.core.options import must_exist

FIT = "'rhetoric-train fit' (make train)"
LEARNING_CURVE = "'rhetoric-train learning-curve' (make learning-curve)"
EXPORT = "'rhetoric-train export' (make export)"
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
Encoder = Annotated[
    str, typer.Option(help="minilm (installed with the project), a folder, or a Hub id.")
]
RecipeName = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        # a test compares this list with the files, which are slow to import
        help="auto (by encoder), minilm, mpnet, base, large, multilingual, or a TOML file.",
    ),
]
Settings = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change one setting of the recipe, such as learning_rate=5e-5; repeatable.",
    ),
]
Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Random seed.")]
Json = Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")]


def echo_scores(scores: Mapping[str, Any], as_json: bool, lines: Sequence[str]) -> None:
    """Print the scores as one JSON object, or else the lines."""
    typer.echo(json.dumps(scores, ensure_ascii=False) if as_json else "\n".join(lines))


@contextmanager
def saying_how_to_go_on(kept: Callable[[], str]) -> Iterator[None]:
    """After Ctrl-C, say what is kept, as `kept` returns it, and the command that goes on."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"stopped{kept()}, run again:")
        say(f"  {shlex.join(['rhetoric-train', *sys.argv[1:]])}")
        raise
