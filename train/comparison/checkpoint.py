"""Turn a checkpoint of a run into a classifier, as the run itself would have ended there.

A checkpoint holds the weights of the model in training and, beside them, their moving average,
which is what a run keeps. Calibration and threshold are chosen on validation by the rules of `fit`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from annotate.core.dataset_folder import DatasetFolder
from annotate.core.errors import ModelError, TaxonomyError
from annotate.core.io.json_files import read_object
from train.dataset import Split
from train.models.classifier import Classifier, find_head, fold_calibration
from train.models.encoder import find_encoder
from train.scoring.calibration import fit_calibration
from train.scoring.thresholds import shrunk_threshold
from train.training.averaging import FILE as AVERAGE
from train.training.checkpoints import is_whole
from train.training.recipe import Recipe, changed
from train.training.run_folder import RunFolder
from train.training.trainer import untrained

WEIGHTS = "model.safetensors"
_INNER, _HEAD = "model.", "token_head."  # of the module in training
_KEPT = (WEIGHTS, "tokenizer.json", "tokenizer_config.json")  # what a model folder would have


def is_checkpoint(path: Path) -> bool:
    """Tell whether a folder is a checkpoint of a run."""
    return (path / "trainer_state.json").is_file() and not (path / "fit.json").is_file()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint whose files and labels were checked; weights are read on request."""

    folder: Path
    run: Path
    request: Mapping[str, Any]
    labels: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of the files that a model needs, without the state of training."""
        files = (self.folder / name for name in _KEPT)
        return sum(file.stat().st_size for file in files if file.is_file())

    def other_data(self, dataset: DatasetFolder) -> str:
        """Return a warning if the run learned from other data; empty if not."""
        digest = self.request["dataset"]["digest"]
        if digest == dataset.digest:
            return ""
        return (
            f"This checkpoint learned from another version of the data ({digest}): its training "
            "paragraphs may be among these, which would make the scores too high."
        )

    def calibrated(self, validation: Split) -> tuple[Classifier, float]:
        """Return the classifier and the threshold, both chosen on validation.

        Raises:
            ModelError: The encoder of the run is gone, or the weights do not fit it.
        """
        classifier = self._classifier()
        head = find_head(classifier.model)
        logits = classifier.classify(validation.texts).logits.astype(np.float64)
        calibration = fit_calibration(logits, validation.gold, shifted=head.bias is not None)
        fold_calibration(head, calibration)
        chosen = shrunk_threshold(validation.gold, calibration.scores(logits)).to_json()
        return classifier, round(chosen["value"], 6)

    def _classifier(self) -> Classifier:
        import torch

        values = dict(self.request["recipe"])
        recipe = changed(Recipe(), values.pop("arguments", {}) | values, str(self.run))
        encoder = find_encoder(self.request["encoder"])
        classifier = untrained(encoder, self.labels, recipe, self.request["seed"])
        _load(classifier.model, self.folder)
        model = classifier.model
        if hasattr(model, "merge_and_unload"):  # low-rank updates become part of the weights
            model = model.merge_and_unload()
        if torch.accelerator.is_available():
            model.to(torch.accelerator.current_accelerator())
        return Classifier(model, classifier.tokenizer, classifier.max_length)


def _load(model: Any, folder: Path) -> None:
    """Give the model the weights of a checkpoint, and their average where there is one."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        weights = load_file(folder / WEIGHTS)
        if (folder / AVERAGE).is_file():
            weights |= load_file(folder / AVERAGE)
        model.load_state_dict(
            {k.removeprefix(_INNER): v for k, v in weights.items() if not k.startswith(_HEAD)}
        )
    except (SafetensorError, OSError, RuntimeError) as error:
        why = " ".join(str(error).split())[:160]
        raise ModelError(
            f"{folder}: the weights do not fit the encoder of the run: {why}; compare another "
            "checkpoint, or the finished run"
        ) from error


def load_checkpoint(path: Path, dataset: DatasetFolder) -> Checkpoint:
    """Open a checkpoint of a run, RUN/checkpoints/checkpoint-N.

    Raises:
        InputError: The run's fit.json is missing or broken.
        ModelError: The checkpoint is not complete.
        TaxonomyError: The run learned other labels than the dataset's.
    """
    run = RunFolder(path.absolute().parent.parent)
    request = run.request()
    if not is_whole(path):
        raise ModelError(
            f"{path}: broken or incomplete; take an earlier checkpoint, or run the training again, "
            "which goes on from the newest complete one"
        )
    origin = read_object(run.folder / "fit.json", "train again").get("dataset")
    taxonomy = origin.get("taxonomy") if isinstance(origin, dict) else None
    if taxonomy != dataset.taxonomy.digest:
        raise TaxonomyError(
            f"{path}: was trained with the taxonomy {taxonomy}, and that of {dataset.folder} is "
            f"{dataset.taxonomy.digest}; choose a dataset with the labels of the run"
        )
    return Checkpoint(path, run.folder, request, dataset.taxonomy.labels)
