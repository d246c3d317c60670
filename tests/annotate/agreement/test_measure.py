import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.agreement.measure import Measured, measure
from annotate.core.records import Annotation, Span, Status
from annotate.core.stats.answer_matrix import ANY, answer_table
from annotate.core.stats.estimates import Estimate
from annotate.core.taxonomy import Group, Taxonomy
from tests.annotate.agreement.samples import articles, said

NAMES = ("a1", "a2", "a3")


def of(taxonomy: Taxonomy, *names: str, **annotators: str) -> Measured:
    annotations = said(**annotators)
    return measure(
        answer_table(annotations, taxonomy.labels, articles(annotations), names), taxonomy
    )


def test_amounts_are_those_of_the_answers(small: Taxonomy) -> None:
    found = of(small, a1="I D - . I", a2="I - . . D", a3=". . . F .")

    assert (found.articles, found.paragraphs, found.compared, found.answers) == (3, 5, 3, 8)
    assert found.undefined == ""


def test_a_pair_is_compared_on_what_both_answered(small: Taxonomy) -> None:
    found = of(small, a1="I D - . I", a2="I - . . D", a3=". . . F .")

    pairs = {(p.first, p.second): p for p in found.pairs}
    assert list(pairs) == [("a1", "a2"), ("a1", "a3"), ("a2", "a3")]
    pair = pairs["a1", "a2"]
    assert pair.paragraphs == 3
    assert pair.same.value == pytest.approx(1 / 3)
    # three paragraphs by three techniques; they differ in D of the second, I and D of the fifth
    assert pair.raw.value == pytest.approx(6 / 9)
    # Insult: both 1, only a1 1, neither 1: 2 * 1 / (2 * 1 + 1 * 2); Doubt: one each, neither 1
    assert pair.kappas["Insult"].value == pytest.approx(0.4)
    assert pair.kappas["Doubt"].value == pytest.approx(-2 / 4)
    assert not pair.kappas["Fear"].defined
    assert pair.mean.value == pytest.approx((0.4 - 0.5) / 2)
    # both 1, only a1 2, only a2 1, neither 5
    assert pair.pooled.value == pytest.approx(2 * (5 - 2) / (3 * 7 + 2 * 6))
    assert pairs["a1", "a3"].paragraphs == 0
    assert not pairs["a1", "a3"].pooled.defined
    assert not pairs["a1", "a3"].same.defined


def test_mean_alpha_has_an_interval(small: Taxonomy) -> None:
    found = of(small, a1="I D - F I D F - - I", a2="I - - F D D - - I I")

    defined = [a.value for a in found.labels if a.label != ANY]
    assert found.mean.value == pytest.approx(sum(defined) / 3)
    assert found.mean.interval.low < found.mean.value < found.mean.interval.high
    assert found.shortage == ""


def test_four_articles_are_too_few_for_any_interval(small: Taxonomy) -> None:
    found = of(small, a1="I D - F I D F -", a2="I - - F D D - -")

    (pair,) = found.pairs
    figures = [found.mean, found.sets, *found.labels, pair.pooled, pair.raw, pair.same, pair.mean]
    figures += [getattr(p, name) for p in found.people for name in ("f1", "kappa", "none", "ticks")]
    assert all(figure.too_few for figure in figures)
    assert found.shortage == "4 articles, and an interval needs 5"


def test_a_technique_needs_examples_in_five_articles(small: Taxonomy) -> None:
    # six articles: doubt is in five paragraphs of four of them, fear in five of them
    found = of(small, a1="DF DF DF - DF I DF I F I I -", a2="D F DF - F I DF I F I I -")

    reasons = {row.label: row.interval.missing for row in found.labels}
    assert reasons["Doubt"] == "4 articles, and an interval needs 5"
    assert reasons["Fear"] == ""
    assert reasons["Insult"].startswith("4 articles")
    assert found.shortage == ""


def test_what_two_people_answered_together_decides_and_not_all_answers(small: Taxonomy) -> None:
    found = of(small, a1="I D - F I D F - I D I D", a2="I I - F . . . . . . . .")

    (pair,) = found.pairs
    assert (pair.paragraphs, pair.pooled.too_few) == (4, True)
    assert found.shortage == "2 articles, and an interval needs 5"
    techniques = {person.name: person.techniques.too_few for person in found.people}
    assert techniques == {"a1": False, "a2": True}


@pytest.mark.parametrize(
    ("annotators", "reason"),
    [
        ({"a1": ". ."}, "nobody has answered anything yet"),
        ({"a1": "I D", "a2": ". ."}, "only one annotator, a1, has answers"),
        ({"a1": "I .", "a2": ". D"}, "no paragraph has answers of two people"),
        ({"a1": "I I D", "a2": "I I ."}, "all answers that can be compared are the same"),
        ({"a1": "- -", "a2": "- -"}, "all answers that can be compared are the same"),
    ],
)
def test_why_agreement_is_undefined_is_said(
    small: Taxonomy, annotators: dict[str, str], reason: str
) -> None:
    found = of(small, **annotators)

    assert reason in found.undefined
    assert not found.sets.defined
    assert not found.mean.defined


def test_people_who_left_nothing_are_there(small: Taxonomy) -> None:
    found = of(small, "a1", "a7", a1="I D", a2="I -")

    assert [(p.name, p.answers) for p in found.people] == [("a1", 2), ("a2", 2), ("a7", 0)]
    assert len(found.pairs) == 3


SPANS = st.lists(
    st.builds(
        lambda start, label: Span(start, start + 4, label),
        st.integers(0, 9),
        st.sampled_from(["Insult", "Fear", "attack", "appeal"]),
    ),
    max_size=2,
)
ROWS = st.lists(
    st.builds(
        lambda unit, name, labels, spans: Annotation(
            unit,
            name,
            Status.LABELLED if labels else Status.NONE,
            tuple(sorted(labels)),
            tuple(sorted(spans)),
        ),
        st.sampled_from([f"p{n}" for n in range(6)]),
        st.sampled_from(NAMES),
        st.sets(st.sampled_from(["Insult", "Doubt", "Fear"])),
        SPANS,
    ),
    unique_by=lambda a: (a.paragraph_id, a.annotator),
)


def numbers(found: Measured, names: Mapping[str, str]) -> dict[str, Any]:
    """The figures under names that do not depend on any order."""

    def plain(*figures: Estimate) -> list[float]:
        return [x for f in figures for x in (f.value, f.interval.low, f.interval.high)]

    result = {"sets": plain(found.sets), "mean": plain(found.mean)}
    for a in found.labels:
        result[a.label] = [a.value, a.interval.low, a.interval.high, a.positive, a.answers]
    for p in found.people:
        amounts = [float(p.answers), float(p.shared)]
        figures = plain(p.techniques, p.none, p.ticks, p.f1, p.kappa, p.gain)
        result[names[p.name]] = amounts + figures
    for pair in found.pairs:
        key = " ".join(sorted((names[pair.first], names[pair.second])))
        spans = plain(pair.spans.overlap, pair.spans.where_both)
        kappas = plain(*(pair.kappas[label] for label in sorted(pair.kappas)))
        result[key] = [*plain(pair.mean, pair.pooled, pair.raw, pair.same), *spans, *kappas]
    for c in found.confusions:
        key = " ".join(sorted((c.first, c.second)))
        result[key] = [c.count, c.expected, c.paragraphs, *plain(c.lift)]
    return result


def same(one: Mapping[str, Sequence[float]], other: Mapping[str, Sequence[float]]) -> None:
    assert one.keys() == other.keys()
    for key, values in one.items():
        assert other[key] == pytest.approx(values, nan_ok=True), key


PLACES = {f"p{n}": f"article {n // 2}" for n in range(6)}


@settings(deadline=None, max_examples=25)
@given(ROWS, st.permutations(NAMES), st.randoms(use_true_random=False))
def test_names_order_and_repetition_of_rows_do_not_matter(
    small: Taxonomy, rows: list[Annotation], renamed: list[str], chance: random.Random
) -> None:
    new = dict(zip(NAMES, renamed, strict=True))
    again = [
        Annotation(a.paragraph_id, new[a.annotator], a.status, a.labels, a.spans)
        for a in rows + rows[::2]
    ]
    chance.shuffle(again)

    one = measure(answer_table(rows, small.labels, PLACES, NAMES), small)
    other = measure(answer_table(again, small.labels, PLACES, NAMES), small)

    same(numbers(one, new), numbers(other, {name: name for name in NAMES}))


@settings(deadline=None, max_examples=25)
@given(ROWS)
def test_the_order_of_labels_does_not_matter(small: Taxonomy, rows: list[Annotation]) -> None:
    turned = Taxonomy(
        **{field: getattr(small, field) for field in Taxonomy.__slots__ if field != "groups"},
        groups=tuple(turned_group(group) for group in reversed(small.groups)),
    )
    assert turned.labels == small.labels[::-1]
    names = {name: name for name in NAMES}

    same(
        numbers(measure(answer_table(rows, small.labels, PLACES, NAMES), small), names),
        numbers(measure(answer_table(rows, turned.labels, PLACES, NAMES), turned), names),
    )


def turned_group(group: Group) -> Group:
    fields = {field: getattr(group, field) for field in Group.__slots__ if field != "techniques"}
    return Group(**fields, techniques=group.techniques[::-1])
