"""Official figures of a shared task in an evaluation, beside answers that need no model."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.plurals import counted
from train.baselines.registry import BASELINES
from train.dataset import Split
from train.scoring.official.label_sets import Labels, most_frequent
from train.scoring.official.registry import score_files
from train.scoring.official.task import OURS, Figures, LabelTask, SpanTask
from train.scoring.scores import Bools

DIGITS = 5  # as the tasks' own scorers print
NO_FIGURE = "n/a"
Evaluation = Mapping[str, Any]
Row = tuple[str, ...]


def official_scores(
    task: LabelTask, names: Sequence[str], gold: Bools, train: Split, answers: Mapping[str, Bools]
) -> dict[str, Any]:
    """Return the content of "official" in evaluation.json.

    Args:
        task: The shared task.
        names: The official string of each column.
        gold: Shape (paragraphs, labels).
        train: The split that tells which label is the most frequent.
        answers: Predictions by name, of the shape of `gold`.
    """
    wanted = _sets(gold, names)
    frequent = most_frequent(_sets(train.gold, names), task.labels)
    scores = {name: task.figures(wanted, _sets(each, names)) for name, each in answers.items()}
    content = _content(task, len(wanted), {**scores, **task.trivial(wanted, frequent)})
    return content | {"most_frequent": {"label": frequent or None, "in": train.name}}


def official_file_scores(submission: Path, gold: Path, name: str) -> dict[str, Any]:
    """Score a submission against a gold file; the content is that of `official_scores`.

    Raises:
        InputError: As `score_files`, or one of the two is a folder.
    """
    if not name:
        raise InputError(
            f"{submission}: is a file; name a model folder, or the shared task of a submission "
            "with --official"
        )
    for path in (submission, gold):
        if path.is_dir():
            raise InputError(
                f"{path}: is a folder; evaluate takes a model and a dataset, or a submission file "
                "and a gold file"
            )
    result = score_files(submission, gold, name)
    return _content(result.task, result.items, result.scores)


def _sets(matrix: Bools, names: Sequence[str]) -> list[Labels]:
    return [frozenset(n for n, holds in zip(names, row, strict=True) if holds) for row in matrix]


def _content(
    task: LabelTask | SpanTask, items: int, scores: Mapping[str, Figures]
) -> dict[str, Any]:
    return {
        "task": task.name,
        "title": task.title,
        "unit": task.unit,
        "items": items,
        "scores": {
            rater: {key: _rounded(value) for key, value in each.items()}
            for rater, each in scores.items()
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def official_table(official: Evaluation) -> tuple[Row, list[Row]]:
    """Return the head and the rows of a table: a column for each answer."""
    scores = official["scores"]
    figures = dict.fromkeys(key for each in scores.values() for key in each)
    rows = [(key, *(_figure(each.get(key)) for each in scores.values())) for key in figures]
    return ("", *(BASELINES.get(rater, rater) for rater in scores)), rows


def _figure(value: float | None) -> str:
    return NO_FIGURE if value is None else f"{value:.{DIGITS}f}"


def official_facts(official: Evaluation) -> Iterator[str]:
    """Yield what the figures are, in sentences."""
    scores = official["scores"]
    figures = list(next(iter(scores.values())))
    yield (
        f"{official['title']}: {counted(official['items'], official['unit'])}. Its official "
        f"measure is {figures[0]}. Compare with published figures only where these are all "
        f"{official['unit']}s of the published split."
    )
    if OURS in figures:
        yield (
            f"The {OURS}, is not official: it leaves out labels that gold does not have, for which "
            "official averages may give full marks."
        )
    frequent = official.get("most_frequent")
    if frequent and frequent["label"]:
        yield f"The most frequent label in {frequent['in']} is {frequent['label']}."
