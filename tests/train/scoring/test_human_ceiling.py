from dataclasses import replace

import numpy as np
import pytest

from annotate.core.records import Annotation
from tests.annotate.samples import answer
from train.scoring.human_ceiling import human_ceiling_counts
from train.scoring.scores import LabelSet, score

LABELS = LabelSet(("a", "b"), {"a": "x", "b": "x"})
ARTICLES = np.array([0, 1])


def answers(*rows: tuple[str, str, tuple[int, ...]]) -> list[Annotation]:
    """Paragraph, annotator and label numbers; each row is newer than the one before."""
    return [
        replace(answer(id_, name, *(LABELS.labels[n] for n in numbers)), updated_at=f"{minute:02}")
        for minute, (id_, name, numbers) in enumerate(rows)
    ]


def test_two_annotators_are_measured_against_each_other() -> None:
    said = answers(("p", "a1", (0,)), ("p", "a2", (0, 1)), ("q", "a1", ()), ("q", "a2", (1,)))

    counts = human_ceiling_counts(said, ["p", "q"], ARTICLES, LABELS)

    # a1 finds one of the three labels of a2 and invents none: F1 1/2; the other way it is the same
    assert score(counts, LABELS, 2).micro.f1.value == pytest.approx(0.5)


def test_of_three_the_other_two_must_agree() -> None:
    said = answers(("p", "a1", (0,)), ("p", "a2", (0,)), ("p", "a3", (1,)))

    counts = human_ceiling_counts(said, ["p"], np.array([0]), LABELS)

    hits = counts[:, 0, :2, 0].sum(axis=1)
    alarms = counts[:, 0, :2, 1].sum(axis=1)
    misses = counts[:, 0, :2, 2].sum(axis=1)
    # a1 against {a2 and a3}: no majority, so its label is an alarm; a3 against {0}: misses it
    assert hits.tolist() == [0, 0, 0]
    assert alarms.tolist() == [1, 1, 1]
    assert misses.tolist() == [0, 0, 1]


def test_a_paragraph_that_nobody_else_answered_is_left_out() -> None:
    said = answers(("p", "a1", (0,)), ("p", "a2", (0,)), ("q", "a1", (1,)))

    counts = human_ceiling_counts(said, ["p", "q"], ARTICLES, LABELS)

    assert counts[:, 1].sum() == 0
    assert score(counts, LABELS, 2).micro.f1.value == 1


def test_answers_on_paragraphs_of_other_splits_do_not_count() -> None:
    said = answers(("elsewhere", "a1", (0,)), ("elsewhere", "a2", (0,)))

    assert len(human_ceiling_counts(said, ["p", "q"], ARTICLES, LABELS)) == 0


def test_of_two_answers_of_one_annotator_the_newest_counts() -> None:
    said = answers(("p", "a1", (0,)), ("p", "a1", (1,)), ("p", "a2", (1,)))

    counts = human_ceiling_counts(said, ["p"], np.array([0]), LABELS)

    assert score(counts, LABELS, 2).micro.f1.value == 1


def test_a_single_annotator_has_no_human_ceiling() -> None:
    assert len(human_ceiling_counts(answers(("p", "a1", (0,))), ["p"], np.array([0]), LABELS)) == 0
