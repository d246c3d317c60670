"""Turn a finished run into a model folder that others can load, assess and verify."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError, ModelError
from annotate.core.io.files import check_replaceable, read_text, writing_folder
from annotate.core.io.json_files import read_object, to_text
from train.evaluation.pages import FORMAT as EVALUATION_FORMAT
from train.export.card import model_card
from train.models.folder import ModelFolder, file_digest, model_files, open_model
from train.training.run_folder import RunFolder

MANIFEST, EVALUATION, CARD = "MANIFEST.sha256", "evaluation.json", "README.md"


@dataclass(frozen=True, slots=True)
class ExportReport:
    """The model folder, and whether its card has scores."""

    folder: Path
    evaluated: bool


def export(run: Path, out: Path, evaluation: Path | None = None) -> ExportReport:
    """Write the model folder `out`: model, taxonomy, card, evaluation and checksums.

    Args:
        run: A finished training run.
        out: The folder to write; an earlier export is replaced.
        evaluation: The evaluation.json to include; by default the one in RUN/evaluation, if any.

    Raises:
        ModelError: The run is not finished, or the evaluation belongs to another model.
        InputError: `out` holds other files, or cannot be written.
    """
    finished = _finished(run)
    request, shortages = finished.request(), finished.read_result().get("shortages", [])
    model = open_model(run)
    scores = _evaluation(run, model, evaluation)
    check_replaceable(out, _exported(out))
    with writing_folder(out) as folder:
        for path in model_files(model.folder):
            shutil.copyfile(path, folder / path.name)
        if scores is not None:
            (folder / EVALUATION).write_text(to_text(scores), encoding="utf-8")
        card = model_card(model, request, scores, out.name, shortages)
        (folder / CARD).write_text(card, encoding="utf-8")
        (folder / MANIFEST).write_text(manifest(folder), encoding="utf-8")
    return ExportReport(out, evaluated=scores is not None)


def manifest(folder: Path) -> str:
    """Return the checksums of a folder's files in the form that `sha256sum -c` reads."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != MANIFEST)
    return "".join(f"{file_digest(path)}  {path.name}\n" for path in files)


def _exported(folder: Path) -> frozenset[str]:
    """Return the files of an earlier export: those in its manifest, and the manifest."""
    path = folder / MANIFEST
    lines = read_text(path).splitlines() if path.is_file() else []
    return frozenset({line.partition("  ")[2] for line in lines} | {MANIFEST})


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
