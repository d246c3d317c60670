"""Look for better settings than a recipe's within a budget; the test split is never read.

```
sweep.db    the trials (optuna, SQLite)
trials/     the out-of-fold logits of each combination of settings
best.toml   the best recipe, for 'fit --recipe'
sweep.json  what all trials brought
sweep.html  the same as a page
```
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from annotate.core.console import duration, say
from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import InputError
from annotate.core.io.files import locked, writing
from annotate.core.io.json_files import to_text
from annotate.core.plurals import counted
from train.dataset import Split, read_split
from train.models.encoder import find_encoder
from train.sweep.best import best_head, recipe_toml
from train.sweep.budget import Budget
from train.sweep.page import sweep_page
from train.sweep.result import best_of, sweep_result
from train.sweep.run import Plan, run_trial
from train.sweep.space import Space, search_space, settings_digest
from train.sweep.study import DATABASE, Study, Trial, open_study, read_request
from train.training.folds import fold_numbers
from train.training.recipe import Recipe, changed
from train.training.request import Kind
from train.training.shortage import check_examples

BEST, RESULT, PAGE = "best.toml", "sweep.json", "sweep.html"
_KIND = Kind("sweep", (DATABASE, BEST, RESULT, PAGE))
_REPEATS = 20  # in a row: the ranges hold nothing new


@dataclass(frozen=True, slots=True)
class SweepConfig:
    """What to try, and for how long.

    Attributes:
        fixed: Settings that stay as the recipe has them, although it has a range for them.
        minutes: Of all calls together.
        trials: At most; 0 for as many as fit.
    """

    encoder: str
    recipe: Recipe
    fixed: frozenset[str]
    minutes: float
    trials: int = 0
    folds: int = 5
    seed: int = 13


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep brought.

    Attributes:
        result: The content of sweep.json.
        ended: Why it ended and how to go on, in a sentence.
    """

    folder: Path
    result: Mapping[str, Any]
    ended: str


def sweep(
    dataset_folder: Path, config: SweepConfig, out: Path, replace: bool = False
) -> SweepReport:
    """Try settings until the minutes are spent, and write what they brought into a folder.

    The same call goes on where it was killed. The first trial is the recipe as it is; it is always
    finished.

    Args:
        dataset_folder: A dataset; only its train split is read.
        config: What to try.
        out: Folder of the sweep.
        replace: If `out` holds another sweep, remove that one first.

    Raises:
        InputError: The dataset, the ranges or the folds are no use, or `out` holds something else.
        ModelError: The encoder cannot be used, or the recipe as it is cannot be trained.
    """
    dataset = open_dataset(dataset_folder)
    dataset.check_unchanged()
    split = read_split(dataset, "train")
    _check(split, config, dataset_folder)
    space = search_space(config.recipe, config.fixed)
    plan = Plan(
        encoder=find_encoder(config.encoder),
        labels=dataset.taxonomy.labels,
        split=split,
        numbers=fold_numbers(split, config.folds, config.seed),
        recipe=config.recipe,
        seed=config.seed,
        folder=out / "trials",
    )
    request = _request(plan, space)
    if _KIND.is_other(out, request, lambda: read_request(out), replace=replace):
        _KIND.clear(out)
    with (
        locked(out / DATABASE, lambda: say(f"{out}: another sweep is running; waiting for it")),
        open_study(out, space, config.seed) as study,
    ):
        study.begin(request)
        ended = _try(plan, study, config)
        result = _write(plan, study.trials, space, out)
    return SweepReport(out, result, ended)


def _check(split: Split, config: SweepConfig, dataset_folder: Path) -> None:
    articles = len(set(split.article_ids))
    if articles < config.folds:
        raise InputError(
            f"{dataset_folder}: the train split has {counted(articles, 'article')}, too few for "
            f"{config.folds} folds; give fewer --folds, or label more articles and pull again"
        )
    check_examples(split, dataset_folder)


def _request(plan: Plan, space: Space) -> dict[str, Any]:
    """Return the values that identify a sweep: equal requests are the same sweep."""
    split = plan.split
    rows = (plan.labels, split.ids, split.article_ids, split.texts, split.gold.tolist())
    content = json.dumps([*rows, split.marks]).encode()
    request = {
        "train_split": hashlib.sha256(content).hexdigest()[:16],
        "encoder": plan.encoder.digest or plan.encoder.name,
        "recipe": plan.recipe.to_json(),
        "ranges": {key: asdict(item) for key, item in space.items()},
        "folds": plan.folds,
        "seed": plan.seed,
    }
    normal: dict[str, Any] = json.loads(json.dumps(request))
    return normal


def _try(plan: Plan, study: Study, config: SweepConfig) -> str:
    """Run trials until something ends the sweep; return what did."""
    first = {key: getattr(plan.recipe, key) for key in study.space}
    budget = Budget(config.minutes, study.spent)
    repeats = 0
    while repeats < _REPEATS:
        trials = study.trials
        if config.trials and len(trials) >= config.trials:
            left = duration(budget.left)
            return f"--trials {config.trials} is reached with {left} left; to go on, raise it"
        draw = study.draw(first)
        digest = settings_digest(changed(plan.recipe, draw.settings, "sweep"))
        same = next((trial for trial in trials if trial.digest == digest), None)
        best = best_of(trials) if trials else None
        outcome = same or run_trial(plan, draw, best, budget)
        if outcome is None:
            return _time_is_up(config.minutes, budget.left, draw.number)
        draw.finish(outcome)
        repeats = repeats + 1 if same else 0
        if not same:
            say(_line(outcome, plan, study.trials, budget))
    return "the ranges hold no settings that were not tried; for more, widen them"


def _line(trial: Trial, plan: Plan, trials: Sequence[Trial], budget: Budget) -> str:
    """Return what a trial brought, in a line."""
    settings = ", ".join(f"{key}={value}" for key, value in trial.settings.items())
    if trial.failure:
        return f"trial {trial.number} failed: {trial.failure} ({settings})"
    early = f" after {trial.folds} of {plan.folds} folds" if trial.folds < plan.folds else ""
    best, recipe = best_of(trials).score, trials[0].score
    return (
        f"trial {trial.number}: micro-F1 {trial.score:.3f}{early} (best {best:.3f}, recipe "
        f"{recipe:.3f}); {settings}; {duration(budget.left)} left"
    )


def _time_is_up(minutes: float, left: float, number: int) -> str:
    rest = f"{duration(left)} left are too short for a fold" if left else "nothing is left"
    return (
        f"--minutes {minutes:g} is spent: {rest}; to go on with trial {number}, run the command "
        "again with more --minutes, which count from the start of the sweep"
    )


def _write(plan: Plan, trials: Sequence[Trial], space: Space, out: Path) -> dict[str, Any]:
    """Write the result, the page and the best recipe; return the result."""
    result = sweep_result(plan, trials, space)
    best = next(trial for trial in trials if trial.number == result["best"])
    recipe = changed(plan.recipe, best.settings, "sweep")
    for name, text in (
        (BEST, recipe_toml(recipe, plan.recipe, best_head(result))),
        (RESULT, to_text(result)),
        (PAGE, sweep_page(result)),
    ):
        with writing(out / name) as file:
            file.write(text)
    return result
