"""`evaluate`: score a model, or a submission to a shared task."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from annotate.core.console import plain_errors, say
from annotate.core.errors import InputError
from annotate.core.options import dataset_argument, must_exist
from annotate.core.plurals import counted
from train.commands.options import FIT, Json, echo_scores

SHOWN = 5  # columns of the table on a terminal; the pages have all


def evaluate_command(
    model: Annotated[
        Path,
        typer.Argument(
            callback=must_exist(FIT),
            metavar="MODEL",
            help="Model folder, or a finished run; with --official, also a submission file.",
        ),
    ],
    dataset: Annotated[
        Path,
        dataset_argument(
            "DATASET",
            "Dataset folder, or a version of it: NAME@DIGEST. For a submission, the gold file.",
            or_file=True,
        ),
    ],
    split: Annotated[
        Literal["train", "validation", "test"], typer.Option(help="Split to score.")
    ] = "test",
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="Folder for the report; for a run, RUN/evaluation by default."
        ),
    ] = None,
    official: Annotated[
        str,
        typer.Option(
            metavar="TASK",
            # a test compares this list with the registry, which is slow to import
            help="Add the figures of a shared task: semeval2023, slavicnlp2025, semeval2024, "
            "semeval2021. For a submission file also semeval2021-spans, semeval2020-si, "
            "semeval2020-tc, mafalda.",
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Score MODEL on a split of DATASET, next to the baselines and the human ceiling."""
    if model.is_file():
        _evaluate_submission(model, dataset, official, out, as_json)
        return
    with plain_errors():
        from train.evaluation.evaluate import evaluate, report_folder

        report = evaluate(model, dataset, split, out or report_folder(model), official)
    from train.evaluation.pages import warnings

    for warning in warnings(report.evaluation):
        say(warning)
    echo_scores(report.evaluation, as_json, _lines(report.folder, report.evaluation))


def _evaluate_submission(
    submission: Path, gold: Path, official: str, out: Path | None, as_json: bool
) -> None:
    with plain_errors():
        if out:
            raise InputError(f"{out}: a submission has no report; leave out -o, or add --json")
        from train.evaluation.official import official_file_scores, official_table

        scores = official_file_scores(submission, gold, official)
    echo_scores(scores, as_json, [_heading(scores), *_table(*official_table(scores))])


def _lines(folder: Path, evaluation: Mapping[str, Any]) -> list[str]:
    from train.evaluation.official import official_table
    from train.evaluation.pages import trained_on
    from train.evaluation.tables import summary

    head, rows = summary(evaluation)
    lines = _table(head[:SHOWN], [row[:SHOWN] for row in rows])
    lines += ["", *evaluation["verdict"], *trained_on(evaluation)]
    if official := evaluation.get("official"):
        lines += ["", _heading(official), *_table(*official_table(official))]
    return [*lines, f"page: {folder / 'evaluation.html'}"]


def _heading(official: Mapping[str, Any]) -> str:
    return f"{official['title']}: {counted(official['items'], official['unit'])}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    width = max(24, *(len(cell) + 2 for cell in head))
    return [
        f"{first:<32}" + "".join(f"{cell:>{width}}" for cell in cells)
        for first, *cells in (head, *rows)
    ]
