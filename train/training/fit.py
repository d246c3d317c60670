"""Train a classifier on a dataset folder: encoder, calibration, threshold, and the baseline."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from annotate.core.console import progress, say
from annotate.core.dataset_folder import DatasetFolder, open_dataset
from annotate.core.errors import InputError, ModelError
from annotate.core.io.files import writing_folder
from annotate.core.labelled_by import labelled_by
from annotate.core.stats.estimates import LEAST_ARTICLES, plain
from train.baselines.comparison import Answer, compare, compare_with_baselines
from train.dataset import Split, joined, read_split
from train.models.classifier import Classifier, find_head, fold_calibration, save_classifier
from train.models.encoder import Encoder, find_encoder, find_trained
from train.models.folder import Settings, model_digest
from train.scoring.calibration import expected_calibration_error, fit_calibration, sigmoid
from train.scoring.scores import Bools, Floats, LabelSet, score_predictions, scores_to_json
from train.scoring.thresholds import choose_threshold
from train.training.choice import CARRIES_ALL, CHOICE_FOLDS, OutOfFold, score_out_of_fold
from train.training.folds import fold_numbers, out_of_fold_steps
from train.training.probe import fit_head
from train.training.recipe import Recipe
from train.training.run_folder import RunFolder, State
from train.training.shortage import shortages
from train.training.trainer import train, untrained

FORMAT = 1


@dataclass(frozen=True, slots=True)
class FitConfig:
    """What to train.

    Attributes:
        encoder: `minilm`, a folder, or a Hub id.
        choose: With few paragraphs, train the head alone if that scores better out of fold.
        folds: Score train and validation out of fold, in so many folds, and choose threshold and
            calibration by that; 0 chooses them on validation.
        refit: Then train on train and validation together.
        init_from: A model folder or finished run to start from, instead of `encoder`.
    """

    encoder: str = "minilm"
    recipe: Recipe = field(default_factory=Recipe)
    seed: int = 13
    choose: bool = False
    folds: int = 0
    refit: bool = False
    init_from: str = ""


@dataclass(frozen=True, slots=True)
class FitReport:
    """The result of a run.

    Attributes:
        result: The content of validation.json.
        already_done: The folder already held this run, finished; nothing was done.
    """

    run: Path
    result: Mapping[str, Any]
    already_done: bool


def fit(dataset_folder: Path, config: FitConfig, out: Path, replace: bool = False) -> FitReport:
    """Train on the `train` split, choose everything else on `validation`, write a run folder.

    A run that was killed resumes from its newest complete checkpoint when it is started again in
    the same way; a finished one is left unchanged.

    Args:
        dataset_folder: A folder that 'rhetoric-annotate pull' wrote.
        config: Encoder and settings.
        out: Folder of the run.
        replace: If `out` holds another run, remove that one first.

    Raises:
        InputError: The dataset cannot be trained on, or `out` holds something else.
        ModelError: The encoder cannot be used, the run's checkpoints are all broken, or this is
            one of several processes.
    """
    _check_alone()
    dataset = open_dataset(dataset_folder)
    dataset.check_unchanged()
    if config.init_from:
        encoder = find_trained(Path(config.init_from), dataset.taxonomy.labels)
    else:
        encoder = find_encoder(config.encoder)
    run = RunFolder(out)
    request = _request(dataset, config, encoder)
    state = run.state(request, replace=replace)
    if state is State.FINISHED:
        run.drop_checkpoints()
        return FitReport(out, run.read_result(), already_done=True)
    splits = read_split(dataset, "train"), read_split(dataset, "validation")
    _check(dataset, splits)
    _check_folds(config, splits)
    labels = dataset.taxonomy.labels
    classifier = untrained(encoder, labels, config.recipe, config.seed)  # refuses a bad encoder
    if state is State.OTHER:
        run.clear()  # only after every other check
    run.begin(request, _versions())
    scored = _out_of_fold(encoder, labels, splits, config, run)
    whole = scored is None or not config.choose or scored.carries_encoder
    learned = joined(*splits) if config.refit else splits[0]
    if whole:
        followed = None if config.refit else splits[1]
        with progress("training steps", config.recipe.total_steps(len(learned.texts))) as bar:
            classifier = train(
                classifier, (learned, followed), config.recipe, config.seed, run.folder, bar
            )
    else:
        fit_head(classifier, learned)
    result = _finish(classifier, dataset, splits, run, config, scored, whole, encoder)
    run.finish(result)
    return FitReport(out, result, already_done=False)


def _out_of_fold(
    encoder: Encoder,
    labels: Sequence[str],
    splits: tuple[Split, Split],
    config: FitConfig,
    run: RunFolder,
) -> OutOfFold | None:
    """Score out of fold what is chosen by it; None where nothing is."""
    split = joined(*splits) if config.folds else splits[0]
    few = len(split.texts) <= CARRIES_ALL and len(set(split.article_ids)) >= LEAST_ARTICLES
    folds = config.folds or (CHOICE_FOLDS if config.choose and few else 0)
    if not folds:
        return None
    steps = out_of_fold_steps(fold_numbers(split, folds, config.seed), config.recipe)
    with progress(f"training steps of {folds} folds", total=steps) as bar:
        scored = score_out_of_fold(
            encoder, labels, split, folds, config.recipe, config.seed, run.folds, bar
        )
    if config.choose and not scored.carries_encoder:
        say(
            "out of fold, training the whole encoder scored below training its head alone on these "
            f"{len(split.texts)} paragraphs, so the head alone is trained"
        )
    return scored


def _check_folds(config: FitConfig, splits: tuple[Split, Split]) -> None:
    """Refuse more folds than articles, and a refit that nothing could be chosen for."""
    articles = len(set(splits[0].article_ids + splits[1].article_ids))
    if config.folds > articles:
        raise InputError(f"--folds {config.folds}: there are {articles} articles; take fewer folds")
    if config.refit and not config.folds:
        raise InputError(
            "--refit trains on validation too, so the threshold cannot be chosen there; add "
            "--folds 5 to choose it out of fold"
        )


def _check_alone() -> None:
    """Refuse to run as one of torchrun's processes: all of them would write the same files."""
    if os.environ.get("WORLD_SIZE", "1") != "1":
        raise ModelError("several processes are not supported yet; run 'fit' in one process")


def _request(dataset: DatasetFolder, config: FitConfig, encoder: Encoder) -> dict[str, Any]:
    """Return the values that identify a run: equal requests are the same run."""
    labellers = labelled_by(dataset.manifest)
    whose = {"labelled_by": labellers} if labellers else {}  # older datasets do not say
    return {
        "dataset": {"name": dataset.name, "digest": dataset.digest} | whose,
        "encoder_digest": encoder.digest,
        "encoder": config.encoder,
        "recipe": config.recipe.to_json(),
        "seed": config.seed,
        "choose": config.choose,
        "folds": config.folds,
        "refit": config.refit,
        "init_from": config.init_from,
    }


def _versions() -> dict[str, str]:
    names = ("rhetoric-annotation", "torch", "transformers", "accelerate", "scikit-learn")
    return {name: version(name) for name in names}


def _check(dataset: DatasetFolder, splits: tuple[Split, Split]) -> None:
    """Refuse a dataset without any technique; name the labels that cannot be learned."""
    train_split, validation = splits
    if not train_split.gold.any():
        raise InputError(
            f"{dataset.folder}: no paragraph of the train split has a technique, so there is "
            "nothing to learn; label more articles and pull again"
        )
    if not validation.gold.any():
        say("the validation split has no technique, so the threshold stays at 0.5")
    missing = _without_examples(dataset.taxonomy.labels, train_split.gold)
    if missing:
        say(f"no training examples, so the model cannot learn: {', '.join(missing)}")
    for shortage in shortages(*splits, dataset.taxonomy.labels):
        say(shortage)


def _without_examples(labels: Sequence[str], gold: Bools) -> list[str]:
    return [label for label, column in zip(labels, gold.T, strict=True) if not column.any()]


def _finish(
    classifier: Classifier,
    dataset: DatasetFolder,
    splits: tuple[Split, Split],
    run: RunFolder,
    config: FitConfig,
    scored: OutOfFold | None,
    whole: bool,
    encoder: Encoder,
) -> dict[str, Any]:
    """Calibrate, choose the threshold, write the model; return the content of validation.json."""
    if config.folds and scored:
        chosen_on, logits = scored.split, scored.logits if whole else scored.head_logits
    else:
        chosen_on, logits = splits[1], _logits(classifier, splits[1])
    head = find_head(classifier.model)
    calibration = fit_calibration(logits, chosen_on.gold, shifted=head.bias is not None)
    scores = calibration.scores(logits)
    threshold = choose_threshold(chosen_on.gold, scores)
    settings = Settings(
        threshold=round(threshold.value, 6),
        temperature=round(calibration.temperature, 6),
        shift=round(calibration.shift, 6),
        max_length=classifier.max_length,
        taxonomy=dataset.taxonomy.digest,
        dataset=dataset.digest,
        lineage=dataset.lineage,
    )
    fold_calibration(head, calibration)
    with writing_folder(run.model) as folder:
        save_classifier(classifier, settings, dataset.folder / "taxonomy.yaml", folder)
    predicted = scores >= settings.threshold
    return {
        "format": FORMAT,
        "note": "calibration and threshold were chosen on this split: its scores are optimistic",
        "dataset": {"name": dataset.name, "digest": dataset.digest},
        "split": chosen_on.name,
        "paragraphs": len(chosen_on.texts),
        "shortages": list(shortages(*splits, dataset.taxonomy.labels)),
        "model_digest": model_digest(run.model),
        "trained": "whole encoder" if whole else "head alone",
        "threshold": {
            "value": settings.threshold,
            "chosen_by": "micro-F1, one for all labels",
            "paragraphs": len(chosen_on.texts),
            "positives": int(chosen_on.gold.sum()),
            "folds": config.folds,
        },
        "calibration": {
            "temperature": settings.temperature,
            "shift": settings.shift,
            "chosen_by": "binary cross-entropy",
            "error_before": plain(expected_calibration_error(sigmoid(logits), chosen_on.gold)),
            "error_after": plain(expected_calibration_error(scores, chosen_on.gold)),
        },
        "model": _scores(chosen_on, predicted, dataset),
        "comparison": _comparison(splits, predicted, scored, whole, encoder, dataset),
    }


def _logits(classifier: Classifier, split: Split) -> Floats:
    with progress("calibrating", total=len(split.texts)) as bar:
        return classifier.classify(split.texts, bar.advance).logits.astype(np.float64)


def _comparison(
    splits: tuple[Split, Split],
    predicted: Bools,
    scored: OutOfFold | None,
    whole: bool,
    encoder: Encoder,
    dataset: DatasetFolder,
) -> dict[str, Any]:
    """Put the model beside the baselines: out of fold if it was scored so, else on validation."""
    labels = LabelSet.of(dataset.taxonomy)
    if scored is None:
        rows, model = splits[1], predicted
        table = compare_with_baselines(*splits, predicted, encoder, labels)
    else:
        rows, model = (
            scored.split,
            scored.predicted(sigmoid(scored.logits if whole else scored.head_logits)),
        )
        answers = {
            name: Answer(choose_threshold(rows.gold, scores).value, scored.predicted(scores))
            for name, scores in scored.baselines.items()
        }
        table = compare(rows, model, answers, labels)
    return {
        "split": rows.name,
        "paragraphs": len(rows.texts),
        "folds": scored.folds if scored else 0,
        "model": _scores(rows, model, dataset),
        "head": scored and _scores(rows, scored.predicted(sigmoid(scored.head_logits)), dataset),
        **table,
    }


def _scores(split: Split, predicted: Bools, dataset: DatasetFolder) -> dict[str, Any]:
    labels = LabelSet.of(dataset.taxonomy)
    return scores_to_json(score_predictions(split.gold, predicted, split.articles, labels))
