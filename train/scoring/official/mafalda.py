"""MAFALDA: fallacious spans, each of which may have several acceptable labels."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.jsonl import read_rows
from train.scoring.official.files import check_label, check_span, object_labels, object_text
from train.scoring.official.spans import Span, harmonic_mean, overlap
from train.scoring.official.task import (
    EMPTY,
    Answer,
    Answers,
    Key,
    SpanTask,
    add_answer,
    check_same,
    nothing_said,
)

GROUPS = {
    "emotion": (
        "appeal to anger",
        "appeal to fear",
        "appeal to pity",
        "appeal to positive emotion",
        "appeal to ridicule",
        "appeal to worse problems",
    ),
    "logic": (
        "causal oversimplification",
        "circular reasoning",
        "equivocation",
        "fallacy of division",
        "false analogy",
        "false causality",
        "false dilemma",
        "hasty generalization",
        "slippery slope",
        "straw man",
    ),
    "credibility": (
        "ad hominem",
        "ad populum",
        "appeal to (false) authority",
        "appeal to nature",
        "appeal to tradition",
        "guilt by association",
        "tu quoque",
    ),
}
NOTHING = "nothing"
LABELS = tuple(sorted(label for labels in GROUPS.values() for label in labels))
_GROUP_OF = {label: group for group, labels in GROUPS.items() for label in labels}
_UNFINISHED = "to clean"  # the corpus marks annotations so that are to be left out

Marks = Collection[tuple[Span, frozenset[str]]]  # spans, each with its labels


def read_gold(path: Path) -> dict[Key, Answer]:
    """Read JSON Lines of {text, labels: [[start, end, label]]}; a text is its own key.

    Several labels of one span are alternatives; "nothing" among them makes the span optional.
    """
    return _read(path, (*LABELS, NOTHING), _alternatives)


def read_submission(path: Path) -> dict[Key, Answer]:
    """Read a submission: the same form, but each label of a span is a prediction by itself."""
    return _read(
        path, LABELS, lambda spans: frozenset((s, frozenset({label})) for s, label in spans)
    )


def _read(
    path: Path, known: Sequence[str], marks: Callable[[Iterable[tuple[Span, str]]], Marks]
) -> dict[Key, Answer]:
    answers: dict[Key, Answer] = {}
    for number, row in read_rows(path):
        where = f"{path}:{number}"
        text = object_text(row, where)
        labels = [each for each in object_labels(row, where) if not _is_unfinished(each)]
        spans = [_mark(each, text, known, where) for each in labels]
        add_answer(answers, text, Answer(marks(spans), where))
    if not answers:
        raise InputError(f"{path}: no rows; expected a JSON object with 'text' and 'labels' a line")
    return answers


def _is_unfinished(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 3 and _UNFINISHED in str(value[2]).lower()


def _mark(value: Any, text: str, known: Sequence[str], where: str) -> tuple[Span, str]:
    if not isinstance(value, list) or len(value) != 3:
        raise InputError(f"{where}: expected each label as [start, end, label]")
    start, end = check_span(value[0], value[1], where)
    if end > len(text):
        raise InputError(f"{where}: the span {start} to {end} ends after the text ({len(text)})")
    label = value[2].lower() if isinstance(value[2], str) else value[2]
    return (start, end), check_label(label, known, where)


def _predictions(spans: Iterable[tuple[Span, str]]) -> Marks:
    return frozenset((span, frozenset({label})) for span, label in spans)


def _alternatives(spans: Iterable[tuple[Span, str]]) -> Marks:
    labels: defaultdict[Span, set[str]] = defaultdict(set)
    for span, label in spans:
        labels[span].add(label)
    return frozenset((span, frozenset(names)) for span, names in labels.items())


def score(gold: Answers, submission: Answers) -> Mapping[str, float | None]:
    """Score each text, then take the mean; F1 at the coarser levels too.

    Level 2 are the 23 labels, level 1 their three groups, level 0 is fallacious or not.
    """
    fine = _mean_scores(gold, submission, lambda label: label)
    groups = _mean_scores(gold, submission, _GROUP_OF.__getitem__)
    any_ = _mean_scores(gold, submission, lambda label: "fallacy")
    return {
        "F1": fine[2],
        "precision": fine[0],
        "recall": fine[1],
        "F1 of groups (level 1)": groups[2],
        "F1 of any fallacy (level 0)": any_[2],
    }


def _mean_scores(
    gold: Answers, submission: Answers, coarser: Callable[[str], str]
) -> tuple[float, ...]:
    scores = [
        score_text(_coarse(answer.value, coarser), _coarse(submission[key].value, coarser))
        for key, answer in gold.items()
    ]
    return tuple(sum(column) / len(scores) for column in zip(*scores, strict=True))


def _coarse(marks: Marks, coarser: Callable[[str], str]) -> Marks:
    return [
        (span, frozenset(label if label == NOTHING else coarser(label) for label in labels))
        for span, labels in marks
    ]


def score_text(gold: Marks, predicted: Marks) -> tuple[float, float, float]:
    """Return precision, recall and F1 of one text.

    A span counts by the largest part of it that one span with an acceptable label covers. Without
    predictions precision is 1; without spans that must be there recall is 1.
    """
    required = [mark for mark in gold if NOTHING not in mark[1]]
    precision = _mean([_covered(mark, gold) for mark in predicted])
    recall = _mean([_covered(mark, predicted) for mark in required])
    return precision, recall, harmonic_mean(precision, recall)


def _covered(mark: tuple[Span, frozenset[str]], others: Marks) -> float:
    (start, end), labels = mark
    parts = [overlap((start, end), span) for span, names in others if labels & names]
    return max(parts, default=0) / (end - start)


def _mean(shares: Sequence[float]) -> float:
    return sum(shares) / len(shares) if shares else 1.0


TASK = SpanTask(
    name="mafalda",
    title="MAFALDA",
    unit="text",
    read=read_gold,
    read_submission=read_submission,
    score=score,
    check=partial(check_same, unit="text"),
    trivial=lambda gold: {EMPTY: nothing_said(gold, ())},
)
