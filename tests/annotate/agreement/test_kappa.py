import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from annotate.agreement.coefficients import (
    kappa,
    mean_kappa,
    micro_f1,
    pooled_kappa,
    raw_agreement,
    tables,
)

# Both yes, only the first, only the second, neither. The first is the worked example of many
# textbooks (observed .70, expected .50); the other two (45/15/25/15 and 25/35/5/35) show that the
# same observed agreement of .60 gives another kappa where the margins differ.
WORKED = [((20, 5, 10, 15), 0.40), ((45, 15, 25, 15), 0.1304), ((25, 35, 5, 35), 0.2593)]


@pytest.mark.parametrize(("table", "value"), WORKED)
def test_kappa_is_that_of_the_published_examples(table: tuple[int, ...], value: float) -> None:
    assert float(kappa(np.array(table, dtype=float))) == pytest.approx(value, abs=0.00005)


@pytest.mark.parametrize("table", [(0, 0, 0, 0), (7, 0, 0, 0), (0, 0, 0, 7)])
def test_kappa_is_undefined_where_both_always_say_the_same_or_nothing(
    table: tuple[int, ...],
) -> None:
    assert math.isnan(float(kappa(np.array(table, dtype=float))))


def test_kappa_is_0_where_one_rater_always_says_the_same_and_the_other_does_not() -> None:
    assert float(kappa(np.array([4.0, 3, 0, 0]))) == 0.0


YES_NO = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30)


@settings(deadline=None)
@given(YES_NO)
def test_kappa_is_that_of_another_implementation(rows: list[tuple[bool, bool]]) -> None:
    assume(len({value for row in rows for value in row}) == 2)
    first, second = np.array(rows).T
    shared, articles = np.ones(len(rows), dtype=bool), np.zeros(len(rows), dtype=np.intp)

    found = kappa(tables(first[:, None], second[:, None], shared, articles).sum(axis=0))

    items = [(rater, n, row[rater]) for n, row in enumerate(rows) for rater in (0, 1)]
    assert float(found[0]) == pytest.approx(AnnotationTask(items).kappa(), abs=1e-9)


def test_paragraphs_that_not_both_answered_add_nothing_and_articles_are_kept_apart() -> None:
    first = np.array([[True], [True], [False], [True]])
    second = np.array([[True], [False], [False], [True]])

    found = tables(first, second, np.array([True, True, True, False]), np.array([0, 0, 1, 1]))

    assert found.tolist() == [[[1, 1, 0, 0]], [[0, 0, 0, 1]]]


def test_pooled_mean_raw_and_f1_of_two_techniques_worked_by_hand() -> None:
    sums = np.array([[[20.0, 5, 10, 15], [0, 0, 0, 50]]])

    assert mean_kappa(sums).tolist() == [pytest.approx(0.40)]  # the second is undefined
    # one table of 20, 5, 10, 65: 2 * (20 * 65 - 50) / (25 * 70 + 30 * 75) = 2500 / 4000
    assert pooled_kappa(sums).tolist() == [pytest.approx(0.625)]
    assert raw_agreement(sums).tolist() == [pytest.approx(0.85)]
    assert micro_f1(sums).tolist() == [pytest.approx(40 / 55)]


def test_f1_is_undefined_where_nobody_ticks_anything() -> None:
    assert math.isnan(micro_f1(np.array([[[0.0, 0, 0, 9]]]))[0])
