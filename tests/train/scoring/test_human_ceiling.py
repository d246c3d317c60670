from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from annotate.core.records import Annotation
from tests.annotate.samples import answer
from train.scoring.human_ceiling import Ceiling, human_ceiling
from train.scoring.scores import LabelSet, score

LABELS = LabelSet(("a", "b"), {"a": "x", "b": "x"})
ARTICLES = np.array([0, 1])


def answers(*rows: tuple[str, str, tuple[int, ...]]) -> list[Annotation]:
    """Paragraph, annotator and label numbers; each row is newer than the one before."""
    return [
        replace(answer(id_, name, *(LABELS.labels[n] for n in numbers)), updated_at=f"{minute:02}")
        for minute, (id_, name, numbers) in enumerate(rows)
    ]


def ceiling(
    annotations: list[Annotation],
    paragraphs: list[str],
    articles: npt.NDArray[np.intp],
    *predicted: tuple[int, ...],
) -> Ceiling:
    """The model predicts these label numbers in each paragraph; nothing without any."""
    rows = predicted or ((),) * len(paragraphs)
    model = np.array([[n in row for n in range(2)] for row in rows])
    return human_ceiling(annotations, paragraphs, articles, LABELS, model)


def test_two_annotators_are_measured_against_each_other() -> None:
    said = answers(("p", "a1", (0,)), ("p", "a2", (0, 1)), ("q", "a1", ()), ("q", "a2", (1,)))

    counts = ceiling(said, ["p", "q"], ARTICLES).people

    # a1 finds one of the three labels of a2 and invents none: F1 1/2; the other way it is the same
    assert score(counts, LABELS, 2).micro.f1.value == pytest.approx(0.5)


def test_of_three_the_other_two_must_agree() -> None:
    said = answers(("p", "a1", (0,)), ("p", "a2", (0,)), ("p", "a3", (1,)))

    counts = ceiling(said, ["p"], np.array([0])).people

    hits = counts[:, 0, :2, 0].sum(axis=1)
    alarms = counts[:, 0, :2, 1].sum(axis=1)
    misses = counts[:, 0, :2, 2].sum(axis=1)
    # a1 against {a2 and a3}: no majority, so its label is an alarm; a3 against {0}: misses it
    assert hits.tolist() == [0, 0, 0]
    assert alarms.tolist() == [1, 1, 1]
    assert misses.tolist() == [0, 0, 1]


def test_a_paragraph_that_nobody_else_answered_is_left_out() -> None:
    said = answers(("p", "a1", (0,)), ("p", "a2", (0,)), ("q", "a1", (1,)))

    counts = ceiling(said, ["p", "q"], ARTICLES).people

    assert counts[:, 1].sum() == 0
    assert score(counts, LABELS, 2).micro.f1.value == 1


def test_answers_on_paragraphs_of_other_splits_do_not_count() -> None:
    said = answers(("elsewhere", "a1", (0,)), ("elsewhere", "a2", (0,)))

    assert len(ceiling(said, ["p", "q"], ARTICLES).people) == 0


def test_of_two_answers_of_one_annotator_the_newest_counts() -> None:
    said = answers(("p", "a1", (0,)), ("p", "a1", (1,)), ("p", "a2", (1,)))

    counts = ceiling(said, ["p"], np.array([0])).people

    assert score(counts, LABELS, 2).micro.f1.value == 1


def test_a_single_annotator_has_no_human_ceiling() -> None:
    alone = ceiling(answers(("p", "a1", (0,))), ["p"], np.array([0]))

    assert len(alone.people) == len(alone.model) == 0


def test_the_model_is_scored_against_the_same_answers_as_each_person() -> None:
    said = answers(
        *(("p", "a1", (0,)), ("p", "a2", (0,)), ("p", "a3", (1,))),
        *(("q", "a1", (1,)), ("q", "a2", (0, 1))),
        ("r", "a1", (0,)),  # nobody else answered it
    )

    model = ceiling(said, ["p", "q", "r"], np.array([0, 1, 2]), (0,), (1,), (0, 1)).model

    # a1's peers: nothing in p, where they differ, and 0 and 1 in q; a2's: nothing, and 1;
    # a3 answered p alone, where its peers say 0
    assert model[:, :, :2].sum(axis=2).tolist() == [
        [[0, 1, 0], [1, 0, 1], [0, 0, 0]],
        [[0, 1, 0], [1, 0, 0], [0, 0, 0]],
        [[1, 0, 0], [0, 0, 0], [0, 0, 0]],
    ]


def test_a_model_that_answers_as_a_person_scores_as_that_person() -> None:
    said = answers(("p", "a1", (0,)), ("p", "a2", (0, 1)), ("q", "a1", ()), ("q", "a2", (1,)))

    both = ceiling(said, ["p", "q"], ARTICLES, (0,), ())

    # as a1 it scores what a1 does against a2, and perfectly against a1 itself
    assert both.model[0].tolist() == both.people[0].tolist()
    assert score(both.model[1:], LABELS, 2).micro.f1.value == 1
