"""Write a recipe as TOML, with what a sweep says about it; `find_recipe` reads it."""

import json
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from annotate.core.plurals import counted, signed
from train.training.recipe import Range, Recipe

_WIDTH = 98


def recipe_toml(recipe: Recipe, before: Recipe, head: str) -> str:
    """Return a recipe's file: a comment, the settings, and the ranges that a sweep may try.

    Args:
        recipe: The settings to write.
        before: What they were; a comment beside each that differs says so.
        head: The comment, as sentences.
    """
    values = recipe.to_json()
    values = {key: values[key] for key in values if key not in {"name", "arguments"}}
    lines = [f"# {line}" for line in wrap(head, _WIDTH)] + [""]
    for key, value in (values | dict(recipe.arguments)).items():
        lines.append(f"{key} = {_toml(value)}{_was(value, before, key)}")
    if recipe.ranges:
        lines += ["", "[ranges]", *_ranges(recipe.ranges)]
    return "\n".join(lines) + "\n"


def best_head(result: Mapping[str, Any]) -> str:
    """Return how the best recipe was chosen and what it brought, in sentences."""
    score, gain = result["score"], result["gain"]
    ends = [signed(gain[end], 3) for end in ("low", "high") if gain["low"] is not None]
    between = f" ({' to '.join(ends)})" if ends else ""
    return (
        f"The best of {counted(len(result['trials']), 'trial')} of 'rhetoric-train sweep' over "
        f"the recipe {result['recipe']}. Out-of-fold micro-F1 on {result['folds']} folds of "
        f"{counted(result['paragraphs'], 'paragraph')} of the train split: {score['best']:.3f}; "
        f"of the recipe as it was: {score['recipe']:.3f}. Gain without the luck of the best of "
        f"many: {signed(gain['value'], 3)}{between}. {result['verdict']}"
    )


def _was(value: object, before: Recipe, key: str) -> str:
    old = getattr(before, key, value)
    return "" if old == value else f"  # was {_toml(old)}"


def _ranges(ranges: Mapping[str, Range]) -> Iterator[str]:
    for key, item in ranges.items():
        ends = {"low": item.low, "high": item.high, "log": item.log}
        yield f"{key} = {_toml(list(item.choices) or ends)}"


def _toml(value: Any) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml_key(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value)  # a JSON string is a TOML one
    return str(value).lower()  # true, false; numbers are written alike


def _toml_key(key: str) -> str:
    return key if key.isidentifier() and key.isascii() else json.dumps(key)
