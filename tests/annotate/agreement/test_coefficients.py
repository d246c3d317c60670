import math
import random
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nltk.metrics import masi_distance
from nltk.metrics.agreement import AnnotationTask

from annotate.agreement import coefficients
from annotate.agreement.coefficients import (
    Marks,
    SpanAgreement,
    distances,
    kappa,
    mean_kappa,
    micro_f1,
    pooled_kappa,
    raw_agreement,
    set_alpha,
    span_agreement,
    tables,
)
from annotate.core.records import Annotation, Span, Status
from annotate.core.stats.answer_matrix import answer_table
from annotate.core.taxonomy import Taxonomy
from tests.annotate.agreement.samples import LABELS, table
from tests.annotate.jackknife import expected_ends

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
    found = set_alpha(table(a1="I F", a2="ID F"))

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
    found = set_alpha(answers)

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

    found = set_alpha(measured)

    assert math.isnan(found.value)
    assert math.isnan(found.interval.low)


def test_the_interval_is_that_of_articles_left_out() -> None:
    chance = random.Random(4)
    choices = [frozenset[str](), frozenset(["Insult"]), frozenset(LABELS[:2]), frozenset(["Fear"])]
    truth = [chance.choice(choices) for _ in range(12)]
    sets = {
        n: [t if chance.random() < 0.7 else chance.choice(choices) for t in truth] for n in NAMES
    }
    measured = table(**{n: words([*s]) for n, s in sets.items()})

    found = set_alpha(measured)

    values = []
    for left in range(6):
        units = [2 * a + b for a in range(6) for b in (0, 1) if a != left]
        items = [(n, k, sets[n][unit]) for k, unit in enumerate(units) for n in NAMES]
        values.append(AnnotationTask(items, distance).alpha())
    ends = expected_ends(found.value, values, 6, spread=lambda x: 1 - x * x, ends=(-1, 1))
    assert (found.interval.low, found.interval.high) == pytest.approx(ends)


def test_many_sets_are_taken_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = table(a1="I D F ID IF DF - I - D", a2="I F D ID I D F I I D")
    at_once = set_alpha(answers)

    monkeypatch.setattr(coefficients, "_BLOCK", 3)
    in_blocks = set_alpha(answers)

    assert in_blocks.value == pytest.approx(at_once.value)
    assert not at_once.too_few
    assert in_blocks.interval.low == pytest.approx(at_once.interval.low)


Marked = dict[tuple[str, str], list[Span]]


def measured(marked: Marked, taxonomy: Taxonomy, status: Status = Status.LABELLED) -> SpanAgreement:
    """Of a1 and a2; each paragraph is an article."""
    annotations = [
        Annotation(unit, name, status, ("Insult",), tuple(spans))
        for (name, unit), spans in marked.items()
    ]
    table = answer_table(annotations, LABELS, {unit: unit for _, unit in marked}, ["a1", "a2"])
    counts = Marks(table, taxonomy).counts(0, 1)
    size = table.size(table.compared)
    return span_agreement(counts, size)


@pytest.mark.parametrize(("marked", "few"), [(4, True), (5, False)])
def test_marked_words_need_five_articles_for_an_interval(
    marked: int, few: bool, small: Taxonomy
) -> None:
    spans = {
        (name, f"p{n}"): [Span(0, 10 + n * (name == "a2"), "attack")] if n < marked else []
        for name in ("a1", "a2")
        for n in range(12)
    }

    found = measured(spans, small)

    assert found.overlap.too_few is few
    assert (found.overlap.interval.missing == "4 articles, and an interval needs 5") is few


def test_f1_is_twice_the_common_characters_over_all_that_are_marked(small: Taxonomy) -> None:
    found = measured(
        {("a1", "p0"): [Span(0, 10, "attack")], ("a2", "p0"): [Span(6, 20, "attack")]}, small
    )

    assert found.overlap.value == pytest.approx(2 * 4 / (10 + 14))
    assert found.where_both.value == pytest.approx(2 * 4 / (10 + 14))


def test_a_technique_counts_as_its_group(small: Taxonomy) -> None:
    found = measured(
        {("a1", "p0"): [Span(0, 10, "attack")], ("a2", "p0"): [Span(0, 10, "Doubt")]}, small
    )

    assert found.overlap.value == 1.0


def test_the_same_words_under_another_group_are_not_the_same(small: Taxonomy) -> None:
    found = measured(
        {("a1", "p0"): [Span(0, 10, "attack")], ("a2", "p0"): [Span(0, 10, "Fear")]}, small
    )

    assert found.overlap.value == 0.0
    assert math.isnan(found.where_both.value)


def test_where_both_marked_leaves_out_what_only_one_saw(small: Taxonomy) -> None:
    found = measured(
        {
            ("a1", "p0"): [Span(0, 10, "attack"), Span(30, 60, "appeal")],
            ("a2", "p0"): [Span(0, 8, "attack")],
            ("a1", "p1"): [Span(0, 5, "attack")],
            ("a2", "p1"): [],
        },
        small,
    )

    assert found.overlap.value == pytest.approx(2 * 8 / (10 + 30 + 8 + 5))
    assert found.where_both.value == pytest.approx(2 * 8 / (10 + 8))


def test_words_that_one_person_marked_twice_for_a_group_count_once(small: Taxonomy) -> None:
    twice = [Span(0, 6, "Insult"), Span(4, 10, "Doubt")]

    found = measured({("a1", "p0"): twice, ("a2", "p0"): [Span(0, 10, "attack")]}, small)

    assert found.overlap.value == 1.0


def test_paragraphs_that_only_one_of_the_two_answered_do_not_count(small: Taxonomy) -> None:
    found = measured(
        {
            ("a1", "p0"): [Span(0, 10, "attack")],
            ("a2", "p0"): [Span(0, 10, "attack")],
            ("a1", "p1"): [Span(0, 99, "attack")],
        },
        small,
    )

    assert found.overlap.value == 1.0


def test_where_nobody_marks_anything_it_is_undefined(small: Taxonomy) -> None:
    found = measured({("a1", "p0"): [], ("a2", "p0"): []}, small)

    assert math.isnan(found.overlap.value)
    assert math.isnan(found.overlap.interval.low)


def test_a_draft_marks_nothing(small: Taxonomy) -> None:
    spans = [Span(0, 10, "attack")]

    found = measured({("a1", "p0"): spans, ("a2", "p0"): spans}, small, Status.DRAFT)

    assert math.isnan(found.overlap.value)


SPANS = st.lists(
    st.builds(
        lambda start, size, label: Span(start, start + size, label),
        st.integers(0, 9),
        st.integers(1, 5),
        st.sampled_from(["Insult", "Doubt", "Fear", "attack", "appeal"]),
    ),
    max_size=4,
)


@settings(deadline=None)
@given(st.lists(st.tuples(SPANS, SPANS), min_size=1, max_size=4))
def test_f1_is_that_of_sets_of_characters(
    small: Taxonomy, units: list[tuple[list[Span], list[Span]]]
) -> None:
    marked = {
        (name, f"p{n}"): spans
        for n, unit in enumerate(units)
        for name, spans in zip(("a1", "a2"), unit, strict=True)
    }
    one, other = (
        {
            (n, small.group_of.get(span.label, span.label), place)
            for n, unit in enumerate(units)
            for span in unit[side]
            for place in range(span.start, span.end)
        }
        for side in (0, 1)
    )

    found = measured(marked, small)

    both = {(n, group) for n, group, _ in one} & {(n, group) for n, group, _ in other}
    near_one, near_other = ({c for c in side if c[:2] in both} for side in (one, other))
    for figure, (a, b) in (
        (found.overlap, (one, other)),
        (found.where_both, (near_one, near_other)),
    ):
        expected = 2 * len(a & b) / (len(a) + len(b)) if a or b else math.nan
        assert figure.value == pytest.approx(expected, nan_ok=True)


def test_counts_are_kept_apart_by_article(small: Taxonomy) -> None:
    annotations = [
        Annotation(unit, name, Status.LABELLED, ("Insult",), (Span(0, size, "attack"),))
        for name, (unit, size) in product(("a1", "a2"), (("p0", 3), ("p1", 7)))
    ]
    table = answer_table(annotations, LABELS, {"p0": "x", "p1": "y"})

    counts = Marks(table, small).counts(0, 1)

    assert counts.tolist() == np.array([[[3] * 3] * 2, [[7] * 3] * 2]).tolist()
