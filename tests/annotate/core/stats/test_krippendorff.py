import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.records import Annotation, Status
from annotate.core.stats.answer_matrix import answer_table
from annotate.core.stats.estimates import Interval
from annotate.core.stats.krippendorff import (
    ANY,
    Alpha,
    label_agreement,
    mean_alpha,
    nominal_alpha,
)
from tests.annotate.jackknife import expected_ends
from tests.annotate.samples import answer

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": examples A, B and C.
MEG_AND_OWEN = ("0100000010", "1110010000")
BEN_AND_GERRY = ("aabbdcccedda", "babbbccceddd")
FOUR_WITH_MISSING = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def table(observers: Sequence[str]) -> list[list[int]]:
    """Observers' values, '.' for none, as answers by unit and category."""
    categories = sorted(set("".join(observers)) - {"."})
    units = zip(*observers, strict=True)
    return [[unit.count(category) for category in categories] for unit in units]


def slow_alpha(units: Sequence[Sequence[str]]) -> float:
    """By the definition: all pairs within units against all pairs of all values."""
    units = [unit for unit in units if len(unit) >= 2]
    values = [value for unit in units for value in unit]
    observed = sum(
        (a != b) / (len(unit) - 1)
        for unit in units
        for i, a in enumerate(unit)
        for j, b in enumerate(unit)
        if i != j
    )
    expected = sum(a != b for i, a in enumerate(values) for j, b in enumerate(values) if i != j)
    if not expected:
        return math.nan
    return 1 - (observed / len(values)) / (expected / (len(values) * (len(values) - 1)))


@pytest.mark.parametrize(
    ("observers", "alpha"),
    [(MEG_AND_OWEN, 0.095), (BEN_AND_GERRY, 0.692), (FOUR_WITH_MISSING, 0.743)],
)
def test_alpha_is_that_of_the_published_examples(observers: tuple[str, ...], alpha: float) -> None:
    assert nominal_alpha(table(observers)) == pytest.approx(alpha, abs=0.0005)


@pytest.mark.parametrize(
    ("counts", "alpha"),
    [
        ([[2, 0], [0, 2]], 1.0),  # all agree, on different things
        ([[1, 1], [1, 1]], -0.5),  # n = 4, observed 4, expected 16 - 8: 1 - 3 * 4 / 8
        ([[2, 0], [1, 1]], 0.0),  # n = 4, observed 2, expected 16 - 10: 1 - 3 * 2 / 6
        ([[3, 0], [2, 1], [0, 3]], 1 - 8 * 2 / 40),  # observed 4 / 2, expected 81 - 25 - 16
    ],
)
def test_alpha_of_tables_worked_by_hand(counts: list[list[int]], alpha: float) -> None:
    assert nominal_alpha(counts) == pytest.approx(alpha)


@pytest.mark.parametrize("counts", [[[2, 0], [3, 0]], [[1, 0], [0, 1]], [[0, 0]]])
def test_alpha_is_undefined_where_there_is_nothing_to_agree_on(counts: list[list[int]]) -> None:
    assert math.isnan(nominal_alpha(counts))


UNITS = st.lists(st.lists(st.sampled_from("xyz"), max_size=4), min_size=1, max_size=8)


@settings(deadline=None)
@given(UNITS)
def test_alpha_is_what_counting_all_pairs_gives(units: list[list[str]]) -> None:
    counts = [[unit.count(category) for category in "xyz"] for unit in units]

    assert nominal_alpha(counts) == pytest.approx(slow_alpha(units), nan_ok=True)


@settings(deadline=None)
@given(UNITS, st.permutations(range(3)), st.randoms(use_true_random=False))
def test_neither_the_order_of_units_nor_the_names_of_categories_matter(
    units: list[list[str]], names: list[int], chance: random.Random
) -> None:
    counts = np.array([[unit.count(category) for category in "xyz"] for unit in units])
    shuffled = counts[:, names]
    chance.shuffle(order := list(range(len(units))))

    assert nominal_alpha(shuffled[order]) == pytest.approx(nominal_alpha(counts), nan_ok=True)


@settings(deadline=None)
@given(UNITS)
def test_paragraphs_with_a_single_answer_do_not_matter(units: list[list[str]]) -> None:
    counts = [[unit.count(category) for category in "xyz"] for unit in units]
    lonely = [[1, 0, 0], [0, 0, 1], [0, 0, 0]]

    assert nominal_alpha(counts + lonely) == pytest.approx(nominal_alpha(counts), nan_ok=True)


def by_hand() -> tuple[list[Annotation], dict[str, str]]:
    """Three paragraphs of two articles, two annotators; a skipped one and a draft beside them."""
    annotations = [
        answer("p1", "a1", "Doubt"),
        answer("p1", "a2", "Doubt", "Fear"),
        answer("p2", "a1"),
        answer("p2", "a2"),
        answer("p3", "a1", "Doubt"),
        answer("p3", "a2"),
        answer("p3", "a3", status=Status.SKIPPED),
        answer("p3", "a4", "Doubt", status=Status.DRAFT),
        answer("p4", "a1", "Fear"),
    ]
    return annotations, {"p1": "x", "p2": "x", "p3": "y", "p4": "y"}


def test_agreement_is_counted_for_each_label_and_for_any_technique() -> None:
    annotations, article_of = by_hand()

    doubt, fear, slogans, anything = label_agreement(
        answer_table(annotations, ["Doubt", "Fear", "Slogans"], article_of)
    )

    # Doubt: n = 6, three say yes, they differ in p3 alone: 1 - 5 * 2 / (36 - 9 - 9)
    assert (doubt.label, doubt.positive, doubt.answers) == ("Doubt", 3, 6)
    assert doubt.value == pytest.approx(1 - 10 / 18)
    # Fear: one yes of six; p4 has one answer and is no evidence: 1 - 5 * 2 / (36 - 1 - 25)
    assert (fear.positive, fear.answers) == (1, 6)
    assert fear.value == pytest.approx(0.0)
    assert (slogans.positive, slogans.answers) == (0, 6)
    assert math.isnan(slogans.value)
    assert math.isnan(slogans.interval.low)
    assert (anything.label, anything.positive) == (ANY, 3)
    assert anything.value == pytest.approx(1 - 10 / 18)


def test_the_interval_is_that_of_articles_left_out() -> None:
    chance = random.Random(5)
    said = {f"p{n}": [chance.random() < 0.4 for _ in range(3)] for n in range(40)}
    article_of = {unit: f"article {int(unit[1:]) % 7}" for unit in said}
    annotations = [
        answer(unit, f"a{n}", *(["Fear"] if yes else []))
        for unit, answers in said.items()
        for n, yes in enumerate(answers)
    ]

    (found, _) = label_agreement(answer_table(annotations, ["Fear"], article_of))

    articles = sorted(set(article_of.values()))
    values = []
    for left in articles:
        kept = [
            [3 - sum(answers), sum(answers)]
            for unit, answers in said.items()
            if article_of[unit] != left
        ]
        values.append(nominal_alpha(kept))
    ends = expected_ends(found.value, values, 7, spread=lambda x: 1 - x * x, ends=(-1, 1))
    assert (found.interval.low, found.interval.high) == pytest.approx(ends)
    assert found.interval.low < found.value < found.interval.high


ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(["p1", "p2", "p3", "p4"]),
        st.sampled_from(["a1", "a2", "a3"]),
        st.sets(st.sampled_from(["Doubt", "Fear", "Slogans"])),
    ),
    unique_by=lambda row: row[:2],
)


@settings(deadline=None, max_examples=50)
@given(ANSWERS, st.permutations(["Doubt", "Fear", "Slogans"]), st.permutations(["a1", "a2", "a3"]))
def test_order_of_labels_and_names_of_annotators_do_not_matter(
    rows: list[tuple[str, str, set[str]]], labels: list[str], names: list[str]
) -> None:
    article_of = {"p1": "x", "p2": "x", "p3": "y", "p4": "z"}
    renamed = dict(zip(["a1", "a2", "a3"], names, strict=True))
    once = [answer(unit, name, *sorted(chosen)) for unit, name, chosen in rows]
    again = [answer(unit, renamed[name], *sorted(chosen)) for unit, name, chosen in rows[::-1]]

    found = label_agreement(answer_table(once, ["Doubt", "Fear", "Slogans"], article_of))
    other = {a.label: a for a in label_agreement(answer_table(again, labels, article_of))}

    for agreement in found:
        assert repr(other[agreement.label]) == repr(agreement)  # repr: NaN is not equal to itself


def test_without_any_annotation_everything_is_undefined() -> None:
    (fear, anything) = label_agreement(answer_table([], ["Fear"], {}))

    assert math.isnan(fear.value)
    assert math.isnan(anything.interval.high)
    assert fear.answers == 0


def test_the_mean_is_over_labels_where_alpha_is_defined() -> None:
    nowhere = Interval(math.nan, math.nan)
    rows = [Alpha(a, nowhere, x, 0, 0) for x, a in (("p", 0.2), ("q", 0.6), ("r", math.nan))]

    assert mean_alpha([*rows, Alpha(1.0, nowhere, ANY, 0, 0)]) == pytest.approx(0.4)
    assert math.isnan(mean_alpha(rows[2:]))
