"""The shared tasks whose scoring is known; each is a module of this folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from annotate.core.errors import InputError
from train.scoring.official import (
    mafalda,
    semeval2020,
    semeval2021,
    semeval2023,
    semeval2024,
    slavicnlp2025,
)
from train.scoring.official.task import Figures, LabelTask, SpanTask

_TASKS = (
    semeval2023.TASK,
    slavicnlp2025.TASK,
    semeval2024.TASK,
    semeval2021.TASK,
    semeval2021.SPANS,
    semeval2020.SI,
    semeval2020.TC,
    mafalda.TASK,
)
TASKS: dict[str, LabelTask | SpanTask] = {task.name: task for task in _TASKS}
LABEL_TASKS = {name: task for name, task in TASKS.items() if isinstance(task, LabelTask)}


def find_task(name: str) -> LabelTask | SpanTask:
    """Return the task of this name.

    Raises:
        InputError: There is none; lists the names.
    """
    if name not in TASKS:
        raise InputError(f"{name!r}: no such shared task; choose one of {', '.join(TASKS)}")
    return TASKS[name]


def find_label_task(name: str) -> LabelTask:
    """Return the task of this name, if it labels paragraphs or texts, as models do.

    Raises:
        InputError: There is none, or it marks spans.
    """
    task = find_task(name)
    if isinstance(task, SpanTask):
        raise InputError(
            f"{name}: {task.title} is about spans, and models label whole paragraphs; "
            "score a submission with 'rhetoric-train evaluate SUBMISSION GOLD --official "
            f"{name}', or choose one of {', '.join(LABEL_TASKS)}"
        )
    return task


@dataclass(frozen=True, slots=True)
class FileScores:
    """The figures of a submission and, beside them, of answers that need no model.

    Attributes:
        items: How many paragraphs, texts, articles or spans gold has.
    """

    task: LabelTask | SpanTask
    items: int
    scores: Mapping[str, Figures]


def score_files(submission: Path, gold: Path, name: str) -> FileScores:
    """Score a submission against a gold file, both in the form of the task.

    Raises:
        InputError: There is no such task, or a file does not have its form, holds an unknown label,
            or answers for something else than gold.
    """
    task = find_task(name)
    wanted, answers = task.read(gold), task.read_submission(submission)
    task.check(wanted, answers, submission)
    return FileScores(task, len(wanted), task.compare(wanted, answers))
