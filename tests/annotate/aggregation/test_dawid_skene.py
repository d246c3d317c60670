"""Compared with EM in plain loops, written here from the paper, and with crowd-kit's values."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.aggregation.dawid_skene import dawid_skene
from tests.annotate.crowds import CLEAR, Table, planted, questions, table, tables


def em(answers: Table, steps: int = 5000) -> list[float]:
    """Dawid and Skene (1979) for two classes, started at the shares of the votes."""
    votes = questions(answers)
    there = [sum(votes_.values()) / len(votes_) for votes_ in votes]
    people = {name for votes_ in votes for name in votes_}
    for _ in range(steps):
        prior = sum(there) / len(there)
        hit = {name: rate(name, votes, there) for name in people}
        false = {name: rate(name, votes, [1 - p for p in there]) for name in people}
        yes = [prior * likelihood(votes_, hit) for votes_ in votes]
        no = [(1 - prior) * likelihood(votes_, false) for votes_ in votes]
        there = [a / (a + b) for a, b in zip(yes, no, strict=True)]
    return there


def rate(name: int, votes: list[dict[int, bool]], weights: list[float]) -> float:
    mine = [(v[name], w) for v, w in zip(votes, weights, strict=True) if name in v]
    return sum(w for ticked, w in mine if ticked) / sum(w for _, w in mine)


def likelihood(votes: dict[int, bool], chances: dict[int, float]) -> float:
    return math.prod(chances[n] if ticked else 1 - chances[n] for n, ticked in votes.items())


@pytest.mark.parametrize(
    "answers",
    [CLEAR, planted(5, 60, (0.9, 0.05), (0.8, 0.1), (0.7, 0.1), (0.9, 0.6))[0]],
    ids=["small", "planted"],
)
def test_dawid_skene_is_what_em_in_plain_loops_gives(answers: Table) -> None:
    expected = em(answers)

    assert dawid_skene(*answers).ravel().tolist() == pytest.approx(expected, abs=1e-4)
    assert {round(p) for p in expected} == {0, 1}


# What crowd-kit 1.4.2 gives for the planted answers below (n_iter=1000, tol=1e-12): the probability
# of "yes" where the four annotators ticked (1) or left out (0) the technique.
CROWD_KIT = {
    "0000": 0.0000183513,
    "0001": 0.0003147424,
    "0010": 0.0344213762,
    "0011": 0.3794933002,
    "0100": 0.0010565072,
    "0101": 0.0178212889,
    "0111": 0.9724110226,
    "1000": 0.0125153298,
    "1011": 0.9976380085,
    "1101": 0.9260956144,
    "1110": 0.9992956967,
    "1111": 0.9999589199,
}


def test_crowd_kit_gives_the_same_when_it_is_left_to_end() -> None:
    answers, _ = planted(9, 100, (0.95, 0.02), (0.8, 0.05), (0.9, 0.03), (0.9, 0.3))
    patterns = ["".join(str(int(votes[a])) for a in range(4)) for votes in questions(answers)]

    assert set(patterns) == set(CROWD_KIT)
    expected = [CROWD_KIT[pattern] for pattern in patterns]
    assert dawid_skene(*answers).ravel().tolist() == pytest.approx(expected, abs=1e-5)


# Left to itself EM ends with "there" where people tick less: 2, 3 and 5 instead of 1 and 4.
TRADED = table("1 0 0 1 0", "0 0 0 0 1", "0 1 1 1 1")


def test_there_is_what_people_tick_more_often_than_the_rest() -> None:
    assert [round(p) for p in em(TRADED)] == [0, 1, 1, 0, 1]

    assert dawid_skene(*TRADED).ravel().round().tolist() == [1, 0, 0, 1, 0]


def test_when_most_are_careless_the_one_who_is_not_is_believed() -> None:
    careless = (0.5, 0.3)
    answers, gold = planted(8, 200, (0.95, 0.02), careless, careless, careless)
    votes = 2 * answers[1].sum(axis=0) > 4

    found = dawid_skene(*answers) > 0.5

    assert (votes != gold).mean() > 0.1
    assert (found != gold).mean() < 0.05


def test_nobody_ticks_anything_or_everybody_everything() -> None:
    everywhere = np.ones((3, 4), dtype=bool)
    for answer in (False, True):
        said = np.full((3, 4, 2), answer)

        assert (dawid_skene(everywhere, said) > 0.5).tolist() == said[0].tolist()


def test_a_technique_that_nobody_ticks_is_nowhere() -> None:
    given, said = CLEAR
    said = np.concatenate([said, np.zeros((*given.shape, 1), dtype=bool)], axis=2)

    assert dawid_skene(given, said)[..., -1].max() < 0.01


def test_one_person_alone_is_believed() -> None:
    answers = table("10 00 01 11 00 00")

    assert (dawid_skene(*answers) > 0.5).tolist() == answers[1][0].tolist()


def test_who_answered_nothing_changes_nothing() -> None:
    given, said = CLEAR
    silent = np.vstack([np.zeros((1, 10), dtype=bool), given])
    padded = np.concatenate([np.zeros((1, *said.shape[1:]), dtype=bool), said])

    assert np.array_equal(dawid_skene(silent, padded), dawid_skene(given, said))


def test_a_tick_without_an_answer_counts_for_nothing() -> None:
    given, said = CLEAR

    assert np.array_equal(
        dawid_skene(given, said | ~given[..., np.newaxis]), dawid_skene(given, said)
    )


@settings(max_examples=50)
@given(tables(), st.permutations(range(4)))
def test_the_order_of_the_annotators_changes_no_bit(answers: Table, order: list[int]) -> None:
    given, said = answers
    other = [place for place in order if place < len(given)]

    assert np.array_equal(dawid_skene(given, said), dawid_skene(given[other], said[other]))


@settings(max_examples=50)
@given(tables())
def test_what_comes_out_are_probabilities(answers: Table) -> None:
    posterior = dawid_skene(*answers)

    assert posterior.shape == answers[1].shape[1:]
    assert ((posterior >= 0) & (posterior <= 1)).all()
