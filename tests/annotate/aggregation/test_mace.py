"""crowd-kit is held against EM written here from the paper, in plain loops."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import digamma  # type: ignore[import-untyped]

from annotate.aggregation.mace import mace
from tests.annotate.crowds import CLEAR, Table, planted, questions, table, tables


def variational_em(answers: Table, steps: int = 50) -> tuple[list[float], list[float]]:
    """MACE (Hovy et al. 2013) with its priors, Beta(.5, .5) and Dirichlet(10, 10); all alike."""
    votes, people = questions(answers), range(len(answers[0]))
    knows, spams = dict.fromkeys(people, 0.5), dict.fromkeys(people, 0.5)
    guess = dict.fromkeys(people, (0.5, 0.5))

    def chance(name: int, said: bool, truth: bool) -> float:
        return spams[name] * guess[name][said] + knows[name] * (said == truth)

    def probability(of: dict[int, bool]) -> float:
        no, yes = (math.prod(chance(n, s, t) for n, s in of.items()) for t in (False, True))
        return yes / (no + yes)

    for _ in range(steps):
        known = dict.fromkeys(people, 0.0)
        guessed = {name: [0.0, 0.0] for name in people}
        for of in votes:
            there = probability(of)
            for name, said in of.items():
                right = there if said else 1 - there
                knew = right * knows[name] / chance(name, said, said)
                known[name] += knew
                guessed[name][said] += 1 - knew
        for name, (no, yes) in guessed.items():
            # What a variational step gives need not add up to one.
            knows[name], spams[name] = variational([known[name], no + yes], 0.5)
            guess[name] = variational([no, yes], 10.0)
    return [probability(of) for of in votes], [knows[name] for name in people]


def variational(counts: list[float], prior: float) -> tuple[float, float]:
    total = digamma(sum(counts) + 2 * prior)
    first, second = (math.exp(digamma(count + prior) - total) for count in counts)
    return first, second


@pytest.mark.parametrize(
    "answers",
    [
        CLEAR,
        (CLEAR[0], ~CLEAR[1]),
        planted(6, 40, (0.9, 0.05), (1.0, 1.0), (0.7, 0.1))[0],
    ],
    ids=["small", "the other way round", "planted"],
)
def test_mace_is_what_variational_em_in_plain_loops_gives(answers: Table) -> None:
    nothing_swapped = np.zeros(answers[1].shape[1:], dtype=bool)

    there, competence = variational_em(answers)
    posterior, found = mace(*answers, nothing_swapped)

    assert posterior.ravel().tolist() == pytest.approx(there, abs=1e-6)
    assert found.tolist() == pytest.approx(competence, abs=1e-6)
    assert max(competence) - min(competence) > 0.01


def test_mace_with_questions_swapped_is_mace_of_the_answers_swapped() -> None:
    answers, _ = planted(7, 30, (0.9, 0.05), (0.8, 0.1), (0.6, 0.3))
    swapped = np.random.default_rng(1).random(answers[1].shape[1:]) < 0.5

    there, competence = variational_em((answers[0], answers[1] ^ swapped))
    posterior, found = mace(*answers, swapped)

    turned = [1 - p if turn else p for p, turn in zip(there, swapped.ravel(), strict=True)]
    assert posterior.ravel().tolist() == pytest.approx(turned, abs=1e-6)
    assert found.tolist() == pytest.approx(competence, abs=1e-6)


def test_nobody_ticks_anything_or_everybody_everything() -> None:
    everywhere = np.ones((3, 4), dtype=bool)
    for answer in (False, True):
        said = np.full((3, 4, 2), answer)
        swapped = np.random.default_rng(2).random((4, 2)) < 0.5

        assert (mace(everywhere, said, swapped)[0] > 0.5).tolist() == said[0].tolist()


def test_one_person_alone_is_believed() -> None:
    answers = table("10 00 01 11 00 00")
    swapped = np.zeros((6, 2), dtype=bool)

    assert (mace(*answers, swapped)[0] > 0.5).tolist() == answers[1][0].tolist()


def test_who_answered_nothing_has_no_competence_and_changes_nothing() -> None:
    given, said = CLEAR
    silent = np.vstack([np.zeros((1, 10), dtype=bool), given])
    padded = np.concatenate([np.zeros((1, *said.shape[1:]), dtype=bool), said])
    swapped = np.random.default_rng(3).random(said.shape[1:]) < 0.5

    posterior, competence = mace(silent, padded, swapped)

    assert math.isnan(competence[0])
    assert np.array_equal(competence[1:], mace(given, said, swapped)[1])
    assert np.array_equal(posterior, mace(given, said, swapped)[0])


def test_nothing_is_drawn_from_the_global_generator() -> None:
    np.random.seed(1)  # noqa: NPY002
    before = np.random.get_state()  # noqa: NPY002

    mace(*CLEAR, np.zeros(CLEAR[1].shape[1:], dtype=bool))

    after = np.random.get_state()  # noqa: NPY002
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


@settings(deadline=None, max_examples=10)
@given(tables(), st.permutations(range(4)), st.integers(0, 9))
def test_the_order_of_the_annotators_changes_no_bit(
    answers: Table, order: list[int], seed: int
) -> None:
    given, said = answers
    swapped = np.random.default_rng(seed).random(said.shape[1:]) < 0.5
    other = [place for place in order if place < len(given)]

    there, competence = mace(given, said, swapped)
    there_too, reordered = mace(given[other], said[other], swapped)
    assert np.array_equal(there, there_too)
    assert np.array_equal(competence[other], reordered, equal_nan=True)


@settings(deadline=None, max_examples=10)
@given(tables())
def test_what_comes_out_are_probabilities(answers: Table) -> None:
    swapped = np.zeros(answers[1].shape[1:], dtype=bool)

    posterior = mace(*answers, swapped)[0]

    assert posterior.shape == answers[1].shape[1:]
    assert ((posterior >= 0) & (posterior <= 1)).all()
