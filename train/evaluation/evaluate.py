"""Score a model on a split of a dataset folder, next to the baselines and human annotators."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from annotate.core.console import progress
from annotate.core.dataset_folder import DatasetFolder, first_difference, open_dataset
from annotate.core.errors import InputError, TaxonomyError
from annotate.core.io.files import check_replaceable, writing_folder
from annotate.core.io.json_files import to_text
from annotate.core.labelled_by import labelled_by
from annotate.core.records import Annotation
from annotate.core.stats.estimates import plain
from train.baselines.comparison import compare
from train.dataset import Split, read_split
from train.evaluation.baselines import baseline_answers, read_curve
from train.evaluation.confusions import confusions
from train.evaluation.error_rows import error_rows
from train.evaluation.official import official_scores
from train.evaluation.pages import FORMAT, html_page, markdown_page
from train.evaluation.slices import slices
from train.inference.backends import load_backend
from train.models.folder import ModelFolder, Settings, open_model
from train.scoring.calibration import expected_calibration_error, reliability, sigmoid
from train.scoring.human_ceiling import human_ceiling
from train.scoring.official.registry import find_label_task
from train.scoring.paired import mean_micro_difference
from train.scoring.scores import (
    Bools,
    Floats,
    LabelSet,
    score,
    score_predictions,
    scores_to_json,
)
from train.scoring.thresholds import micro_curve

ALWAYS = "most_frequent"
FILES = frozenset({"evaluation.json", "evaluation.md", "evaluation.html"})


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """The content of evaluation.json, and the folder of the pages."""

    folder: Path
    evaluation: Mapping[str, Any]


def evaluate(
    model: Path, dataset_folder: Path, split: str, out: Path, official: str = ""
) -> EvaluationReport:
    """Write evaluation.json, evaluation.md and evaluation.html to the folder `out`.

    The same run and dataset produce the same bytes.

    Args:
        model: A model folder or a finished run.
        dataset_folder: The dataset, with the labels of the model in the same order.
        split: The split to score; threshold and temperature never come from it.
        out: The folder to write.
        official: Name of the shared task whose figures to add; empty for none.

    Raises:
        InputError: The dataset has no such split, `out` holds other files, or there is no such task
            that labels paragraphs.
        ModelError: The model cannot be used.
        TaxonomyError: The model's labels are not the dataset's, or not those of the task.
    """
    check_replaceable(out, FILES)
    opened, dataset = open_model(model), open_dataset(dataset_folder)
    dataset.check_unchanged()
    check_labels(opened, dataset)
    task = find_label_task(official) if official else None
    names = task.official_names(dataset.taxonomy) if task else ()
    check_split(dataset, split)
    rows = read_split(dataset, split)
    backend = load_backend(opened, exact=True)
    with progress("scoring", total=len(rows.texts)) as bar:
        scores = backend.classify(rows.texts, bar.advance).scores
    predicted = np.asarray(scores >= opened.settings.threshold)
    baselines, note = baseline_answers(dataset, rows, model)
    labels, curve = LabelSet.of(dataset.taxonomy), read_curve(model)
    compared = compare(rows, predicted, baselines, labels, curve)
    paragraphs, votes = dataset.split(split), dataset.answers()
    evaluation = _evaluation(opened, dataset, rows, scores, compared, votes)
    evaluation["slices"] = slices(paragraphs, votes, rows.gold, predicted, rows.articles)
    evaluation["frozen_encoder"] = note or None
    if task:
        answers = {"model": predicted} | {n: each.predicted for n, each in baselines.items()}
        answers.pop(ALWAYS, None)  # the task has such an answer already
        gold, train = rows.gold, _train(dataset, rows)
        evaluation["official"] = official_scores(task, names, gold, train, answers)
    shown = error_rows(paragraphs, votes, scores, rows.gold, predicted, evaluation["groups"])
    with writing_folder(out) as folder:
        (folder / "evaluation.json").write_text(to_text(evaluation), encoding="utf-8")
        (folder / "evaluation.md").write_text(markdown_page(evaluation), encoding="utf-8")
        (folder / "evaluation.html").write_text(html_page(evaluation, shown), encoding="utf-8")
    return EvaluationReport(out, evaluation)


def report_folder(model: Path) -> Path:
    """Return the default folder for the evaluation of a run.

    Raises:
        InputError: `model` is a model folder, which has no place for an evaluation.
    """
    if not (model / "fit.json").is_file():
        raise InputError(f"{model}: is not a training run; name the folder for the report with -o")
    return model / "evaluation"


def check_split(dataset: DatasetFolder, split: str) -> None:
    """Refuse a split that the dataset lacks: many public corpora have no labelled test split."""
    if dataset.splits and split not in dataset.splits:
        raise InputError(
            f"{dataset.folder}: no {split!r} split, only: {', '.join(dataset.splits)}; choose one "
            "of these with --split, or label paragraphs of more articles and pull again"
        )


def check_labels(model: ModelFolder, dataset: DatasetFolder) -> None:
    """Refuse a dataset with other labels than the model's, or in another order."""
    if model.labels != dataset.taxonomy.labels:
        raise TaxonomyError(
            f"{model.folder}: {first_difference(model.labels, dataset.taxonomy.labels)} in the "
            f"dataset {dataset.folder}; choose a dataset with the labels of the model"
        )


def _evaluation(
    model: ModelFolder,
    dataset: DatasetFolder,
    rows: Split,
    scores: Floats,
    compared: Mapping[str, Any],
    votes: Sequence[Annotation],
) -> dict[str, Any]:
    """Return the content of evaluation.json but for its slices; it holds no time and no path.

    "verdict" holds sentences about the model beside the baselines; "warning" is a sentence about
    the evaluation as a whole, or None; "trained_on" says what other version of the data the model
    is of, or is None.
    """
    labels = LabelSet.of(dataset.taxonomy)
    predicted = np.asarray(scores >= model.settings.threshold)
    people = _people(votes, rows, predicted, labels)
    model_scores = score_predictions(rows.gold, predicted, rows.articles, labels)
    return {
        "format": FORMAT,
        "model": {"digest": model.digest, **model.settings.to_json()},
        "dataset": {"name": dataset.name, "digest": dataset.digest},
        "verdict": compared["verdict"],
        "warning": other_data(model, dataset),
        "trained_on": _other_version(model, dataset, rows.name),
        "labelled_by": labelled_by(dataset.manifest) or None,
        "split": rows.name,
        "articles": len(set(rows.article_ids)),
        "paragraphs": len(rows.texts),
        "with_technique": int(rows.gold.any(axis=1).sum()),
        "annotators": people.annotators,
        "groups": [
            {
                "id": group.id,
                "name": group.name,
                "labels": [{"id": t.id, "name": t.name} for t in group.techniques],
            }
            for group in dataset.taxonomy.groups
        ],
        "scores": {
            "model": scores_to_json(model_scores),
            "baselines": compared["baselines"],
            "empty": scores_to_json(
                score_predictions(rows.gold, np.zeros_like(rows.gold), rows.articles, labels)
            ),
            **people.scores,
        },
        "all_right": {
            "model": int((predicted == rows.gold).all(axis=1).sum()),
            "empty": int((~rows.gold.any(axis=1)).sum()),
        },
        "average_precision": _average_precision(rows.gold, scores, dataset.taxonomy.labels),
        "confusions": confusions(rows.gold, predicted, dataset.taxonomy.labels),
        "differences": compared["differences"],
        "difference_to_people": people.difference,
        "calibration": _calibration(scores, rows.gold)
        | {"before": _calibration(_uncalibrated(scores, model.settings), rows.gold)},
        "curve": [
            dict(zip(("threshold", "precision", "recall", "f1"), map(plain, point), strict=True))
            for point in micro_curve(rows.gold, scores)
        ],
    }


def _calibration(scores: Floats, gold: Bools) -> dict[str, Any]:
    return {
        "error": plain(expected_calibration_error(scores, gold)),
        "bins": [
            {"score": plain(b.score), "share": plain(b.share), "size": b.size}
            for b in reliability(scores, gold)
        ],
    }


def _uncalibrated(scores: Floats, settings: Settings) -> Floats:
    """Return the scores as they were before the calibration that is part of the weights."""
    bounded = np.clip(scores, 1e-12, 1 - 1e-12)
    logits = np.log(bounded) - np.log1p(-bounded)
    return sigmoid((logits - settings.shift) * settings.temperature)


def _average_precision(gold: Bools, scores: Floats, labels: Sequence[str]) -> dict[str, Any]:
    """Return the average precision of each label that has examples, and their mean."""
    from sklearn.metrics import average_precision_score

    values = {
        label: plain(average_precision_score(gold[:, n], scores[:, n]))
        if gold[:, n].any()
        else None
        for n, label in enumerate(labels)
    }
    defined = [value for value in values.values() if value is not None]
    return {"mean": plain(float(np.mean(defined))) if defined else None, "labels": values}


def other_data(model: ModelFolder, dataset: DatasetFolder) -> str | None:
    """Return a warning if the model was trained on other data, or on other splits of them."""
    if model.settings.dataset == dataset.digest or _relation(model, dataset):
        return None
    trained_on = model.settings.dataset or "unknown"
    return (
        f"This model was trained on another version of the data ({trained_on}): its training "
        "paragraphs may be among these, which would make the scores too high."
    )


def _other_version(model: ModelFolder, dataset: DatasetFolder, split: str) -> str | None:
    """Say of which version the model is, if of another one of the same lineage."""
    relation = _relation(model, dataset)
    if not relation or model.settings.dataset == dataset.digest:
        return None
    sound = ": no article of the test split was in its training data" if split == "test" else ""
    version = f"{relation} version of this dataset ({model.settings.dataset})"
    return f"The model was trained on {version}{sound}."


def _relation(model: ModelFolder, dataset: DatasetFolder) -> str:
    """Return which version of the dataset the model was trained on; empty if on none of them.

    Each version's splits hold in all later ones, so in those of a model or of a dataset that names
    the other's among the earlier ones.
    """
    theirs, ours = model.settings.lineage, dataset.lineage
    if not theirs or not ours:
        return ""
    if theirs[0] == ours[0]:
        return "another"
    if theirs[0] in ours:
        return "an earlier"
    return "a later" if ours[0] in theirs else ""


@dataclass(frozen=True, slots=True)
class _People:
    """The mean scores of annotators and of the model against each annotator's peers.

    Attributes:
        scores: "human" and "model_against_peers"; None with fewer than two annotators.
        difference: Micro-F1 of the model minus that of the people.
    """

    annotators: int
    scores: Mapping[str, Any]
    difference: Mapping[str, Any] | None


def _people(
    answers: Sequence[Annotation], rows: Split, predicted: Bools, labels: LabelSet
) -> _People:
    ids = frozenset(rows.ids)
    ceiling = human_ceiling(answers, rows.ids, rows.articles, labels, predicted)
    number, counts = len(ceiling.people), (ceiling.people, ceiling.model)
    names = ("human", "model_against_peers")
    if number < 2:
        return _People(number, dict.fromkeys(names), None)
    given = {(a.paragraph_id, a.annotator) for a in answers if a.paragraph_id in ids}
    compared = sum(people > 1 for people in Counter(id_ for id_, _ in given).values())
    scores = [scores_to_json(score(each, labels, compared)) for each in counts]
    ahead = mean_micro_difference(ceiling.model, ceiling.people, labels, compared)
    return _People(number, dict(zip(names, scores, strict=True)), ahead.to_json())


def _train(dataset: DatasetFolder, rows: Split) -> Split:
    """Return the training split; the scored one where there is none."""
    return read_split(dataset, "train") if "train" in dataset.splits else rows
