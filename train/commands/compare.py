"""`compare`: put models, checkpoints, baselines and other systems beside each other."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from annotate.core.console import plain_errors, say
from annotate.core.errors import InputError
from annotate.core.options import dataset_argument, must_exist
from annotate.workspace import COMPARISONS
from train.commands.options import FIT, Json, echo_scores

WORSE = 3  # the exit code
_BASELINE = "baseline:"
_MADE_BY = f"{FIT}, or name a file of predictions that exists"


def _check_models(context: typer.Context, value: list[str]) -> list[str]:
    paths = [Path(each) for each in value or [] if not each.startswith(_BASELINE)]
    must_exist(_MADE_BY)(context, paths)
    return value


def compare_command(
    models: Annotated[
        list[str],
        typer.Argument(
            callback=_check_models,
            metavar="MODEL",
            help="Two or more: a run, a model folder, RUN/checkpoints/checkpoint-N, baseline:tfidf "
            "(frozen, average, most_frequent), or a file of predictions.",
        ),
    ],
    dataset: Annotated[
        Path, dataset_argument("DATASET", "Dataset folder, or a version of it: NAME@DIGEST.")
    ],
    split: Annotated[
        Literal["train", "validation", "test"], typer.Option(help="Split to answer.")
    ] = "test",
    margin: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="Differences in micro-F1 up to this do not matter."),
    ] = 0.02,
    fail_if_worse: Annotated[
        bool,
        typer.Option(
            "--fail-if-worse",
            help=f"Exit with code {WORSE} if a later one is reliably worse than the first.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="Folder for the pages; data/comparisons/A-vs-B by default."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say which MODEL is better on a split of DATASET, by how much, and how surely."""
    with plain_errors():
        from train.comparison.compare import compare

        report = compare(models, dataset, split, out or _default_folder(models), margin)
    from train.comparison.wording import verdicts, warnings

    for warning in warnings(report.comparison):
        say(warning)
    lines = [sentence for _, sentence in verdicts(report.comparison)]
    echo_scores(report.comparison, as_json, [*lines, f"page: {report.folder / 'compare.html'}"])
    if fail_if_worse and report.worse:
        raise typer.Exit(WORSE)


def _default_folder(models: list[str]) -> Path:
    """Return where a comparison goes: a folder that is named after what is compared."""
    names = [Path(each.removeprefix(_BASELINE)).absolute().name for each in models]
    name = "-vs-".join(names)
    if len(name) > 120:  # of 255 bytes that a name may have
        raise InputError("so many names do not fit a folder's; name the folder with -o")
    return COMPARISONS / name
