"""Read and check what the report page shows: counts, agreement, scores and marked articles."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.dataset_folder import DatasetFolder, first_difference
from annotate.core.errors import InputError, TaxonomyError
from annotate.core.html.dot_plot import Point
from annotate.core.io.json_files import read_object
from annotate.core.predictions import read_prediction_rows
from annotate.core.records import Paragraph
from annotate.core.taxonomy import Taxonomy
from train.dataset import read_split
from train.evaluation.pages import FORMAT
from train.evaluation.raters import EMPTY, Rater, best_baseline, raters

AGREEMENT_FORMAT = 1
_PULL = "pull the dataset again"
_EVALUATE = "run 'rhetoric-train evaluate' again"


@dataclass(frozen=True, slots=True)
class RaterScores:
    """F1 of one rater: the model, a baseline, or the mean annotator.

    Attributes:
        name: For readers.
        shape: Its mark in plots, as `macros.html` calls it.
    """

    name: str
    shape: str
    micro: Point
    macro: Point
    any_technique: Point
    labels: Mapping[str, Point]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the page shows of evaluation.json.

    Attributes:
        raters: By key, in the order of tables; those that could not be scored are missing.
        best_baseline: The key of the baseline with the highest micro-F1; empty without baselines.
        verdict: How the model stands beside the baselines, in sentences.
        support: Paragraphs of the split that have the technique, by its id.
        warning: Why the scores are doubtful, in the evaluation's words; else empty.
        labelled_by: As in the manifest of the dataset that was scored.
    """

    model: str
    dataset_name: str
    dataset_digest: str
    split: str
    articles: int
    paragraphs: int
    annotators: int
    raters: Mapping[str, RaterScores]
    support: Mapping[str, int]
    best_baseline: str = ""
    verdict: tuple[str, ...] = ()
    warning: str = ""
    labelled_by: str = ""


@dataclass(frozen=True, slots=True)
class AgreementSummary:
    """Krippendorff's alpha by technique, None where it is not defined; the mean has no interval."""

    mean: Point | None
    any_technique: Point | None
    labels: Mapping[str, Point | None]
    positive: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SplitCounts:
    """How much a split holds; `marked` are the paragraphs with at least one technique."""

    name: str
    articles: int
    paragraphs: int
    marked: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A paragraph with its predictions.

    Attributes:
        labels: Technique ids at or above the threshold.
        scores: Technique id -> probability.
    """

    paragraph: Paragraph
    labels: frozenset[str]
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Predictions:
    """The predictions of one model for some articles.

    Attributes:
        model: The model's digest.
        threshold: The score from which on a label was assigned; None in files of old versions.
        articles: The paragraphs of each article, as they follow each other.
    """

    model: str
    threshold: float | None
    articles: Sequence[Sequence[Marked]]


def count_splits(dataset: DatasetFolder) -> list[SplitCounts]:
    """Count the gold paragraphs of each split that the dataset has."""
    splits = [read_split(dataset, name) for name in dataset.splits]
    return [
        SplitCounts(s.name, len(set(s.article_ids)), len(s.ids), int(s.gold.any(axis=1).sum()))
        for s in splits
    ]


def read_agreement(path: Path, taxonomy: Taxonomy) -> AgreementSummary:
    """Read agreement.json of a dataset folder."""
    value = _read(path, AGREEMENT_FORMAT, _PULL)
    try:
        rows = {row["label"]: row for row in value["labels"]}
        _check_labels(path, list(rows), taxonomy, _PULL)
        return AgreementSummary(
            mean=_mean(value),
            any_technique=_alpha(value["any"]),
            labels={label: _alpha(row) for label, row in rows.items()},
            positive={label: int(row["positive"]) for label, row in rows.items()},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(path, error, AGREEMENT_FORMAT, _PULL) from error


def read_evaluation(path: Path, taxonomy: Taxonomy) -> Evaluation:
    """Read evaluation.json of an evaluation's folder."""
    value = _read(path, FORMAT, _EVALUATE)
    try:
        labels = [label["id"] for group in value["groups"] for label in group["labels"]]
        _check_labels(path, labels, taxonomy, _EVALUATE)
        model, best = value["scores"]["model"], best_baseline(value)
        return Evaluation(
            model=str(value["model"]["digest"]),
            dataset_name=str(value["dataset"]["name"]),
            dataset_digest=str(value["dataset"]["digest"]),
            split=str(value["split"]),
            articles=int(value["articles"]),
            paragraphs=int(value["paragraphs"]),
            annotators=int(value["annotators"]),
            raters={r.key: _rater(r, labels) for r in raters(value) if r.key != EMPTY},
            support={label: int(model["labels"][label]["support"]) for label in labels},
            best_baseline=best.key if best else "",
            verdict=tuple(map(str, value["verdict"])),
            warning=str(value.get("warning") or ""),
            labelled_by=str(value.get("labelled_by") or ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(path, error, FORMAT, _EVALUATE) from error


def _read(path: Path, version: int, fix: str) -> dict[str, Any]:
    if not path.is_file():
        raise InputError(f"{path}: no such file; {fix}")
    value = read_object(path, fix)
    if value.get("format") != version:
        raise InputError(
            f"{path}: format {value.get('format')!r}, this version reads {version}; {fix}"
        )
    return value


def _check_labels(path: Path, labels: Sequence[str], taxonomy: Taxonomy, fix: str) -> None:
    if tuple(labels) != taxonomy.labels:
        raise TaxonomyError(
            f"{path}: {first_difference(labels, taxonomy.labels)} in the dataset's taxonomy "
            f"({taxonomy.name}); {fix}"
        )


def _broken(path: Path, error: Exception, version: int, fix: str) -> InputError:
    what = f"no {error}" if isinstance(error, KeyError) else str(error)
    return InputError(f"{path}: not in the form of format {version}: {what}; {fix}")


def _rater(rater: Rater, labels: Sequence[str]) -> RaterScores:
    scores = rater.scores
    return RaterScores(
        rater.name,
        rater.shape,
        micro=_point(scores["micro"]["f1"]),
        macro=_point(scores["macro"]),
        any_technique=_point(scores["any_technique"]["f1"]),
        labels={label: _point(scores["labels"][label]["f1"]) for label in labels},
    )


def _point(figure: Mapping[str, Any], value: str = "value") -> Point:
    low, high = _end(figure["low"]), _end(figure["high"])
    return Point(_number(figure[value]), low, high, too_few=low is None)


def _mean(value: Mapping[str, Any]) -> Point | None:
    mean = _end(value["mean_alpha"])
    few = bool(value.get("too_few_to_tell"))
    return None if mean is None else Point(mean, None, None, too_few=few)


def _alpha(row: Mapping[str, Any]) -> Point | None:
    return None if row["alpha"] is None else _point(row, "alpha")


def _end(value: Any) -> float | None:
    return None if value is None else _number(value)


def _number(value: Any) -> float:
    """Return the value as a number that can be drawn; Python reads NaN and Infinity in JSON."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is no figure")
    return number


def read_articles(path: Path, taxonomy: Taxonomy) -> Predictions:
    """Read a predictions.jsonl whose lines hold their paragraphs; articles keep its order.

    Raises:
        InputError: A line is no prediction, lacks its paragraph, or is by another model or at
            another threshold.
        TaxonomyError: A line has a label that the taxonomy does not know.
    """
    makers, articles = dict[tuple[str, float | None], int](), dict[str, list[Marked]]()
    for number, row in read_prediction_rows(path, taxonomy, with_paragraphs=True):
        makers.setdefault((row.model, row.threshold), number)
        if row.paragraph:
            marked = Marked(row.paragraph, frozenset(row.labels), row.scores)
            articles.setdefault(row.paragraph.article_id, []).append(marked)
    (model, threshold), *others = makers
    if others:
        what = "by another model" if others[0][0] != model else "at another threshold"
        raise InputError(
            f"{path}:{makers[others[0]]}: made {what} than the lines before; run 'rhetoric-train "
            "predict' again"
        )
    ordered = [sorted(rows, key=lambda m: m.paragraph.position) for rows in articles.values()]
    return Predictions(model, threshold, ordered)
