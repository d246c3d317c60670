from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, groupby
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.assignment.plan import draw_control_items, mix_control_items, plan, plan_pilot
from annotate.core.errors import InputError
from annotate.core.records import Paragraph
from tests.annotate.samples import paragraph

SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=12)
PEOPLE = st.integers(1, 6)
SIZES_OF_A_BAD_FIRST_TRY = (1, 1, 1, 3, 2, 6, 6, 3, 3, 5)


def articles(*sizes: int, first: int = 0) -> list[Paragraph]:
    return [
        paragraph(f"Text {number}.", article=f"article {article}", position=number)
        for article, size in enumerate(sizes, first)
        for number in range(size)
    ]


def names(count: int) -> list[str]:
    return [f"p{number}" for number in range(count)]


def after(
    held: Mapping[str, Sequence[str]], fresh: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    return {n: [*held.get(n, ()), *fresh.get(n, ())] for n in {**held, **fresh}}


def holders(held: Mapping[str, Sequence[str]]) -> Counter[str]:
    return Counter(i for ids in held.values() for i in set(ids))


def test_two_articles_for_two_people_go_to_both() -> None:
    rows = articles(2, 1)
    found = plan(rows, ["ana", "ben"], 2, 13, {})

    ids = tuple(p.id for p in rows)
    assert found.fresh == {"ana": ids, "ben": ids}
    assert (found.load, found.spread) == ({"ana": 3, "ben": 3}, 0)
    assert found.common == {("ana", "ben"): 3}
    assert next(found.lines()) == "6 to send; each person will have: ana 3, ben 3"


def test_three_articles_make_all_three_pairs_meet() -> None:
    found = plan(articles(4, 4, 4), ["ana", "ben", "cy"], 2, 13, {})

    assert found.load == {"ana": 8, "ben": 8, "cy": 8}
    assert found.common == {("ana", "ben"): 4, ("ana", "cy"): 4, ("ben", "cy"): 4}


@pytest.mark.parametrize("people", range(2, 13))
@pytest.mark.parametrize("count", [20, 66, 400])
def test_as_many_pairs_meet_as_can(people: int, count: int) -> None:
    found = plan(articles(*[3] * count), names(people), 2, 13, {})

    assert len(found.common) == min(people * (people - 1) // 2, count)
    assert found.spread <= 3


def test_with_exactly_enough_articles_all_pairs_meet() -> None:
    """Only if matchings that are begun are finished before others: the rounds of a tournament."""
    found = plan(articles(*[3] * 28), names(8), 2, 13, {})

    assert len(found.common) == found.pairs == 28


def test_where_a_first_try_leaves_a_pair_out_another_is_kept() -> None:
    found = plan(articles(*SIZES_OF_A_BAD_FIRST_TRY), names(5), 2, 13, {})

    assert len(found.common) == found.pairs == 10


@given(sizes=SIZES, people=PEOPLE, overlap=st.integers(1, 6), seed=st.integers(0, 99))
def test_each_paragraph_goes_to_k_people_and_the_loads_stay_within_one_article(
    sizes: list[int], people: int, overlap: int, seed: int
) -> None:
    overlap = min(overlap, people)
    rows = articles(*sizes)

    found = plan(rows, names(people), overlap, seed, {})

    assert holders(found.fresh) == {p.id: overlap for p in rows}
    assert found.load == {name: len(ids) for name, ids in found.fresh.items()}
    assert found.spread <= max(sizes)
    assert plan(rows, names(people), overlap, seed, {}) == found
    again = plan(rows, names(people), overlap, seed, found.fresh)
    assert not any(again.fresh.values())


@given(sizes=SIZES, people=PEOPLE, overlap=st.integers(1, 6), seed=st.integers(0, 99))
def test_articles_stay_whole_and_in_order(
    sizes: list[int], people: int, overlap: int, seed: int
) -> None:
    rows = articles(*sizes)
    article, place = {p.id: p.article_id for p in rows}, {p.id: n for n, p in enumerate(rows)}

    found = plan(rows, names(people), min(overlap, people), seed, {})

    for ids in found.fresh.values():
        assert [place[i] for i in ids] == sorted(place[i] for i in ids)
        for name, part in groupby(ids, key=article.__getitem__):
            assert len(list(part)) == sum(p.article_id == name for p in rows)


@given(
    sizes=SIZES,
    people=st.integers(2, 6),
    arrived=st.lists(st.integers(0, 80), min_size=6, max_size=6),
    seed=st.integers(0, 99),
)
def test_a_push_that_was_cut_short_is_completed_by_the_next(
    sizes: list[int], people: int, arrived: list[int], seed: int
) -> None:
    rows = articles(*sizes)
    first = plan(rows, names(people), 2, seed, {})
    there = {n: ids[:k] for (n, ids), k in zip(first.fresh.items(), arrived, strict=False)}

    second = plan(rows, names(people), 2, seed, there)

    assert holders(after(there, second.fresh)) == {p.id: 2 for p in rows}


@given(
    before=SIZES, more=SIZES, people=st.integers(2, 4), joined=st.integers(0, 3), seed=st.integers()
)
def test_what_was_assigned_stays_when_people_and_articles_are_added(
    before: list[int], more: list[int], people: int, joined: int, seed: int
) -> None:
    old, new = articles(*before), articles(*more, first=len(before))
    first = plan(old, names(people), 2, seed, {})

    second = plan([*old, *new], names(people + joined), 2, seed, first.fresh)

    sent = after({}, second.fresh)
    assert not {p.id for p in old} & set(holders(sent))  # nobody gets what is settled
    assert holders(sent) == {p.id: 2 for p in new}


def test_who_joins_late_gets_the_new_articles_first() -> None:
    old, new = articles(*[2] * 6), articles(*[2] * 3, first=6)
    first = plan(old, ["ana", "ben"], 1, 13, {})

    second = plan([*old, *new], ["ana", "ben", "cy"], 1, 13, first.fresh)

    assert second.load == {"ana": 6, "ben": 6, "cy": 6}


def test_a_larger_overlap_adds_people_and_a_smaller_one_takes_none_away() -> None:
    rows = articles(3, 3)
    first = plan(rows, ["ana", "ben", "cy"], 1, 13, {})

    second = plan(rows, ["ana", "ben", "cy"], 2, 13, first.fresh)
    both = after(first.fresh, second.fresh)

    assert holders(both) == {p.id: 2 for p in rows}
    assert not any(plan(rows, ["ana", "ben", "cy"], 1, 13, both).fresh.values())


def test_new_paragraphs_of_an_article_go_to_the_people_who_have_it() -> None:
    rows = articles(3, 3)
    first = plan(rows[:2] + rows[3:], ["ana", "ben", "cy"], 2, 13, {})
    have = {name for name, ids in first.fresh.items() if rows[0].id in ids}

    second = plan(rows, ["ana", "ben", "cy"], 2, 13, first.fresh)

    assert {name for name, ids in second.fresh.items() if ids} == have
    assert holders(second.fresh) == {rows[2].id: 2}


def test_what_somebody_has_who_left_counts_but_that_person_gets_nothing_new() -> None:
    rows = articles(2)
    held = {"dee": [rows[0].id], "ana": [rows[0].id]}

    found = plan(rows, ["ana", "ben"], 2, 13, held)

    assert found.fresh == {"ana": (rows[1].id,), "ben": (rows[1].id,)}


def test_a_pilot_gives_everybody_the_same_and_a_full_plan_goes_on_from_there() -> None:
    rows = articles(4, 4, 4, 4)
    people = ["ana", "ben", "cy"]

    pilot = plan_pilot(rows, people, 6, 13, {})

    assert len(set(pilot.fresh.values())) == 1
    assert len(pilot.fresh["ana"]) == 6
    assert plan_pilot(rows, people, 6, 13, pilot.fresh).load == pilot.load  # adds nothing
    full = plan(rows, people, 2, 13, pilot.fresh)
    count = holders(after(pilot.fresh, full.fresh))
    assert sorted(count.values()) == [2] * 10 + [3] * 6


@pytest.mark.parametrize(
    ("people", "overlap", "said"),
    [
        (["ana", "ben"], 3, "--overlap 3 with 2 annotators: choose from 1 to 2"),
        (["ana"], 0, "--overlap 0 with 1 annotator"),
        ([], 1, "no annotators"),
        (["ana", "ben", "ana"], 2, "'ana' is named twice"),
    ],
)
def test_what_no_plan_can_satisfy_is_refused(people: list[str], overlap: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        plan(articles(2), people, overlap, 13, {})


@pytest.mark.parametrize(("share", "drawn"), [(0, 0), (0.05, 5), (0.5, 95), (0.001, 1), (0.9, 200)])
def test_control_items_have_about_their_share(share: float, drawn: int) -> None:
    gold = [f"g{number}" for number in range(200)]

    found = draw_control_items(gold, 95, share, seed=13)

    assert len(set(found)) == drawn  # .05 of 100 in all are 5 of 95 ordinary ones
    assert found == draw_control_items(gold[::-1], 95, share, seed=13)


@pytest.mark.parametrize("share", [1, -0.1, 1.5])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(InputError, match="--gold-share"):
        draw_control_items(["g"], 10, share, seed=13)


@given(sizes=SIZES, count=st.integers(0, 8), seed=st.integers(0, 99))
def test_control_items_stand_between_articles_never_inside_one(
    sizes: list[int], count: int, seed: int
) -> None:
    rows = articles(*sizes)
    parts = [list(part) for _, part in groupby(rows, key=lambda p: p.article_id)]
    gold = [paragraph(f"Gold {n}.", article=f"gold {n}") for n in range(count)]

    mixed = mix_control_items(parts, gold, f"{seed} ana")

    assert Counter(p.id for p in mixed) == Counter(p.id for p in [*rows, *gold])
    assert [p for p in mixed if p in rows] == rows
    runs = [name for name, _ in groupby(p.article_id for p in mixed)]
    assert len(runs) == len(set(runs))  # each article is one run


def test_the_places_of_control_items_differ_between_people() -> None:
    parts = [[p] for p in articles(*[1] * 40)]
    gold = [paragraph(f"Gold {n}.", article=f"gold {n}") for n in range(4)]

    orders = {
        tuple(p.id for p in mix_control_items(parts, gold, f"13 {name}")) for name in names(5)
    }

    assert len(orders) == 5


def test_plans_are_the_same_in_whatever_order_people_hold_things() -> None:
    rows = articles(3, 2, 4, 1)
    first = plan(rows[:5], names(4), 2, 7, {})
    shuffled = {n: Random(1).sample(ids, len(ids)) for n, ids in first.fresh.items()}

    assert plan(rows, names(4), 2, 7, shuffled) == plan(rows, names(4), 2, 7, first.fresh)


def test_the_report_says_what_is_reached_and_what_all_pairs_would_need() -> None:
    found = plan(articles(*[2] * 5), names(6), 2, 13, {})

    assert list(found.lines())[2] == (
        "5 of 15 pairs of people have paragraphs in common (5 were possible; all need about 15 "
        "articles)"
    )
    assert len(list(combinations(names(6), 2))) == found.pairs
