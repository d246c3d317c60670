import math
from dataclasses import replace

import pytest

from annotate.agreement.advice import advise
from annotate.agreement.annotators import Person
from annotate.agreement.coefficients import SpanAgreement
from annotate.agreement.confusions import Confusion
from annotate.agreement.measure import Measured, Pair, measure
from annotate.core.stats.answer_matrix import answer_table
from annotate.core.stats.estimates import UNDEFINED, Estimate, Interval
from annotate.core.stats.krippendorff import Alpha
from annotate.core.taxonomy import Taxonomy

NOWHERE = Interval(math.nan, math.nan)


def figure(value: float, low: float = math.nan, high: float = math.nan) -> Estimate:
    return Estimate(value, Interval(low, high))


def person(name: str, **figures: Estimate) -> Person:
    amounts = dict.fromkeys(("techniques", "none", "ticks", "f1", "kappa", "gain"), UNDEFINED)
    return Person(name, 50, 50, **(amounts | figures))


def pair(first: str, second: str, paragraphs: int) -> Pair:
    spans = SpanAgreement(UNDEFINED, UNDEFINED)
    four = (UNDEFINED, UNDEFINED, UNDEFINED, UNDEFINED)
    return Pair(first, second, paragraphs, {}, *four, spans)


def alpha(label: str, value: float, positive: int) -> Alpha:
    return Alpha(value, NOWHERE, label, positive, 500)


def confusion(second: str, count: int = 5, lift: Estimate | None = None) -> Confusion:
    return Confusion("Insult", second, count, 1.0, lift or figure(2.0, 1.01, 4.0), count, ())


@pytest.fixture
def calm(small: Taxonomy) -> Measured:
    """What gives no reason to say anything."""
    return replace(
        measure(answer_table([], small.labels, {}), small),
        undefined="",
        compared=100,
        shortage="",
        labels=[alpha(label, 0.6, 100) for label in small.labels],
        people=[person("a1"), person("a2")],
        pairs=[pair("a1", "a2", 30)],
        confusions=[],
    )


def texts(measured: Measured, taxonomy: Taxonomy) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for advice in advise(measured, taxonomy):
        found.setdefault(advice.rule, []).append(advice.text)
    return found


def test_good_figures_give_no_advice(calm: Measured, small: Taxonomy) -> None:
    assert texts(calm, small) == {}


def test_undefined_agreement_comes_with_what_is_missing(calm: Measured, small: Taxonomy) -> None:
    alone = replace(calm, undefined="only one annotator", compared=0)

    (text,) = texts(alone, small)["undefined"]

    assert text.startswith("Alpha is undefined: only one annotator.")
    assert "a second person" in text


def test_who_has_no_answer_is_named_and_not_in_other_advice(
    calm: Measured, small: Taxonomy
) -> None:
    silent = replace(person("a3"), answers=0)
    found = texts(
        replace(calm, people=[*calm.people, silent], pairs=[*calm.pairs, pair("a1", "a3", 0)]),
        small,
    )

    assert list(found) == ["silent"]
    assert "a3" in found["silent"][0]


@pytest.mark.parametrize(("paragraphs", "said"), [(0, "a1 and a2"), (29, "a1 and a2 (29)")])
def test_pairs_with_too_little_in_common_are_named(
    calm: Measured, small: Taxonomy, paragraphs: int, said: str
) -> None:
    found = texts(replace(calm, pairs=[pair("a1", "a2", paragraphs)]), small)

    assert list(found) == ["apart"]
    assert said in found["apart"][0]


def test_a_long_list_of_pairs_is_cut(calm: Measured, small: Taxonomy) -> None:
    names = [f"a{n}" for n in range(6)]
    pairs = [pair(x, y, 0) for n, x in enumerate(names) for y in names[n + 1 :]]
    people = [person(name) for name in names]

    (text,) = texts(replace(calm, people=people, pairs=pairs), small)["apart"]

    assert "a0 and a1; a0 and a2;" in text
    assert "7 more" in text


@pytest.mark.parametrize(
    ("gain", "far"),
    [
        (figure(0.05, 0.01, 0.1), True),
        (figure(0.049, 0.01, 0.1), False),
        (figure(0.2, -0.01, 0.5), False),
        (UNDEFINED, False),
    ],
)
def test_who_is_far_from_the_rest_is_named(
    calm: Measured, small: Taxonomy, gain: Estimate, far: bool
) -> None:
    found = texts(replace(calm, people=[person("a1", gain=gain), person("a2")]), small)

    assert ("far" in found) is far
    assert all("a1" in text for text in found.get("far", []))


@pytest.mark.parametrize(
    ("kappa", "behind"),
    [
        (figure(0.4, 0.3, 0.49), True),
        (figure(0.41, 0.3, 0.49), False),
        (figure(0.3, 0.1, 0.5), False),
        (UNDEFINED, False),
    ],
)
def test_who_agrees_less_than_others_do_is_named(
    calm: Measured, small: Taxonomy, kappa: Estimate, behind: bool
) -> None:
    others = [person(f"a{n}", kappa=figure(value)) for n, value in ((2, 0.3), (3, 0.5), (4, 0.6))]

    found = texts(replace(calm, people=[person("a1", kappa=kappa), *others]), small)

    assert any("a1 agrees less" in text for text in found.get("behind", [])) is behind


def test_who_is_far_is_not_named_a_second_time(calm: Measured, small: Taxonomy) -> None:
    far = person("a1", gain=figure(0.2, 0.1, 0.3), kappa=figure(0.2, 0.1, 0.3))

    found = texts(replace(calm, people=[far, person("a2", kappa=figure(0.6))]), small)

    assert list(found) == ["far"]


@pytest.mark.parametrize(
    ("ticks", "said"),
    [
        (figure(1.5, 1.1, 2.0), True),
        (figure(1.49, 1.1, 2.0), False),
        (figure(3.0, 0.9, 5.0), False),
        (figure(0.66, 0.5, 0.9), True),
        (figure(0.67, 0.5, 0.9), False),
        (figure(0.5, 0.3, 1.2), False),
    ],
)
def test_who_ticks_much_or_little_is_named(
    calm: Measured, small: Taxonomy, ticks: Estimate, said: bool
) -> None:
    found = texts(replace(calm, people=[person("a1", ticks=ticks), person("a2")]), small)

    assert ("ticks" in found) is said


@pytest.mark.parametrize(
    ("value", "positive", "rule"),
    [(0.34, 20, "unclear"), (0.342, 20, None), (0.1, 19, "rare"), (math.nan, 0, "rare")],
)
def test_a_technique_without_agreement_is_named_where_there_is_enough_of_it(
    calm: Measured, small: Taxonomy, value: float, positive: int, rule: str | None
) -> None:
    labels = [alpha("Insult", value, positive), *calm.labels[1:]]

    found = texts(replace(calm, labels=labels), small)

    assert list(found) == ([rule] if rule else [])
    assert all("Insult" in text for text in found.get(rule or "", []))


def test_too_few_articles_are_no_reason_to_sharpen_a_definition(
    calm: Measured, small: Taxonomy
) -> None:
    unclear = replace(calm, labels=[alpha("Fear", 0.1, 20)])

    assert "unclear" in texts(unclear, small)
    assert "unclear" not in texts(replace(unclear, shortage="4 articles"), small)


def test_an_unclear_technique_comes_with_what_it_is_confused_with(
    calm: Measured, small: Taxonomy
) -> None:
    labels = [alpha("Insult", 0.2, 40), *calm.labels[1:]]

    found = texts(replace(calm, labels=labels, confusions=[confusion("Fear", 9)]), small)

    assert "Insult (alpha 0.20, confused 9 times with Fear)" in found["unclear"][0]


@pytest.mark.parametrize(
    ("second", "said"),
    [("Doubt", "although the guidelines tell them apart"), ("Fear", "have no rule")],
)
def test_a_confused_pair_is_named_with_what_the_taxonomy_says_of_it(
    calm: Measured, small: Taxonomy, second: str, said: str
) -> None:
    (text,) = texts(replace(calm, confusions=[confusion(second)]), small)["confused"]

    assert said in text
    assert f"Insult and {second} (5 times" in text


@pytest.mark.parametrize(
    "weak",
    [
        confusion("Doubt", count=4),
        confusion("Doubt", lift=figure(3.0, 0.99, 9.0)),
        confusion("Doubt", lift=figure(1.9, 1.2, 3.0)),
        confusion("Doubt", lift=figure(3.0)),
    ],
)
def test_a_pair_that_may_be_confused_by_chance_is_not_named(
    calm: Measured, small: Taxonomy, weak: Confusion
) -> None:
    assert texts(replace(calm, confusions=[weak]), small) == {}
