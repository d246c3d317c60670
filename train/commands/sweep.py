"""`sweep`: try a recipe's ranges within a budget of minutes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from annotate.core.console import plain_errors, say
from annotate.core.options import Dataset
from train.commands.options import (
    Encoder,
    Json,
    RecipeName,
    Seed,
    echo_scores,
    saying_how_to_go_on,
)


def sweep_command(
    dataset: Dataset,
    out: Annotated[Path, typer.Option("-o", "--output", help="Folder for the sweep.")],
    minutes: Annotated[
        float,
        typer.Option(min=0.0, help="Time to spend, counted from the start of the sweep."),
    ],
    encoder: Encoder = "minilm",
    recipe: RecipeName = "auto",
    settings: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Fix one setting, such as steps=225; it is not varied. Repeatable.",
        ),
    ] = [],  # noqa: B006  # typer copies it
    trials: Annotated[
        int, typer.Option(min=0, help="Trials at most; 0 for as many as the minutes allow.")
    ] = 0,
    folds: Annotated[
        int, typer.Option(min=2, help="Parts of the train split; each is scored once.")
    ] = 5,
    seed: Seed = 13,
    replace: Annotated[
        bool, typer.Option("--replace", help="Remove another sweep in the output folder first.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Look for better settings on DATASET's train split; running it again goes on."""
    with plain_errors():
        from train.sweep.sweep import SweepConfig, sweep
        from train.training.recipe import choose_recipe

        config = SweepConfig(
            encoder=encoder,
            recipe=choose_recipe(recipe, encoder, settings),
            fixed=frozenset(setting.partition("=")[0].strip() for setting in settings),
            minutes=minutes,
            trials=trials,
            folds=folds,
            seed=seed,
        )
        with saying_how_to_go_on(lambda: f"; {out} keeps every fold that was scored; to go on"):
            report = sweep(dataset, config, out, replace=replace)
    say(report.ended)
    echo_scores(report.result, as_json, _lines(report.folder, report.result))


def _lines(folder: Path, result: Mapping[str, Any]) -> list[str]:
    from train.sweep.page import gain_in_words
    from train.sweep.sweep import BEST, PAGE

    best = next(trial for trial in result["trials"] if trial["number"] == result["best"])
    name = f"trial {best['number']}"
    lines = [
        f"{'out of fold':<16}{'micro-F1':>10}",
        f"{'recipe':<16}{result['score']['recipe']:>10.3f}",
        f"{name:<16}{result['score']['best']:>10.3f}",
        *(f"  {key} = {value}" for key, value in best["settings"].items()),
        *([gain_in_words(result)] if len(result["trials"]) > 1 else []),
        result["verdict"],
        f"page: {folder / PAGE}",
    ]
    return [*lines, f"to train with it: rhetoric-train fit ... --recipe {folder / BEST}"]
