"""`fit`: train a classifier."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from annotate.core.console import plain_errors, say
from train.commands.options import Dataset, Json, echo_scores


def fit_command(
    dataset: Dataset,
    out: Annotated[Path, typer.Option("-o", "--output", help="Folder for the training run.")],
    encoder: Annotated[
        str, typer.Option(help="minilm (installed with the project), a folder, or a Hub id.")
    ] = "minilm",
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training data.")] = 10,
    learning_rate: Annotated[
        float,
        typer.Option(
            min=1e-8,
            max=1.0,
            help="Learning rate of the encoder; new layers learn 20 times as fast.",
        ),
    ] = 1e-4,
    batch_size: Annotated[int, typer.Option(min=1, help="Paragraphs per training step.")] = 16,
    max_length: Annotated[
        int, typer.Option(min=8, help="Longest paragraph in tokens; longer ones are truncated.")
    ] = 256,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Random seed.")] = 13,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Remove another run in the output folder before training starts."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Train a classifier on DATASET; running the command again resumes an interrupted run."""
    with plain_errors():
        from train.training.fit import fit
        from train.training.trainer import FitConfig

        config = FitConfig(encoder, epochs, learning_rate, batch_size, max_length, seed)
        report = fit(dataset, config, out, replace=replace)
    if report.already_done:
        say(f"{report.run}: this run is already finished; nothing to do")
    echo_scores(report.result, as_json, _lines(report.run, report.result))


def _lines(run: Path, result: Mapping[str, Any]) -> list[str]:
    model, baseline = result["model"], result["baseline"]
    return [
        f"{'on validation':<16}{'micro-F1':>10}{'macro-F1':>10}{'threshold':>11}",
        _row("model", model, result["threshold"]["value"]),
        _row("baseline", baseline, baseline["threshold"]),
        f"temperature {result['calibration']['temperature']:.2f}, "
        f"shift {result['calibration']['shift']:+.2f}: {run}",
    ]


def _row(name: str, scores: Mapping[str, Any], threshold: float) -> str:
    micro, macro = scores["micro"]["f1"]["value"], scores["macro"]["value"]
    return f"{name:<16}{micro:>10.3f}{macro:>10.3f}{threshold:>11.2f}"
