"""Run one trial of a sweep fold by fold; stop it where it is clearly behind the best so far.

A trial is stopped after a fold, from the second on, if fewer than one in ten draws of the articles
so far put it level with the best trial. optuna's pruners take the folds as the observations: the
Wilcoxon test over four folds cannot go below 1/16, so of five folds it could only save the last,
and the median rule needs several finished trials and stops half of them whatever the evidence.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from annotate.core.console import progress
from annotate.core.errors import ModelError
from annotate.core.io.files import plain_reading
from train.dataset import Split
from train.models.encoder import Encoder
from train.scoring.calibration import sigmoid
from train.scoring.scores import Floats
from train.scoring.thresholds import cross_fitted
from train.sweep.budget import Budget
from train.sweep.compare import chance_of_being_ahead, count, micro_f1
from train.sweep.space import settings_digest
from train.sweep.study import Draw, Trial
from train.training.folds import LOGITS, fit_and_score
from train.training.recipe import Recipe, changed

_CHANCE = 0.1  # of being level with the best; below it, a trial is stopped


@dataclass(frozen=True, slots=True)
class Plan:
    """What all trials of a sweep share.

    Attributes:
        numbers: The fold of each paragraph.
        folder: Holds a folder for each combination of settings.
    """

    encoder: Encoder
    labels: Sequence[str]
    split: Split
    numbers: npt.NDArray[np.intp]
    recipe: Recipe
    seed: int
    folder: Path

    @property
    def folds(self) -> int:
        return int(self.numbers.max()) + 1

    def fold_folder(self, digest: str, fold: int) -> Path:
        """Return where the logits of a fold are kept."""
        return self.folder / digest / f"fold-{fold}"

    def counts(self, logits: Floats, folds: int) -> Floats:
        """Return the counts of a trial in its first folds; the thresholds are cross-fitted."""
        rows = np.flatnonzero(self.numbers < folds)
        part = self.split.rows(rows)
        predicted = cross_fitted(part.gold, sigmoid(logits[rows]), self.numbers[rows])
        return count(part.gold, predicted, part.articles)

    def kept_logits(self, trial: Trial) -> Floats:
        """Read the logits of a trial that scored all folds; shape (paragraphs, labels)."""
        logits = np.zeros(self.split.gold.shape)
        for fold in range(self.folds):
            path = self.fold_folder(trial.digest, fold) / LOGITS
            with plain_reading(path):
                logits[self.numbers == fold] = np.load(path, allow_pickle=False)
        return logits


def run_trial(plan: Plan, draw: Draw, best: Trial | None, budget: Budget) -> Trial | None:
    """Score a trial's settings out of fold; None if the budget ends before it does.

    Args:
        plan: What all trials share.
        draw: The trial; what its folds take is noted in it.
        best: The best trial so far; None for the first, which is always finished.
        budget: Decides whether a fold is begun.

    Raises:
        ModelError: The recipe itself cannot be trained; other settings just fail.
    """
    recipe = changed(plan.recipe, draw.settings, "sweep")
    digest = settings_digest(recipe)
    try:
        result = _race(plan, recipe, draw, best, budget)
    except ModelError as error:
        if best is None:
            raise
        return Trial(draw.number, draw.settings, digest, 0.0, 0, str(error))
    return Trial(draw.number, draw.settings, digest, *result) if result else None


def _race(
    plan: Plan, recipe: Recipe, draw: Draw, best: Trial | None, budget: Budget
) -> tuple[float, int] | None:
    """Return the score and on how many folds it rests; None if the budget ended."""
    logits = np.zeros(plan.split.gold.shape)
    for fold in range(plan.folds):
        work = recipe.total_steps(int((plan.numbers != fold).sum())) * recipe.batch_size
        kept = (plan.fold_folder(settings_digest(recipe), fold) / LOGITS).is_file()
        if best and not kept and not budget.fits(work):
            return None
        start = time.monotonic()
        logits[plan.numbers == fold] = _score_fold(plan, recipe, draw.number, fold)
        if not kept:
            draw.spend(time.monotonic() - start, work)
            budget.spend(time.monotonic() - start, work)
        if best and (deficit := _deficit(plan, logits, best, fold + 1)):
            return best.score - deficit, fold + 1
    return float(micro_f1(plan.counts(logits, plan.folds).sum(axis=0))), plan.folds


def _score_fold(plan: Plan, recipe: Recipe, number: int, fold: int) -> Floats:
    rest = plan.split.rows(np.flatnonzero(plan.numbers != fold))
    texts = [plan.split.texts[n] for n in np.flatnonzero(plan.numbers == fold)]
    folder = plan.fold_folder(settings_digest(recipe), fold)
    title = f"trial {number}, fold {fold + 1} of {plan.folds}: training steps"
    with progress(title, total=recipe.total_steps(len(rest.texts))) as bar:
        return fit_and_score(plan.encoder, plan.labels, rest, texts, recipe, plan.seed, folder, bar)


def _deficit(plan: Plan, logits: Floats, best: Trial, folds: int) -> float:
    """Return how far a trial is behind the best one in its first folds; 0 if not clearly so."""
    if not 1 < folds < plan.folds:
        return 0.0
    counts, rival = plan.counts(logits, folds), plan.counts(plan.kept_logits(best), folds)
    if chance_of_being_ahead(counts, rival) >= _CHANCE:
        return 0.0
    return float(micro_f1(rival.sum(axis=0)) - micro_f1(counts.sum(axis=0)))
