import math
from typing import Any

import numpy as np
import pytest

from train.comparison.recipes import Recipe, recipe_difference, recipes
from train.scoring.contrasts import contrast, count_all


def request(seed: int, rate: float = 1e-4, **changes: Any) -> dict[str, Any]:
    recipe = {"learning_rate": rate, "per_device_train_batch_size": 0} | changes
    return {"dataset": {"digest": "abc"}, "seed": seed, "recipe": recipe}


def test_runs_that_differ_only_by_their_seed_have_one_recipe() -> None:
    asked = [request(13), None, request(14), request(13, 2e-4), request(15)]

    assert recipes(asked) == [Recipe((0, 2, 4), (13, 14, 15)), Recipe((3,), (13,))]


def test_how_many_paragraphs_fit_into_memory_is_no_recipe() -> None:
    asked = [request(13), request(14, per_device_train_batch_size=4)]

    assert recipes(asked) == [Recipe((0, 1), (13, 14))]


def answers(seed: int, wrong: float, gold: Any) -> Any:
    return gold ^ (np.random.default_rng(seed).random(gold.shape) < wrong)


def test_recipes_are_compared_by_the_mean_over_seeds_with_their_spread() -> None:
    from scipy.stats import t

    gold = np.random.default_rng(0).random((200, 3)) < 0.3
    articles = np.repeat(np.arange(40), 5)
    counts = count_all(gold, [answers(n, 0.1 if n < 3 else 0.2, gold) for n in range(5)], articles)
    groups = [Recipe((0, 1, 2), (1, 2, 3)), Recipe((3, 4), (1, 2))]

    difference = recipe_difference(counts, groups[0], groups[1], groups, 200)

    sums = counts[:, :, :-1].sum(axis=(0, 2))
    f1 = [2 * hits / (2 * hits + alarms + misses) for hits, alarms, misses in sums]
    assert difference.value == pytest.approx(np.mean(f1[3:]) - np.mean(f1[:3]))
    variance = (2 * np.var(f1[:3], ddof=1) + np.var(f1[3:], ddof=1)) / 3
    half = t.ppf(0.975, 3) * math.sqrt(variance * (1 / 3 + 1 / 2))
    alone = contrast(counts, [-1 / 3] * 3 + [1 / 2] * 2, 200).micro
    low = alone.value - math.hypot(alone.value - alone.interval.low, half)
    assert difference.interval.low == pytest.approx(low)


def test_from_too_few_articles_recipes_have_no_interval() -> None:
    gold = np.random.default_rng(0).random((20, 3)) < 0.3
    counts = count_all(gold, [answers(n, 0.1, gold) for n in range(3)], np.arange(20) // 10)
    groups = [Recipe((0, 1), (1, 2)), Recipe((2,), (1,))]

    assert recipe_difference(counts, groups[0], groups[1], groups, 20).too_few
