"""Tell seeds from recipes: runs that were asked for the same thing but for their seed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotate.core.stats.estimates import Estimate, Floats, Interval
from train.scoring.contrasts import contrast
from train.scoring.scores import f1
from train.training.recipe import SHARE

_SEED = "seed"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Runs that differ only by their seed.

    Attributes:
        members: Their numbers among all that are compared.
        seeds: The seed of each.
    """

    members: tuple[int, ...]
    seeds: tuple[int, ...]


def recipes(requests: Sequence[Mapping[str, Any] | None]) -> list[Recipe]:
    """Return the runs by recipe, in order; what is no run belongs to none.

    Args:
        requests: What each was asked for; None for what is no run.
    """
    groups: list[tuple[dict[str, Any], list[int]]] = []
    for number, request in enumerate(requests):
        if request is not None:
            wanted = _without_seed(request)
            members = next((group for same, group in groups if same == wanted), None)
            if members is None:
                groups.append((wanted, [number]))
            else:
                members.append(number)
    return [Recipe(tuple(group), tuple(_seed(requests[n]) for n in group)) for _, group in groups]


def _without_seed(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was asked for, without the seed and what changes nothing but the memory."""
    recipe = {key: value for key, value in request.get("recipe", {}).items() if key != SHARE}
    return {key: value for key, value in request.items() if key != _SEED} | {"recipe": recipe}


def _seed(request: Mapping[str, Any] | None) -> int:
    return int((request or {}).get(_SEED, 0))


def recipe_difference(
    counts: Floats, first: Recipe, second: Recipe, every: Sequence[Recipe], paragraphs: int
) -> Estimate:
    """Return the mean micro-F1 of the second recipe's seeds minus that of the first's.

    The interval is that over articles, widened by what other seeds would give: the spread of the
    seeds, pooled over all recipes; the two half-widths are added as the sides of a right angle.

    Args:
        counts: As `contrasts.count_all` gives them, of all that are compared.
        first: One recipe.
        second: The other.
        every: All recipes, of which at least one has several seeds.
        paragraphs: How many were counted.
    """
    weights = np.zeros(counts.shape[1])
    weights[list(second.members)] = 1 / len(second.members)
    weights[list(first.members)] = -1 / len(first.members)
    over_articles = contrast(counts, weights.tolist(), paragraphs).micro
    scores = np.nan_to_num(f1(counts[:, :, :-1].sum(axis=(0, 2))))
    spread = _seed_half_width(scores, first, second, every)
    interval, value = over_articles.interval, over_articles.value
    if math.isnan(interval.low):
        return over_articles
    low, high = (math.hypot(end - value, spread) for end in (interval.low, interval.high))
    return Estimate(value, Interval(value - low, value + high))


def _seed_half_width(
    scores: Floats, first: Recipe, second: Recipe, every: Sequence[Recipe]
) -> float:
    """Return half the width of the 95 % interval that the spread of the seeds alone would give."""
    from scipy.special import stdtrit

    samples = [scores[list(recipe.members)] for recipe in every]
    degrees = sum(len(each) - 1 for each in samples)
    variance = sum(float(((each - each.mean()) ** 2).sum()) for each in samples) / degrees
    error = math.sqrt(variance * (1 / len(first.members) + 1 / len(second.members)))
    return float(stdtrit(degrees, 0.975)) * error
