"""Trials whose folds are all kept: what is trained is tested in test_sweep.py."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from annotate.core.errors import ModelError
from train.dataset import Split
from train.models.encoder import Encoder
from train.sweep.budget import Budget
from train.sweep.run import Plan, run_trial
from train.sweep.space import settings_digest
from train.sweep.study import Trial, open_study
from train.training.recipe import Range, Recipe, changed

ARTICLES, EACH, FOLDS = 24, 4, 4
STEPS = {"steps": Range(choices=(1, 2, 3))}
RECIPE = Recipe(steps=1, ranges=STEPS)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    articles = [f"a{n:02}" for n in range(ARTICLES) for _ in range(EACH)]
    gold = np.tile(np.array([[True, False], [False, True]]), (ARTICLES * EACH // 2, 1))
    split = Split("train", tuple(articles), tuple(articles), tuple(articles), gold, ((),) * 96)
    numbers = np.repeat(np.arange(ARTICLES) % FOLDS, EACH)
    nowhere = Encoder("owner/nowhere", "owner/nowhere", "")
    return Plan(nowhere, ("one", "two"), split, numbers, RECIPE, 0, tmp_path / "trials")


def keep(plan: Plan, steps: int, wrong: float) -> str:
    """Keep logits of which a share is wrong; return the digest of the settings."""
    digest = settings_digest(changed(RECIPE, {"steps": steps}, ""))
    flipped = np.random.default_rng(steps).random(plan.split.gold.shape) < wrong
    logits = np.where(plan.split.gold ^ flipped, 2.0, -2.0)
    for fold in range(FOLDS):
        folder = plan.folder / digest / f"fold-{fold}"
        folder.mkdir(parents=True)
        np.save(folder / "logits.npy", logits[plan.numbers == fold])
    return digest


def second_trial(plan: Plan, wrong: Mapping[int, float], budget: Budget) -> Trial | None:
    """Run the recipe, then the trial that is drawn after it."""
    for steps, share in wrong.items():
        keep(plan, steps, share)
    with open_study(plan.folder.parent, STEPS, 3) as study:
        first = study.draw({"steps": 1})
        recipe = run_trial(plan, first, None, budget)
        assert recipe
        assert recipe.folds == FOLDS
        first.finish(recipe)
        return run_trial(plan, study.draw({"steps": 1}), recipe, budget)


def test_a_trial_that_is_clearly_behind_is_stopped_after_two_folds(plan: Plan) -> None:
    trial = second_trial(plan, {1: 0.02, 2: 0.4, 3: 0.4}, Budget(1))

    assert trial
    assert trial.folds == 2
    assert 0.4 < trial.score < 0.75


def test_a_trial_that_is_level_is_scored_on_all_folds(plan: Plan) -> None:
    trial = second_trial(plan, {1: 0.1, 2: 0.1, 3: 0.1}, Budget(1))

    assert trial
    assert trial.folds == FOLDS
    assert trial.score == pytest.approx(0.9, abs=0.06)


def test_folds_that_are_kept_cost_nothing(plan: Plan) -> None:
    budget = Budget(0)

    assert second_trial(plan, {1: 0.1, 2: 0.1, 3: 0.1}, budget)
    assert budget.spent == 0


def test_without_time_for_a_fold_the_trial_waits(plan: Plan) -> None:
    assert second_trial(plan, {1: 0.1}, Budget(0)) is None


def test_settings_that_cannot_be_trained_fail_alone(plan: Plan) -> None:
    trial = second_trial(plan, {1: 0.1}, Budget(1))  # its encoder cannot be had

    assert trial
    assert (trial.score, trial.folds) == (0.0, 0)
    assert "nowhere" in trial.failure


def test_a_recipe_that_cannot_be_trained_ends_the_sweep(plan: Plan) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        second_trial(plan, {}, Budget(1))
