"""The methods: `fit`, the two that it chooses from, the baselines, and what others would use."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from annotate.core.console import say
from benchmarks.quality.jobs import Decided, Job
from benchmarks.quality.rivals import label_studio, run_classification, setfit
from benchmarks.quality.tasks import Task
from train.baselines.frozen import frozen_scores
from train.baselines.most_frequent import most_frequent_scores
from train.baselines.registry import AVERAGE, score_baselines
from train.baselines.tfidf import tfidf_scores
from train.dataset import Split
from train.scoring.calibration import fit_calibration
from train.scoring.scores import Bools, Floats
from train.scoring.thresholds import choose_threshold, shrunk_threshold
from train.training.choice import CHOICE_FOLDS, is_choice, score_out_of_fold
from train.training.folds import fit_and_score, fold_numbers, out_of_fold_steps
from train.training.probe import fit_head
from train.training.recipe import Recipe
from train.training.trainer import untrained


@dataclass(frozen=True, slots=True)
class Method:
    """A way to train.

    Attributes:
        score: Returns scores of shape (texts, labels), or decisions too.
        seeded: Whether another seed gives another result.
        ours: Whether the scores are logits, and the recipe counts.
        curve: Whether it stands in the learning curve.
    """

    score: Callable[[Job], Floats | Decided]
    seeded: bool = False
    ours: bool = False
    curve: bool = True


def fit(job: Job) -> Floats:
    """Choose what the data can carry, as `fit` does by default; return logits."""
    if not is_choice(job.train):
        return whole(job)
    where, numbers = job.folder / "choice", fold_numbers(job.train, CHOICE_FOLDS, job.seed)
    scored = score_out_of_fold(
        job.encoder, job.labels, job.train, numbers, job.recipe, job.seed, where, job.bar
    )
    if scored.carries_encoder:
        return whole(job)
    say(f"on {len(job.train.texts)} paragraphs the head alone is trained")
    return head(job)


def whole(job: Job) -> Floats:
    """Train the whole encoder; return logits."""
    return fit_and_score(
        job.encoder, job.labels, job.train, job.texts, job.recipe, job.seed, job.folder, job.bar
    )


def head(job: Job) -> Floats:
    """Train the head alone; return logits."""
    classifier = untrained(job.encoder, job.labels, job.recipe, job.seed)
    fit_head(classifier, job.train)
    return classifier.classify(job.texts).logits.astype(np.float64)


def steps(method: str, split: Split, recipe: Recipe, seed: int) -> int:
    """Return the optimizer steps of our methods on a split, at most; 0 for others."""
    if method not in ("fit", "whole"):
        return 0
    folds = (
        fold_numbers(split, CHOICE_FOLDS, seed) if method == "fit" and is_choice(split) else None
    )
    tried = 0 if folds is None else out_of_fold_steps(folds, recipe)
    return recipe.total_steps(len(split.texts)) + tried


METHODS: Mapping[str, Method] = {
    "most_frequent": Method(lambda job: most_frequent_scores(job.train, job.texts, job.encoder)),
    "tfidf": Method(lambda job: tfidf_scores(job.train, job.texts, job.encoder)),
    "frozen": Method(lambda job: frozen_scores(job.train, job.texts, job.encoder)),
    "average": Method(lambda job: score_baselines(job.train, job.texts, job.encoder)[AVERAGE]),
    "run_classification": Method(run_classification, seeded=True, curve=False),
    "run_classification_10": Method(partial(run_classification, epochs=10), True, curve=False),
    "labelstudio_bert": Method(label_studio, seeded=True, curve=False),
    "setfit": Method(setfit, seeded=True, curve=False),
    "head": Method(head, seeded=True, ours=True),
    "whole": Method(whole, seeded=True, ours=True),
    "fit": Method(fit, seeded=True, ours=True),
}

Make = Callable[[int, Split, Sequence[str]], Job]


def measure(task: Task, method: Method, make: Make) -> tuple[Floats, Bools]:
    """Train on each part of a set and decide; scores and decisions of shape (pool, labels).

    Args:
        task: The set.
        method: How.
        make: Returns the job of a part: its number, the paragraphs to learn from, and the texts.
    """
    scores, predicted = np.zeros(task.pool.gold.shape), np.zeros(task.pool.gold.shape, dtype=bool)
    for number, (split, rows) in enumerate(task.parts):
        answer = method.score(make(number, split, [task.pool.texts[n] for n in rows]))
        if isinstance(answer, Decided):
            scores[rows], predicted[rows] = answer.scores, answer.predicted
        else:
            scores[rows] = answer
    if not isinstance(answer, Decided):
        for chosen, asked in task.choices:
            gold = task.pool.gold[chosen]
            predicted[asked] = decide(scores[chosen], gold, scores[asked], logits=method.ours)
    return scores, predicted


def decide(scores: Floats, gold: Bools, asked: Floats, *, logits: bool) -> Bools:
    """Return the decisions on other scores by a threshold that is chosen on these.

    For our logits it is the one that `fit` chooses, for other scores the best one.

    Args:
        scores: Of the paragraphs to choose on; shape (paragraphs, labels).
        gold: Their labels.
        asked: Scores of the paragraphs to decide on.
        logits: Calibrate both first.
    """
    if logits:
        calibration = fit_calibration(scores, gold)
        asked = calibration.scores(asked)
        return np.asarray(asked >= shrunk_threshold(gold, calibration.scores(scores)).value)
    return np.asarray(asked >= choose_threshold(gold, scores).value)
