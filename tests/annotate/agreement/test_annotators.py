import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.agreement.annotators import Person, people
from annotate.core.stats.answer_matrix import answer_table
from annotate.core.stats.krippendorff import label_agreement
from tests.annotate.agreement.samples import LABELS, articles, said, table


def measured(**annotators: str) -> dict[str, Person]:
    answers = table(**annotators)
    found = people(answers)
    return {person.name: person for person in found}


def test_amounts_are_counted_over_answers() -> None:
    person = measured(a1="ID - I . - -", a2="I - . I - -")["a1"]

    assert (person.answers, person.shared) == (5, 4)
    assert person.techniques.value == pytest.approx(3 / 5)
    assert person.none.value == pytest.approx(3 / 5)
    # in the shared paragraphs a1 ticks 2 techniques, a2 1
    assert person.ticks.value == pytest.approx(2.0)


def test_ticks_are_compared_with_the_mean_of_the_others() -> None:
    found = measured(a1="IDF IDF", a2="I -", a3="ID -")

    assert found["a1"].ticks.value == pytest.approx(6 / (1 / 2 + 2 / 2))
    assert found["a2"].ticks.value == pytest.approx(1 / (3 / 2 + 2 / 2 + 3 / 2))


def test_the_rest_is_what_more_than_half_of_the_others_say() -> None:
    # against a1 the rest says: I (both), nothing (one of two is a tie), F (the only other one)
    person = measured(a1="I D I", a2="I D F", a3="ID I .")["a1"]

    # hit I; D and the second I are too many; F is missed
    assert person.f1.value == pytest.approx(2 * 1 / (3 + 2))


def test_with_one_other_person_the_rest_is_that_person() -> None:
    found = measured(a1="I D -", a2="I - F")

    assert found["a1"].f1.value == found["a2"].f1.value == pytest.approx(2 / 4)
    assert math.isnan(found["a1"].gain.value)


def test_the_gain_is_that_of_mean_alpha_without_the_person() -> None:
    answers = {"a1": "I D F - ID I", "a2": "I D F - ID D", "a3": "D - I F ID F"}
    rows = said(**answers)
    place = articles(rows)

    found = measured(**answers)["a3"].gain

    everybody, others = (
        label_agreement(answer_table([a for a in rows if a.annotator in names], LABELS, place))
        for names in (("a1", "a2", "a3"), ("a1", "a2"))
    )
    gains = [b.value - a.value for a, b in zip(everybody[:-1], others[:-1], strict=True)]
    assert len(gains) == 3
    assert found.value == pytest.approx(sum(gains) / 3)
    assert found.value > 0


def test_of_who_left_no_answer_nothing_is_known() -> None:
    person = measured(a1="I D", a2=". .")["a2"]

    assert (person.answers, person.shared) == (0, 0)
    figures = (person.techniques, person.none, person.ticks, person.f1, person.kappa, person.gain)
    assert not any(figure.defined for figure in figures)


def test_who_shares_nothing_with_anybody_has_amounts_only() -> None:
    person = measured(a1="I .", a2=". D", a3=". D")["a1"]

    assert (person.answers, person.shared) == (1, 0)
    assert person.techniques.value == 1.0
    assert not any(figure.defined for figure in (person.ticks, person.f1, person.kappa))


SETS = st.sets(st.sampled_from("IDF"))
UNITS = st.lists(st.tuples(*[st.none() | SETS] * 4), min_size=1, max_size=6)


@settings(deadline=None)
@given(UNITS)
def test_f1_is_what_counting_one_decision_after_the_other_gives(
    units: list[tuple[set[str] | None, ...]],
) -> None:
    words = [["." if s is None else "".join(sorted(s)) or "-" for s in unit] for unit in units]
    answers = {f"a{k}": " ".join(unit[k] for unit in words) for k in range(4)}

    found = measured(**answers)

    for k in range(4):
        hits = own = rest = 0
        for unit in units:
            others = [s for j, s in enumerate(unit) if j != k and s is not None]
            mine = unit[k]
            if mine is None or not others:
                continue
            held = {x for x in "IDF" if 2 * sum(x in s for s in others) > len(others)}
            hits, own, rest = hits + len(mine & held), own + len(mine), rest + len(held)
        expected = 2 * hits / (own + rest) if own + rest else math.nan
        assert found[f"a{k}"].f1.value == pytest.approx(expected, nan_ok=True)
