"""crowd-kit is held against EM written here from the papers, in plain loops."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import digamma  # type: ignore[import-untyped]

from annotate.core.answers import Bools
from annotate.crowd import dawid_skene, mace

Table = tuple[Bools, Bools]


def table(*people: str) -> Table:
    """A row a person, a word a paragraph, a letter a technique; "." for no answer."""
    size = max(len(word) for row in people for word in row.split())
    words = [[word if word != "." else "." * size for word in row.split()] for row in people]
    cells = np.array([[list(word) for word in row] for row in words])
    return cells[..., 0] != ".", cells == "1"


CLEAR = table(
    "100 010 000 001 000 110 000 100 000 000",
    "100 010 000 001 010 100 000 100 . 000",
    "100 000 001 001 000 110 000 . 000 000",
    "110 . 010 000 001 011 100 100 001 010",
)


def planted(seed: int, paragraphs: int, *rates: tuple[float, float]) -> tuple[Table, Bools]:
    """People with these sensitivities and chances of a false tick, two techniques, all answer."""
    rng = np.random.default_rng(seed)
    gold = rng.random((paragraphs, 2)) < 0.2
    said = [rng.random(gold.shape) < np.where(gold, hit, false) for hit, false in rates]
    return (np.ones((len(rates), paragraphs), dtype=bool), np.array(said)), gold


def em(answers: Table, steps: int = 200) -> list[float]:
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


def questions(answers: Table) -> list[dict[int, bool]]:
    """For each paragraph and technique: person -> answer."""
    given, said = answers
    people, paragraphs, labels = said.shape
    return [
        {a: bool(said[a, p, t]) for a in range(people) if given[a, p]}
        for p, t in product(range(paragraphs), range(labels))
    ]


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

    # crowd-kit stops when the likelihood hardly grows, so its probabilities are near the end.
    assert dawid_skene(*answers).ravel().tolist() == pytest.approx(expected, abs=0.02)
    assert {round(p) for p in expected} == {0, 1}


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
        swapped = np.random.default_rng(2).random((4, 2)) < 0.5

        assert (dawid_skene(everywhere, said) > 0.5).tolist() == said[0].tolist()
        assert (mace(everywhere, said, swapped)[0] > 0.5).tolist() == said[0].tolist()


def test_a_technique_that_nobody_ticks_is_nowhere() -> None:
    given, said = CLEAR
    said = np.concatenate([said, np.zeros((*given.shape, 1), dtype=bool)], axis=2)

    assert dawid_skene(given, said)[..., -1].max() < 0.01


def test_one_person_alone_is_believed() -> None:
    answers = table("10 00 01 11 00 00")
    swapped = np.zeros((6, 2), dtype=bool)

    assert (dawid_skene(*answers) > 0.5).tolist() == answers[1][0].tolist()
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
    assert np.array_equal(dawid_skene(silent, padded), dawid_skene(given, said))


def test_nothing_is_drawn_from_the_global_generator() -> None:
    np.random.seed(1)  # noqa: NPY002
    before = np.random.get_state()  # noqa: NPY002

    dawid_skene(*CLEAR)
    mace(*CLEAR, np.zeros(CLEAR[1].shape[1:], dtype=bool))

    after = np.random.get_state()  # noqa: NPY002
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """One to four people, one to four paragraphs with an answer, one to three techniques."""
    people, paragraphs, labels = (draw(st.integers(1, most)) for most in (4, 4, 3))
    answer = st.lists(st.booleans(), min_size=labels, max_size=labels)
    rows = draw(
        st.lists(
            st.lists(st.none() | answer, min_size=people, max_size=people).filter(any),
            min_size=paragraphs,
            max_size=paragraphs,
        )
    )
    given = np.array([[cell is not None for cell in row] for row in rows]).T
    said = np.array([[cell or [False] * labels for cell in row] for row in rows]).swapaxes(0, 1)
    return given, said


@settings(deadline=None, max_examples=10)
@given(tables(), st.permutations(range(4)), st.integers(0, 9))
def test_the_order_of_the_annotators_changes_no_bit(
    answers: Table, order: list[int], seed: int
) -> None:
    given, said = answers
    swapped = np.random.default_rng(seed).random(said.shape[1:]) < 0.5
    other = [place for place in order if place < len(given)]

    assert np.array_equal(dawid_skene(given, said), dawid_skene(given[other], said[other]))
    there, competence = mace(given, said, swapped)
    there_too, reordered = mace(given[other], said[other], swapped)
    assert np.array_equal(there, there_too)
    assert np.array_equal(competence[other], reordered, equal_nan=True)


@settings(deadline=None, max_examples=10)
@given(tables())
def test_what_comes_out_are_probabilities(answers: Table) -> None:
    swapped = np.zeros(answers[1].shape[1:], dtype=bool)

    for posterior in (dawid_skene(*answers), mace(*answers, swapped)[0]):
        assert posterior.shape == answers[1].shape[1:]
        assert ((posterior >= 0) & (posterior <= 1)).all()
