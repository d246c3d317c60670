"""Check that an exported model is whole, runs no code, and answers alike in each of its forms."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from annotate.core.errors import ModelError
from train.export.gate import Parity, parity, score_texts
from train.export.texts import TEXTS
from train.models.classifier import load_classifier
from train.models.folder import ModelFolder, open_model
from train.models.manifest import check_manifest
from train.models.onnx import FP32, INT8, load_onnx, missing_package
from train.models.safety import check_brings_no_code
from train.scoring.scores import Floats

# In 8 bits probabilities differed by up to .03; those of another model differ by more
_FAR = 0.2


@dataclass(frozen=True, slots=True)
class Verified:
    """A sound model folder.

    Attributes:
        digest: Of the model.
        labels: How many it knows.
        files: How many the manifest names.
        onnx: How far each ONNX file is from torch, on a few texts.
        unchecked: Why the ONNX files were not run; empty if they were.
    """

    folder: Path
    digest: str
    labels: int
    files: int
    onnx: dict[str, Parity]
    unchecked: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"folder": str(self.folder)}


def verify(folder: Path) -> Verified:
    """Check an exported model: code, digests, settings, that each file loads, and parity.

    Raises:
        ModelError: It would run code, is damaged, or its files do not belong together.
        InputError: A JSON file is broken.
        TaxonomyError: Its taxonomy cannot be used, or does not match its labels.
    """
    check_brings_no_code(folder)
    files = check_manifest(folder)
    model = open_model(folder)
    reference, _ = score_texts(load_classifier(model), TEXTS, "running torch")
    present = [name for name in (FP32, INT8) if (folder / name).is_file()]
    unchecked = missing_package() if present else ""
    onnx = {} if unchecked else {n: _parity(model, n, reference) for n in present}
    return Verified(folder, model.digest, len(model.labels), files, onnx, unchecked)


def _parity(model: ModelFolder, name: str, reference: Floats) -> Parity:
    scores, _ = score_texts(load_onnx(model, name), TEXTS, f"running {Path(name).name}")
    result = parity(reference, scores, model.settings.threshold)
    if not (result.passes(FP32) if name == FP32 else result.difference <= _FAR):
        raise ModelError(
            f"{model.folder / name}: answers otherwise than model.safetensors ({result}); export "
            "the model again"
        )
    return result


def report(result: Verified) -> Iterator[str]:
    """Yield what was checked, a line each."""
    yield f"{result.folder}: sound: {result.files} files as exported, no code, no pickle"
    yield f"model {result.digest}, {result.labels} labels, problem_type multi-label"
    yield from (f"{name}: loads; beside torch {each}" for name, each in result.onnx.items())
    if result.unchecked:
        yield f"ONNX not checked: {result.unchecked}"
