"""`learning-curve`: measure what more labels would bring."""

from pathlib import Path
from typing import Annotated, Any

import typer

from annotate.core.console import plain_errors, say
from annotate.core.errors import InputError
from annotate.core.options import Dataset
from train.commands.options import (
    Encoder,
    Json,
    RecipeName,
    Seed,
    Settings,
    echo_scores,
    saying_how_to_go_on,
)


def learning_curve_command(
    dataset: Dataset,
    out: Annotated[Path, typer.Option("-o", "--output", help="Folder for the curve.")],
    encoder: Encoder = "minilm",
    recipe: RecipeName = "auto",
    settings: Settings = [],  # noqa: B006  # typer copies it
    sizes: Annotated[
        str,
        typer.Option(
            metavar="N,N,...", help="Training paragraphs of each size; 50,100,200,... by default."
        ),
    ] = "",
    repeats: Annotated[
        int, typer.Option(min=1, max=100, help="How often a small size is drawn at most.")
    ] = 3,
    seed: Seed = 13,
    replace: Annotated[
        bool, typer.Option("--replace", help="Remove another curve in the output folder first.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure model and baselines at growing numbers of paragraphs, and forecast more of them."""
    with plain_errors():
        from train.learning_curve.learning_curve import CurveConfig, learning_curve
        from train.training.recipe import choose_recipe

        chosen = choose_recipe(recipe, encoder, settings)
        config = CurveConfig(encoder, chosen, seed, _numbers(sizes), repeats)
        with saying_how_to_go_on(lambda: f"; {out} keeps what is finished; to go on"):
            report = learning_curve(dataset, config, out, replace=replace)
    if report.already_done:
        say(f"{report.folder}: this curve is already finished; nothing to do")
    echo_scores(report.result, as_json, _lines(report.folder, report.result))


def _numbers(text: str) -> tuple[int, ...]:
    words = text.replace(" ", "").split(",") if text else []
    if not all(word.isdecimal() for word in words):
        raise InputError(f"--sizes {text}: write whole numbers with commas, such as 50,100,200")
    return tuple(map(int, words))


def _lines(folder: Path, result: Any) -> list[str]:
    from train.learning_curve.folder import PAGE
    from train.learning_curve.wording import NAMES

    names = list(result["points"][0]["scores"])
    width = max(len(NAMES[name]) for name in names) + 2
    head = "".join(f"{NAMES[name]:>{width}}" for name in names)
    rows = [
        f"{point['paragraphs']:>10,}"
        + "".join(f"{point['scores'][name]['value']:>{width}.3f}" for name in names)
        for point in result["points"]
    ]
    return [f"paragraphs{head}", *rows, *result["sentences"], f"page: {folder / PAGE}"]
