"""Show a sweep on one self-contained page; it says only what sweep.json says."""

from collections.abc import Mapping
from typing import Any

from annotate.core.html.dot_plot import UNIT, Dot, Point
from annotate.core.html.environment import render
from annotate.core.plurals import counted, signed
from annotate.core.stats.estimates import TOO_FEW
from train.sweep.plots import HEIGHT, history, in_short, slices
from train.sweep.result import LEAST_TRIALS


def sweep_page(result: Mapping[str, Any]) -> str:
    """Return the whole page, for light and dark screens."""
    return render(
        "train.sweep",
        "sweep.html",
        title=f"Sweep over the recipe {result['recipe']}",
        result=result,
        figures=_figures(result),
        sentences=_sentences(result),
        height=HEIGHT,
        history=history(result),
        slices=slices(result),
        unit=UNIT,
        importance=_importance_rows(result),
        least=LEAST_TRIALS,
        head=("trial", "state", "micro-F1", "folds", *result["ranges"]),
        rows=[_row(trial) for trial in result["trials"]],
    )


def gain_in_words(result: Mapping[str, Any]) -> str:
    """Return how far ahead of the recipe the best trial is, apart from the luck of choosing."""
    gain = result["gain"]
    if gain["low"] is None:
        interval = gain.get("no_interval", TOO_FEW)
    else:
        interval = f"{signed(gain['low'], 3)} to {signed(gain['high'], 3)}"
    return (
        "gain of choosing by this sweep, without the luck of the best of many: "
        f"{signed(gain['value'], 3)} ({interval})"
    )


def _figures(result: Mapping[str, Any]) -> list[tuple[str, str | int]]:
    return [
        ("best trial", f"{result['score']['best']:.3f}"),
        ("the recipe", f"{result['score']['recipe']:.3f}"),
        ("trials", len(result["trials"])),
        ("paragraphs", result["paragraphs"]),
    ]


def _sentences(result: Mapping[str, Any]) -> list[str]:
    states = [trial["state"] for trial in result["trials"]]
    gain = gain_in_words(result)
    luck = "Some of the best trial's lead is luck, since it is the best of many on these folds."
    return [
        *([f"{gain[0].upper()}{gain[1:]}. {luck}"] if len(states) > 1 else []),
        f"Micro-F1 is out of fold: {result['folds']} folds of "
        f"{counted(result['articles'], 'article')}, each scored by a model of the others at the "
        "threshold that suits the others best. The test split was not read.",
        "A trial is stopped early if fewer than one in ten draws of articles put it level with the "
        "best; its score is then an estimate. "
        f"Stopped: {states.count('stopped')}; failed: {states.count('failed')}.",
        f"Encoder {result['encoder']}, seed {result['seed']}.",
    ]


def _importance_rows(result: Mapping[str, Any]) -> list[tuple[str, list[Dot], str]]:
    return [
        (
            key,
            [
                Dot("model", "share", Point(item["share"], None, None)),
                Dot("baseline", "by chance", Point(item["chance"], None, None)),
            ],
            "matters" if item["share"] > item["chance"] else "unclear",
        )
        for key, item in result["importance"].items()
    ]


def _row(trial: Mapping[str, Any]) -> tuple[str, ...]:
    score = "–" if trial["score"] is None else f"{trial['score']:.3f}"
    settings = (in_short(value) for value in trial["settings"].values())
    name = "recipe" if trial["number"] == 0 else str(trial["number"])
    return (name, trial["state"], score, str(trial["folds"]), *settings)
