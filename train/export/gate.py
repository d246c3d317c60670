"""Write the ONNX files of a model, and keep those that answer as the model does in torch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from annotate.core.console import progress
from annotate.core.dataset_folder import DatasetFolder, first_difference
from annotate.core.errors import ModelError, TaxonomyError
from annotate.core.plurals import counted, signed
from train.dataset import Split, read_split
from train.export.texts import TEXTS
from train.models.classifier import Classifier, load_classifier
from train.models.folder import ModelFolder
from train.models.onnx import FP32, INT8, load_onnx, missing_package, write_fp32
from train.models.onnx_int8 import write_int8
from train.scoring.scores import Floats, LabelSet, score_predictions

VALIDATION = "validation"
_DIFFERENCE = 1e-4  # of a probability in full precision
_FLIPS = 0.01  # in 8 bits: of the labels that torch assigns
_MACRO = 0.01
ALLOWED = {
    FP32: "1e-4, and no label changed",
    INT8: "1 point of macro-F1, and 1 % of the labels changed",
}


@dataclass(frozen=True, slots=True)
class Parity:
    """How far the scores of an ONNX file are from those of torch.

    Attributes:
        difference: Largest difference of a probability.
        flips: Labels that one of both assigns.
        assigned: Labels that torch assigns.
        macro: Change of macro-F1; None without gold labels.
    """

    difference: float
    flips: int
    assigned: int
    macro: float | None = None

    def passes(self, name: str) -> bool:
        """Return whether the file of this name may differ so."""
        if name == FP32:
            return self.difference <= _DIFFERENCE and self.flips == 0
        return self.flips <= _FLIPS * self.assigned and abs(self.macro or 0.0) <= _MACRO

    def __str__(self) -> str:
        macro = "" if self.macro is None else f", macro-F1 {signed(100 * self.macro, 1)} points"
        return (
            f"probabilities differ by at most {self.difference:.1g}, {self.flips} of "
            f"{self.assigned} labels changed{macro}"
        )


@dataclass(frozen=True, slots=True)
class OnnxFile:
    """What became of an ONNX file.

    Attributes:
        name: Its path in the model folder.
        size: Its bytes; 0 if it was not written.
        about: How it compares with torch, or why it was not written.
    """

    name: str
    size: int
    about: str

    def __str__(self) -> str:
        written = f"{self.size / 1e6:.1f} MB" if self.size else "not written"
        return f"{self.name}: {written}; {self.about}"


def parity(reference: Floats, scores: Floats, threshold: float) -> Parity:
    """Compare scores with those of torch, both of shape (texts, labels)."""
    expected, actual = reference >= threshold, scores >= threshold
    return Parity(
        difference=float(np.abs(reference - scores).max(initial=0.0)),
        flips=int((expected != actual).sum()),
        assigned=int(expected.sum()),
    )


def score_texts(classifier: Any, texts: Sequence[str], title: str) -> tuple[Floats, float]:
    """Return the probabilities of the texts, and texts per CPU-second; show how far it is."""
    with progress(title, total=len(texts)) as bar:
        start = process_time()
        scores: Floats = classifier.classify(texts, bar.advance).scores
        return scores, len(texts) / max(process_time() - start, 1e-9)


def write_onnx(
    model: ModelFolder, dataset: DatasetFolder | None, folder: Path
) -> tuple[OnnxFile, OnnxFile]:
    """Write those ONNX files that pass into a copy of the model's folder.

    Args:
        model: The model.
        dataset: What it was trained on, to compare on its validation split; None compares full
            precision on a few texts, and writes nothing in 8 bits.
        folder: The copy, which has the tokenizer already.

    Raises:
        ModelError: The model cannot be loaded.
        TaxonomyError: The dataset has other labels.
    """
    if missing := missing_package():
        return OnnxFile(FP32, 0, missing), OnnxFile(INT8, 0, missing)
    rows = _validation(model, dataset)
    classifier = load_classifier(model)
    texts = (*TEXTS, *(rows.texts if rows else ()))
    gate = _Gate(
        replace(model, folder=folder),
        rows,
        texts,
        *score_texts(classifier, texts, "running torch"),
    )
    return gate.fp32(classifier), gate.int8()


def _validation(model: ModelFolder, dataset: DatasetFolder | None) -> Split | None:
    if dataset is None or VALIDATION not in dataset.splits:
        return None
    if dataset.taxonomy.labels != model.labels:
        raise TaxonomyError(
            f"{dataset.folder}: {first_difference(model.labels, dataset.taxonomy.labels)} here; "
            "name the dataset that the model was trained on"
        )
    return read_split(dataset, VALIDATION)


@dataclass(frozen=True, slots=True)
class _Gate:
    """Writes a file, compares it, and removes it again if it differs too much.

    Attributes:
        model: The copy that is written.
        rows: The validation split, if there is one.
        texts: TEXTS, then those of `rows`.
        scores: What torch gives to `texts`.
        rate: Texts per CPU-second in torch.
    """

    model: ModelFolder
    rows: Split | None
    texts: Sequence[str]
    scores: Floats
    rate: float

    def fp32(self, classifier: Classifier) -> OnnxFile:
        try:
            write_fp32(classifier, self.model.folder / FP32)
            scores, rate = self._run(FP32, self.texts)
        except ModelError as error:
            return self._refuse(FP32, str(error))
        result = parity(self.scores, scores, self.model.settings.threshold)
        return self._judge(FP32, result, len(self.texts), rate)

    def int8(self) -> OnnxFile:
        source, rows = self.model.folder / FP32, self.rows
        if not source.is_file():
            return self._refuse(INT8, f"it is made from {FP32}")
        if rows is None:
            return self._refuse(INT8, "no validation split to check it on (--dataset)")
        try:
            write_int8(source, self.model.folder / INT8)
            scores, rate = self._run(INT8, rows.texts)
        except ModelError as error:
            return self._refuse(INT8, str(error))
        reference = self.scores[len(TEXTS) :]
        macro = self._macro(rows, scores) - self._macro(rows, reference)
        result = parity(reference, scores, self.model.settings.threshold)
        return self._judge(INT8, replace(result, macro=macro), len(rows.texts), rate)

    def _run(self, name: str, texts: Sequence[str]) -> tuple[Floats, float]:
        return score_texts(load_onnx(self.model, name), texts, f"running {Path(name).name}")

    def _macro(self, rows: Split, scores: Floats) -> float:
        predicted = np.asarray(scores >= self.model.settings.threshold)
        labels = LabelSet.of(self.model.taxonomy)
        return score_predictions(rows.gold, predicted, rows.articles, labels).macro.value

    def _judge(self, name: str, result: Parity, texts: int, rate: float) -> OnnxFile:
        about = f"on {counted(texts, 'text')}, {result}"
        if result.passes(name):
            size = (self.model.folder / name).stat().st_size
            speed = f"{rate:,.0f} texts per CPU-second, torch {self.rate:,.0f}"
            return OnnxFile(name, size, f"{about}; {speed}")
        return self._refuse(name, f"{about}; allowed: {ALLOWED[name]}")

    def _refuse(self, name: str, reason: str) -> OnnxFile:
        (self.model.folder / name).unlink(missing_ok=True)
        return OnnxFile(name, 0, reason)
