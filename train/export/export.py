"""Turn a finished run into a model folder that others can load, assess and verify."""

import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from annotate.core.dataset_folder import open_dataset
from annotate.core.dataset_versions import find_version
from annotate.core.errors import InputError, ModelError
from annotate.core.io.files import check_replaceable, writing_folder
from annotate.core.io.json_files import read_object, to_text
from train.evaluation.pages import FORMAT as EVALUATION_FORMAT
from train.export.card import model_card
from train.export.gate import OnnxFile, write_onnx
from train.export.results import write_results
from train.models.folder import ModelFolder, model_files, open_model
from train.models.manifest import MANIFEST, manifest, read_manifest
from train.training.run_folder import RunFolder

EVALUATION, CARD = "evaluation.json", "README.md"


@dataclass(frozen=True, slots=True)
class ExportReport:
    """The model folder, whether its card has scores, and what became of the ONNX files."""

    folder: Path
    evaluated: bool
    onnx: tuple[OnnxFile, ...]


def export(
    run: Path, out: Path, evaluation: Path | None = None, dataset: Path | None = None
) -> ExportReport:
    """Write the model folder `out`: model, ONNX files, taxonomy, card, evaluation and checksums.

    Args:
        run: A finished training run.
        out: The folder to write; an earlier export is replaced.
        evaluation: The evaluation.json to include; by default the one in RUN/evaluation, if any.
        dataset: Compare the ONNX files with torch on its validation split; by default the version
            that the run was trained on, if it is kept under data/datasets.

    Raises:
        ModelError: The run is not finished, or the evaluation belongs to another model.
        InputError: `out` holds other files, or cannot be written; or `dataset` is none.
        TaxonomyError: The dataset has other labels than the model.
    """
    finished = _finished(run)
    request, shortages = finished.request(), finished.read_result().get("shortages", [])
    model = open_model(run)
    scores = _evaluation(run, model, evaluation)
    place = dataset or find_version(model.settings.dataset)
    rows = open_dataset(place) if place else None
    _check_replaceable(out)
    with writing_folder(out) as folder:
        for path in model_files(model.folder):
            shutil.copyfile(path, folder / path.name)
        onnx = write_onnx(model, rows, folder)
        if scores is not None:
            (folder / EVALUATION).write_text(to_text(scores), encoding="utf-8")
            write_results(scores, folder)
        card = model_card(model, request, scores, out.name, shortages, onnx)
        (folder / CARD).write_text(card, encoding="utf-8")
        (folder / MANIFEST).write_text(manifest(folder), encoding="utf-8")
    return ExportReport(out, evaluated=scores is not None, onnx=onnx)


def _check_replaceable(out: Path) -> None:
    """Refuse to replace anything that is in no manifest of an earlier export."""
    names = [*read_manifest(out), MANIFEST] if (out / MANIFEST).is_file() else [MANIFEST]
    parts = [PurePosixPath(name).parts for name in names]
    check_replaceable(out, {part[0] for part in parts})
    for folder in {part[0] for part in parts if len(part) > 1}:
        check_replaceable(out / folder, {part[1] for part in parts if part[0] == folder})


def _finished(run: Path) -> RunFolder:
    folder = RunFolder(run)
    if not folder.result.is_file():
        raise ModelError(
            f"{run}: not a finished run (no {folder.result.name}); run 'rhetoric-train fit' again"
            " to finish it"
        )
    return folder


def _evaluation(run: Path, model: ModelFolder, path: Path | None) -> dict[str, Any] | None:
    source = path or run / "evaluation" / EVALUATION
    if path is None and not source.is_file():
        return None
    remedy = "create one with 'rhetoric-train evaluate'"
    scores = read_object(source, remedy)
    about = scores.get("model")
    if scores.get("format") != EVALUATION_FORMAT or not isinstance(about, dict):
        raise InputError(f"{source}: not an evaluation of format {EVALUATION_FORMAT}; {remedy}")
    digest = about.get("digest")
    if digest != model.digest:
        raise ModelError(
            f"{source}: belongs to another model ({digest}, not {model.digest}); "
            "evaluate this run again"
        )
    return scores
