"""What a sweep may change of a recipe: its ranges, but for the settings that the user fixed."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from annotate.core.errors import InputError
from train.training.recipe import SHARE, Range, Recipe, changed

_DIGITS = 3  # of a number that is drawn: more would claim a precision that no score has

Space = Mapping[str, Range]


def search_space(recipe: Recipe, fixed: Collection[str]) -> Space:
    """Return the ranges to draw from.

    Args:
        recipe: The recipe; its own values must lie in its ranges.
        fixed: Settings that `--set` names, which therefore stay as they are.

    Raises:
        InputError: Nothing is left to try, or a range holds what no run can use.
    """
    space = {key: item for key, item in recipe.ranges.items() if key not in fixed}
    if not space:
        raise InputError(
            f"recipe {recipe.name}: there is nothing to try; give it a table [ranges], "
            "or leave out a --set (docs/training.md)"
        )
    for key, item in space.items():
        _check(recipe, key, item)
    return space


def _check(recipe: Recipe, key: str, item: Range) -> None:
    where, value = f"recipe {recipe.name}: ranges", getattr(recipe, key)
    for end in item.choices or (_like(value, item.low), _like(value, item.high)):
        changed(recipe, {key: end}, where)
    if not item.choices and (item.low >= item.high or (item.log and item.low <= 0)):
        least = " and above 0" if item.log else ""
        raise InputError(f"{where}: {key}: low must be below high{least}; change the range")
    inside = value in item.choices if item.choices else item.low <= value <= item.high
    if not inside:
        raise InputError(
            f"{where}: {key} leaves out the recipe's own value, {value}; widen the range, "
            f"or fix the setting with --set {key}={value}"
        )


def _like(value: object, end: float) -> float | int:
    return int(end) if isinstance(value, int) else end


def rounded(value: Any) -> Any:
    """Return a drawn value as it is used and shown: a fraction with three digits."""
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value


def settings_digest(recipe: Recipe) -> str:
    """Return what identifies the settings of a recipe, whatever its name and need of memory."""
    values = recipe.to_json()
    del values["name"], values[SHARE]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]
