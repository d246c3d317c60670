"""The page of a learning curve: one plot, its sentences, and the figures in a table."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.html.dot_plot import Point
from annotate.core.html.environment import render
from annotate.core.io.json_files import read_object
from annotate.core.plurals import counted
from train.learning_curve.folder import FORMAT, RESULT
from train.learning_curve.plot import make_plot
from train.learning_curve.wording import NAMES
from train.training.choice import CARRIES_ALL


def curve_page(result: Mapping[str, Any]) -> str:
    """Return the page; the same result gives the same bytes."""
    return render(
        "train.learning_curve",
        "learning_curve.html",
        title=f"Learning curve: {result['dataset']['name']}",
        carries_all=CARRIES_ALL,
        **curve_values(result),
    )


def read_curve(folder: Path) -> dict[str, Any]:
    """Read the learning-curve.json of a folder.

    Raises:
        InputError: It is missing, broken, or of another format.
    """
    path, fix = folder / RESULT, "run 'rhetoric-train learning-curve' again"
    result = read_object(path, fix)
    if result.get("format") != FORMAT:
        raise InputError(
            f"{path}: format {result.get('format')!r}, this version reads {FORMAT}; {fix}"
        )
    return result


def curve_values(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `learning_curve.html` shows."""
    learners = list(result["points"][0]["scores"])
    return {
        "curve": result,
        "plot": make_plot(result),
        "names": NAMES,
        "learners": learners,
        "rows": [
            [_point(point["scores"][name]) for name in learners] for point in result["points"]
        ],
        "counted": counted,
    }


def _point(score: Mapping[str, Any]) -> Point:
    return Point(score["value"], score["low"], score["high"], too_few="no_interval" in score)
