"""Train a classifier on a dataset folder: encoder, calibration, threshold, and the baseline."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from annotate.core.console import progress, say
from annotate.core.dataset_folder import DatasetFolder, open_dataset
from annotate.core.errors import InputError, ModelError
from annotate.core.io.files import writing_folder
from annotate.core.labelled_by import labelled_by
from annotate.core.stats.estimates import plain
from train.baselines.tfidf import Baseline, train_baseline
from train.dataset import Split, read_split
from train.models.classifier import Classifier, find_head, fold_calibration, save_classifier
from train.models.encoder import Encoder, find_encoder
from train.models.folder import Settings, model_digest
from train.scoring.calibration import expected_calibration_error, fit_calibration, sigmoid
from train.scoring.drift import describe_inputs
from train.scoring.scores import Bools, LabelSet, score_predictions, scores_to_json
from train.scoring.thresholds import shrunk_threshold
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
    """

    encoder: str = "minilm"
    recipe: Recipe = field(default_factory=Recipe)
    seed: int = 13


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
    encoder = find_encoder(config.encoder)
    run = RunFolder(out)
    request = _request(dataset, config, encoder)
    state = run.state(request, replace=replace)
    if state is State.FINISHED:
        run.drop_checkpoints()
        return FitReport(out, run.read_result(), already_done=True)
    splits = read_split(dataset, "train"), read_split(dataset, "validation")
    _check(dataset, splits)
    recipe = config.recipe
    classifier = untrained(encoder, dataset.taxonomy.labels, recipe, config.seed)
    if state is State.OTHER:
        run.clear()  # only after every other check
    run.begin(request, _versions())
    with progress("training steps", total=recipe.total_steps(len(splits[0].texts))) as bar:
        trained = train(classifier, splits, recipe, config.seed, run.folder, bar)
    result = _finish(trained, dataset, splits, run)
    run.finish(result)
    return FitReport(out, result, already_done=False)


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
    classifier: Classifier, dataset: DatasetFolder, splits: tuple[Split, Split], run: RunFolder
) -> dict[str, Any]:
    """Calibrate, choose the threshold, write the model; return the content of validation.json."""
    validation = splits[1]
    with progress("calibrating", total=len(validation.texts)) as bar:
        logits = classifier.classify(validation.texts, bar.advance).logits
    head = find_head(classifier.model)
    calibration = fit_calibration(logits, validation.gold, shifted=head.bias is not None)
    scores = calibration.scores(logits)
    threshold = shrunk_threshold(validation.gold, scores)
    chosen = threshold.to_json() | {"value": round(threshold.value, 6), "split": validation.name}
    settings = Settings(
        threshold=chosen["value"],
        temperature=round(calibration.temperature, 6),
        shift=round(calibration.shift, 6),
        max_length=classifier.max_length,
        taxonomy=dataset.taxonomy.digest,
        dataset=dataset.digest,
        lineage=dataset.lineage,
        chosen=chosen,
        inputs=describe_inputs(splits[0].texts, scores),
    )
    fold_calibration(head, calibration)
    with writing_folder(run.model) as folder:
        save_classifier(classifier, settings, dataset.folder / "taxonomy.yaml", folder)
    baseline = train_baseline(*splits)
    return {
        "format": FORMAT,
        "note": "calibration and threshold were chosen on this split: its scores are optimistic",
        "dataset": {"name": dataset.name, "digest": dataset.digest},
        "split": validation.name,
        "paragraphs": len(validation.texts),
        "shortages": list(shortages(*splits, dataset.taxonomy.labels)),
        "model_digest": model_digest(run.model),
        "threshold": chosen,
        "calibration": {
            "temperature": settings.temperature,
            "shift": settings.shift,
            "chosen_by": "binary cross-entropy",
            "error_before": plain(expected_calibration_error(sigmoid(logits), validation.gold)),
            "error_after": plain(expected_calibration_error(scores, validation.gold)),
        },
        "model": _scores(validation, scores >= settings.threshold, dataset),
        "baseline": _baseline_scores(baseline, validation, dataset),
    }


def _baseline_scores(baseline: Baseline, split: Split, dataset: DatasetFolder) -> dict[str, Any]:
    predicted = baseline.scores(split.texts) >= baseline.threshold.value
    return {"threshold": plain(baseline.threshold.value)} | _scores(split, predicted, dataset)


def _scores(split: Split, predicted: Bools, dataset: DatasetFolder) -> dict[str, Any]:
    labels = LabelSet.of(dataset.taxonomy)
    return scores_to_json(score_predictions(split.gold, predicted, split.articles, labels))
