"""SemEval-2021 Task 6, subtasks 1 and 2: persuasion techniques in meme texts, and their spans."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from annotate.core.errors import InputError
from train.scoring.official.files import (
    check_label,
    check_span,
    label_objects,
    object_id,
    object_labels,
    read_label_objects,
    read_objects,
    read_text_objects,
)
from train.scoring.official.label_sets import micro_and_macro
from train.scoring.official.spans import partial_f1
from train.scoring.official.task import (
    EMPTY,
    Answer,
    Answers,
    Key,
    LabelTask,
    SpanTask,
    add_answer,
    check_same,
    nothing_said,
)

LABELS = (
    "Appeal to authority",
    "Appeal to fear/prejudice",
    "Bandwagon",
    "Black-and-white Fallacy/Dictatorship",
    "Causal Oversimplification",
    "Doubt",
    "Exaggeration/Minimisation",
    "Flag-waving",
    "Glittering generalities (Virtue)",
    "Loaded Language",
    "Misrepresentation of Someone's Position (Straw Man)",
    "Name calling/Labeling",
    "Obfuscation, Intentional vagueness, Confusion",
    "Presenting Irrelevant Data (Red Herring)",
    "Reductio ad hitlerum",
    "Repetition",
    "Slogans",
    "Smears",
    "Thought-terminating cliché",
    "Whataboutism",
)


def read_spans(path: Path) -> dict[Key, Answer]:
    """Read a JSON list of {id, labels: [{start, end, technique}]} as (start, end, technique)."""
    answers: dict[Key, Answer] = {}
    for where, item in read_objects(path):
        spans = sorted(_span(each, where) for each in object_labels(item, where))
        add_answer(answers, object_id(item, where), Answer(tuple(spans), where))
    return answers


def _span(value: object, where: str) -> tuple[int, int, str]:
    if not isinstance(value, dict) or not value.keys() >= {"start", "end", "technique"}:
        raise InputError(f"{where}: expected labels with 'start', 'end' and 'technique'")
    start, end = check_span(value["start"], value["end"], where)
    return start, end, check_label(value["technique"], LABELS, where)


def score_spans(gold: Answers, submission: Answers) -> Mapping[str, float | None]:
    """Score partial matches of spans with the same technique; overlapping ones are not merged."""
    items = [(key, label) for key in gold for label in LABELS]

    def spans(answers: Answers) -> list[list[tuple[int, int]]]:
        return [
            [span[:2] for span in answers[key].value if span[2] == label] for key, label in items
        ]

    return partial_f1(spans(gold), spans(submission))


TASK = LabelTask(
    name="semeval2021",
    title="SemEval-2021 Task 6, subtask 1",
    unit="text",
    labels=LABELS,
    score=micro_and_macro(LABELS),
    read=partial(read_label_objects, known=LABELS),
    texts=read_text_objects,
    write=label_objects,
)
SPANS = SpanTask(
    name="semeval2021-spans",
    title="SemEval-2021 Task 6, subtask 2",
    unit="text",
    read=read_spans,
    read_submission=read_spans,
    score=score_spans,
    check=partial(check_same, unit="text"),
    trivial=lambda gold: {EMPTY: nothing_said(gold, ())},
)
