"""`fit`: train a classifier."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from annotate.core.console import plain_errors, say
from annotate.core.options import Dataset
from annotate.core.plurals import signed
from train.commands.options import (
    Encoder,
    Json,
    RecipeName,
    Seed,
    Settings,
    echo_scores,
    saying_how_to_go_on,
)
from train.training.launch import launched


def fit_command(
    dataset: Dataset,
    out: Annotated[Path, typer.Option("-o", "--output", help="Folder for the training run.")],
    encoder: Encoder = "minilm",
    init_from: Annotated[
        str,
        typer.Option(
            metavar="MODEL",
            help="A model folder or finished run to start from, instead of an encoder; labels of "
            "the same id keep what it learned.",
        ),
    ] = "",
    recipe: RecipeName = "auto",
    settings: Settings = [],  # noqa: B006  # typer copies it
    seeds: Annotated[
        int, typer.Option(min=1, help="Train with so many seeds; print mean and deviation.")
    ] = 1,
    seed: Seed = 13,
    folds: Annotated[
        int,
        typer.Option(
            min=0,
            help="Train so many models more, 2 at least, and choose the threshold by their "
            "out-of-fold scores.",
        ),
    ] = 0,
    refit: Annotated[
        bool, typer.Option("--refit", help="After --folds, train on train and validation together.")
    ] = False,
    log_to: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            help="Send the figures to tensorboard, trackio or mlflow too; separate by commas.",
        ),
    ] = "",
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Remove another run in the output folder before training starts."
        ),
    ] = False,
    processes: Annotated[
        int,
        typer.Option(
            min=0, help="Refuse to train in more or fewer processes, as torchrun starts them."
        ),
    ] = 0,
    as_json: Json = False,
) -> None:
    """Train a classifier on DATASET; running the command again resumes an interrupted run."""
    with plain_errors(), launched(processes):
        from train.models.encoder import open_start
        from train.training.fit import FitConfig, fit
        from train.training.recipe import AUTO, choose_recipe

        start = str(open_start(Path(init_from)).folder) if init_from else encoder
        config = FitConfig(
            encoder,
            choose_recipe(recipe, start, settings),
            seed,
            choose=recipe == AUTO,
            folds=folds,
            refit=refit,
            init_from=init_from,
            log_to=tuple(filter(None, log_to.split(","))),
        )
        with saying_how_to_go_on(lambda: _kept(out)):
            if seeds > 1:
                from train.training.seeds import fit_seeds

                several = fit_seeds(dataset, config, out, seeds, replace)
                report = several.first
                say(_spread_line(several.summary))
            else:
                report = fit(dataset, config, out, replace)
        lines = _lines(report.run, report.result)
    if report.already_done:
        say(f"{report.run}: this run is already finished; nothing to do")
    echo_scores(report.result, as_json, lines)


def _kept(run: Path) -> str:
    """Say what is kept of an interrupted run."""
    from train.training.checkpoints import steps_kept
    from train.training.run_folder import RunFolder

    steps = steps_kept(RunFolder(run).checkpoints)
    if steps:
        return f"; {run} keeps the run up to step {steps}; to go on from there"
    return " before the first epoch ended, so nothing is kept; to start over"


def _spread_line(summary: Mapping[str, Any]) -> str:
    figures = (
        f"{name} {summary[key]['mean']:.3f} ± {summary[key]['deviation']:.3f}"
        for name, key in (("micro-F1", "micro_f1"), ("macro-F1", "macro_f1"))
    )
    seeds = len(summary["seeds"])
    return f"on {summary['split']}, mean and deviation of {seeds} seeds: {', '.join(figures)}"


def _lines(run: Path, result: Mapping[str, Any]) -> list[str]:
    from train.baselines.registry import BASELINES
    from train.evaluation.baselines import read_curve

    comparison = result["comparison"]
    where = comparison["split"] + (", out of fold" if comparison["folds"] else "")
    rows = {"model": comparison["model"]}
    rows |= {BASELINES[name]: scores for name, scores in comparison["baselines"].items()}
    threshold, calibration = result["threshold"], result["calibration"]
    return [
        f"{'on ' + where:<28}{'micro-F1':>10}{'macro-F1':>10}",
        *(_row(name, scores) for name, scores in rows.items()),
        *comparison["verdict"],
        *filter(None, [read_curve(run)]),
        f"threshold {threshold['value']:.2f}, chosen on {threshold['paragraphs']} paragraphs with "
        f"{threshold['positives']} labels; temperature {calibration['temperature']:.2f}, shift "
        f"{signed(calibration['shift'])}",
        f"{run}: {result['trained']} trained, model {result['model_digest']}",
    ]


def _row(name: str, scores: Mapping[str, Any]) -> str:
    micro, macro = scores["micro"]["f1"]["value"], scores["macro"]["value"]
    return f"{name:<28}{micro:>10.3f}{macro:>10.3f}"
