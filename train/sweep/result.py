"""What a sweep brought: the content of sweep.json, and a sentence on it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from annotate.core.stats.estimates import TOO_FEW, Estimate, plain
from train.sweep.compare import gain_of_choosing
from train.sweep.run import Plan
from train.sweep.space import Space
from train.sweep.study import Trial, importance

FORMAT = 1
LEAST_TRIALS = 8  # with fewer, no setting's share of the spread can be told from chance
_SHUFFLES = 19  # the largest of them is what chance gives once in twenty times
_SEED = 0


def sweep_result(plan: Plan, trials: Sequence[Trial], space: Space) -> dict[str, Any]:
    """Return what the trials brought, for sweep.json.

    Args:
        plan: What they share.
        trials: Those that are over, the recipe first.
        space: The ranges they were drawn from.
    """
    whole = [trial for trial in trials if trial.folds == plan.folds]
    best = best_of(whole)
    counts = np.stack([plan.counts(plan.kept_logits(t), plan.folds) for t in whole])
    paragraphs = len(plan.split.texts)
    gain = gain_of_choosing(counts, paragraphs)
    return {
        "format": FORMAT,
        "note": "scored out of fold on the train split; the test split was not read",
        "encoder": plan.encoder.name,
        "recipe": plan.recipe.name,
        "seed": plan.seed,
        "folds": plan.folds,
        "paragraphs": paragraphs,
        "articles": counts.shape[1],
        "ranges": {
            key: asdict(item) | {"choices": list(item.choices)} for key, item in space.items()
        },
        "trials": [_trial_to_json(trial, plan.folds) for trial in trials],
        "best": best.number,
        "score": {"recipe": plain(trials[0].score), "best": plain(best.score)},
        "gain": gain.to_json(),
        "verdict": verdict(trials, best, gain),
        "importance": _importance(space, [t for t in trials if not t.failure]),
    }


def best_of(trials: Sequence[Trial]) -> Trial:
    """Return the trial with the highest score; of equal ones the first."""
    return max(trials, key=lambda trial: trial.score)


def _trial_to_json(trial: Trial, folds: int) -> dict[str, Any]:
    state = "failed" if trial.failure else "finished" if trial.folds == folds else "stopped"
    score = None if trial.failure else plain(trial.score)
    return asdict(trial) | {"score": score, "state": state}


def verdict(trials: Sequence[Trial], best: Trial, gain: Estimate) -> str:
    """Say whether the best trial is better than the recipe by more than chance."""
    if len(trials) == 1:
        return "Only the recipe as it is was tried."
    if best.number == 0:
        return "No trial did better than the recipe as it is."
    if gain.too_few:
        return f"The data are {TOO_FEW} whether the best trial is better than the recipe."
    if gain.interval.low > 0:
        return "The best trial is better than the recipe by more than chance."
    return (
        "The best trial is not better than the recipe by more than chance: keep the recipe, "
        "or try longer."
    )


def _importance(space: Space, trials: Sequence[Trial]) -> dict[str, Mapping[str, float]]:
    """Return the share of the spread that each setting explains, and what chance would give.

    Empty with too few trials.
    """
    if len(trials) < LEAST_TRIALS:
        return {}
    scores = np.array([trial.score for trial in trials])
    shares = importance(space, trials, scores.tolist())
    generator = np.random.default_rng(_SEED)
    shuffled = [
        importance(space, trials, generator.permutation(scores).tolist()) for _ in range(_SHUFFLES)
    ]
    return {
        key: {"share": round(share, 3), "chance": round(max(s[key] for s in shuffled), 3)}
        for key, share in sorted(shares.items(), key=lambda item: -item[1])
    }
