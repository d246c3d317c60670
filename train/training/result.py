"""Calibrate a trained classifier, choose its threshold, write it, and tell how good it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from annotate.core.console import progress
from annotate.core.dataset_folder import DatasetFolder
from annotate.core.io.files import writing_folder
from annotate.core.stats.estimates import plain
from train.baselines.comparison import Answer, compare, compare_with_baselines
from train.dataset import Split
from train.models.classifier import Classifier, find_head, fold_calibration, save_classifier
from train.models.encoder import Encoder
from train.models.folder import Settings, model_digest
from train.scoring.calibration import (
    Calibration,
    expected_calibration_error,
    fit_calibration,
    sigmoid,
)
from train.scoring.drift import describe_inputs
from train.scoring.scores import Bools, Floats, LabelSet, score_predictions, scores_to_json
from train.scoring.thresholds import choose_threshold, shrunk_threshold
from train.training.choice import OutOfFold
from train.training.shortage import shortages

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained classifier, and what is needed to judge it.

    Attributes:
        splits: Train and validation.
        scored: What was scored out of fold, if anything was.
        whole: The whole encoder was trained, not its head alone.
        folds: Number of folds by which threshold and calibration are chosen; 0 for validation.
        learned: The paragraphs that it was trained on.
    """

    classifier: Classifier
    encoder: Encoder
    dataset: DatasetFolder
    splits: tuple[Split, Split]
    scored: OutOfFold | None
    whole: bool
    folds: int
    learned: Split

    def logits(self) -> tuple[Split, Floats]:
        """Return the paragraphs by which everything is chosen, and their logits."""
        if self.folds and self.scored:
            return self.scored.split, self.out_of_fold(self.scored)
        rows = self.splits[1]
        with progress("calibrating", total=len(rows.texts)) as bar:
            output = self.classifier.classify(rows.texts, bar.advance)
        return rows, output.logits.astype(np.float64)

    def out_of_fold(self, scored: OutOfFold) -> Floats:
        """Return the logits, out of fold, of a model that was trained as this one was."""
        return scored.logits if self.whole else scored.head_logits


def write_model(fitted: Fitted, folder: Path) -> dict[str, Any]:
    """Write the calibrated model with its threshold; return the content of validation.json."""
    dataset, head = fitted.dataset, find_head(fitted.classifier.model)
    rows, logits = fitted.logits()
    calibration = fit_calibration(logits, rows.gold, shifted=head.bias is not None)
    scores = calibration.scores(logits)
    chosen = shrunk_threshold(rows.gold, scores).to_json()
    chosen |= {"value": round(chosen["value"], 6), "split": rows.name, "folds": fitted.folds}
    settings = _settings(fitted, calibration, chosen, scores)
    fold_calibration(head, calibration)
    with writing_folder(folder) as fresh:
        save_classifier(fitted.classifier, settings, dataset.folder / "taxonomy.yaml", fresh)
    predicted = scores >= settings.threshold
    return {
        "format": FORMAT,
        "note": "calibration and threshold were chosen on this split: its scores are optimistic",
        "dataset": {"name": dataset.name, "digest": dataset.digest},
        "split": rows.name,
        "paragraphs": len(rows.texts),
        "shortages": list(shortages(*fitted.splits, dataset.taxonomy.labels)),
        "model_digest": model_digest(folder),
        "trained": "whole encoder" if fitted.whole else "head alone",
        "threshold": chosen,
        "calibration": {
            "temperature": settings.temperature,
            "shift": settings.shift,
            "chosen_by": "binary cross-entropy",
            "error_before": plain(expected_calibration_error(sigmoid(logits), rows.gold)),
            "error_after": plain(expected_calibration_error(scores, rows.gold)),
        },
        "model": _scores(rows, predicted, dataset),
        "comparison": _comparison(fitted, predicted),
    }


def _settings(
    fitted: Fitted, calibration: Calibration, chosen: Mapping[str, Any], scores: Floats
) -> Settings:
    return Settings(
        threshold=chosen["value"],
        temperature=round(calibration.temperature, 6),
        shift=round(calibration.shift, 6),
        max_length=fitted.classifier.max_length,
        taxonomy=fitted.dataset.taxonomy.digest,
        dataset=fitted.dataset.digest,
        lineage=fitted.dataset.lineage,
        chosen=chosen,
        inputs=describe_inputs(fitted.learned.texts, scores),
    )


def _comparison(fitted: Fitted, predicted: Bools) -> dict[str, Any]:
    """Put the model beside the baselines: out of fold if it was scored so, else on validation."""
    scored, labels = fitted.scored, LabelSet.of(fitted.dataset.taxonomy)
    if scored is None:
        rows, model = fitted.splits[1], predicted
        table = compare_with_baselines(*fitted.splits, predicted, fitted.encoder, labels)
    else:
        rows, model = scored.split, scored.predicted(sigmoid(fitted.out_of_fold(scored)))
        answers = {
            name: Answer(choose_threshold(rows.gold, scores).value, scored.predicted(scores))
            for name, scores in scored.baselines.items()
        }
        table = compare(rows, model, answers, labels)
    return {
        "split": rows.name,
        "paragraphs": len(rows.texts),
        "folds": scored.folds if scored else 0,
        "model": _scores(rows, model, fitted.dataset),
        **table,
    }


def _scores(split: Split, predicted: Bools, dataset: DatasetFolder) -> dict[str, Any]:
    labels = LabelSet.of(dataset.taxonomy)
    return scores_to_json(score_predictions(split.gold, predicted, split.articles, labels))
