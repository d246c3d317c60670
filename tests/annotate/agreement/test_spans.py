import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.agreement.coefficients import Marks, SpanAgreement, span_agreement
from annotate.core.records import Annotation, Span, Status
from annotate.core.stats.answer_matrix import answer_table
from annotate.core.stats.estimates import draw_weights
from annotate.core.taxonomy import Taxonomy
from tests.annotate.agreement.samples import LABELS

Marked = dict[tuple[str, str], list[Span]]


def measured(marked: Marked, taxonomy: Taxonomy, status: Status = Status.LABELLED) -> SpanAgreement:
    """Of a1 and a2; each paragraph is an article."""
    annotations = [
        Annotation(unit, name, status, ("Insult",), tuple(spans))
        for (name, unit), spans in marked.items()
    ]
    table = answer_table(annotations, LABELS, {unit: unit for _, unit in marked}, ["a1", "a2"])
    counts = Marks(table, taxonomy).counts(0, 1)
    return span_agreement(counts, draw_weights(table.article_count, seed=1))


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
