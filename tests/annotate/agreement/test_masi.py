import math
import random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nltk.metrics import masi_distance
from nltk.metrics.agreement import AnnotationTask

from annotate.agreement import coefficients
from annotate.agreement.coefficients import distances, set_alpha
from annotate.core.stats.estimates import draw_weights, percentile_interval
from tests.annotate.agreement.samples import LABELS, table

SETS = st.frozensets(st.sampled_from(LABELS))
NAMES = ("a1", "a2", "a3")


def distance(one: frozenset[str], other: frozenset[str]) -> float:
    """nltk's, which divides by 0 for two empty sets: they are equal."""
    return float(masi_distance(one, other)) if one | other else 0.0


def row(labels: frozenset[str]) -> list[bool]:
    return [label in labels for label in LABELS]


def words(sets: list[frozenset[str] | None]) -> str:
    letters = ("." if s is None else "".join(label[0] for label in sorted(s)) or "-" for s in sets)
    return " ".join(letters)


@settings(deadline=None)
@given(SETS, SETS)
def test_the_distance_is_that_of_another_implementation(
    one: frozenset[str], other: frozenset[str]
) -> None:
    found = distances(np.array([row(one)]), np.array([row(other)]))

    assert found.tolist() == [pytest.approx(distance(one, other))]


def test_distances_worked_by_hand() -> None:
    nothing, i, d, i_d, d_f = (
        row(frozenset(s)) for s in ([], ["Insult"], ["Doubt"], LABELS[:2], LABELS[1:])
    )
    pairs = [(nothing, nothing), (nothing, i), (i, d), (i, i_d), (i_d, d_f), (i_d, i_d)]

    found = distances(*(np.array(side) for side in zip(*pairs, strict=True)))

    # equal; nothing shared; nothing shared; 1 - 1/2 * 2/3; 1 - 1/3 * 1/3; equal
    assert found.tolist() == [0, 1, 1, pytest.approx(2 / 3), pytest.approx(8 / 9), 0]


def test_alpha_over_sets_worked_by_hand() -> None:
    # n = 4; observed 2 * 2/3; all pairs: I-ID 2/3, I-F and ID-F 1 twice each: 2 * 14/3
    found = set_alpha(table(a1="I F", a2="ID F"), draw_weights(1, seed=1))

    assert found.value == pytest.approx(1 - 3 * (4 / 3) / (28 / 3))


ANSWERS = st.lists(st.tuples(*[st.none() | SETS] * 3), min_size=1, max_size=8)


@settings(deadline=None)
@given(ANSWERS)
def test_alpha_over_sets_is_that_of_another_implementation(
    units: list[tuple[frozenset[str] | None, ...]],
) -> None:
    compared = [[s for s in unit if s is not None] for unit in units]
    assume(len({s for unit in compared if len(unit) > 1 for s in unit}) > 1)
    answers = table(**{n: words([unit[k] for unit in units]) for k, n in enumerate(NAMES)})
    found = set_alpha(answers, draw_weights(answers.article_count, seed=1, replicates=2))

    items = [(k, n, s) for n, unit in enumerate(units) for k, s in enumerate(unit) if s is not None]
    assert found.value == pytest.approx(AnnotationTask(items, distance).alpha())


@pytest.mark.parametrize(
    "answers",
    [{"a1": "I D F"}, {"a1": "I .", "a2": ". D"}, {"a1": "I I", "a2": "I I"}, {"a1": "- -"}],
)
def test_alpha_over_sets_is_undefined_where_there_is_nothing_to_agree_on(
    answers: dict[str, str],
) -> None:
    measured = table(**answers)

    found = set_alpha(measured, draw_weights(measured.article_count, seed=1))

    assert math.isnan(found.value)
    assert math.isnan(found.interval.low)


def test_the_interval_is_that_of_articles_drawn_again() -> None:
    chance = random.Random(4)
    choices = [frozenset[str](), frozenset(["Insult"]), frozenset(LABELS[:2]), frozenset(["Fear"])]
    truth = [chance.choice(choices) for _ in range(12)]
    sets = {
        n: [t if chance.random() < 0.7 else chance.choice(choices) for t in truth] for n in NAMES
    }
    measured = table(**{n: words([*s]) for n, s in sets.items()})
    weights = draw_weights(measured.article_count, seed=9, replicates=40)

    found = set_alpha(measured, weights)

    values = []
    for drawn in weights.astype(int).tolist():
        units = [2 * a + b for a, times in enumerate(drawn) for _ in range(times) for b in (0, 1)]
        items = [(n, k, sets[n][unit]) for k, unit in enumerate(units) for n in NAMES]
        values.append(AnnotationTask(items, distance).alpha())
    expected = percentile_interval(np.array(values))
    assert found.interval.low == pytest.approx(expected.low)
    assert found.interval.high == pytest.approx(expected.high)


def test_many_sets_are_taken_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = table(a1="I D F ID IF DF - I", a2="I F D ID I D F I")
    weights = draw_weights(answers.article_count, seed=1)
    at_once = set_alpha(answers, weights)

    monkeypatch.setattr(coefficients, "_BLOCK", 3)
    in_blocks = set_alpha(answers, weights)

    assert in_blocks.value == pytest.approx(at_once.value)
    assert in_blocks.interval.low == pytest.approx(at_once.interval.low)
