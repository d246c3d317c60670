"""What options of both command lines share: paths that a command makes, DATASET, and --version."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from annotate.core.console import plain_errors
from annotate.core.dataset_versions import find_dataset
from annotate.core.errors import InputError
from annotate.workspace import LABEL_CONFIG

PULL = "'rhetoric-annotate pull' (make pull)"
PREPARE = "'rhetoric-annotate prepare' (make prepare)"
PREDICT = "'rhetoric-train predict --with-paragraphs' (make predict)"


def must_exist(made_by: str) -> Callable[[typer.Context, Any], Any]:
    """Return the callback of a path that a command makes; where it is missing, that is named.

    Args:
        made_by: The command, such as `PULL`.
    """

    def check(context: typer.Context, value: Any) -> Any:
        paths = [value] if isinstance(value, Path) else value or []
        for path in () if context.resilient_parsing else paths:  # which completes a line
            with plain_errors():
                if not path.exists():
                    raise InputError(
                        f"{path}: does not exist; make it with {made_by}{_elsewhere(path)}"
                    )
        return value

    return check


def _elsewhere(path: Path) -> str:
    if path.is_absolute() or LABEL_CONFIG.is_dir():
        return ""
    return f", or run the command in the project folder, where {LABEL_CONFIG}/ lies"


def _print_version(context: typer.Context, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version

        typer.echo(f"{context.info_name} {version('rhetoric-annotation')}")
        raise typer.Exit


def _find_dataset(context: typer.Context, value: Any) -> Any:
    """Take `NAME@DIGEST` for the folder of that version; what is named must exist."""
    if not context.resilient_parsing and value:
        with plain_errors():
            value = find_dataset(value) if isinstance(value, Path) else [*map(find_dataset, value)]
    return must_exist(PULL)(context, value)


def dataset_argument(metavar: str, text: str, or_file: bool = False) -> Any:
    """Return the argument that names one or more datasets, or versions of them."""
    return typer.Argument(callback=_find_dataset, file_okay=or_file, metavar=metavar, help=text)


def dataset_option(text: str) -> Any:
    """Return the option `--dataset`, which names a dataset or a version of it."""
    return typer.Option("--dataset", callback=_find_dataset, file_okay=False, help=text)


Dataset = Annotated[
    Path, dataset_argument("DATASET", "Dataset folder, or a version of it: NAME@DIGEST.")
]
Version = Annotated[
    bool,
    typer.Option(
        "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
    ),
]
