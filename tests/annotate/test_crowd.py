"""crowd-kit is held against EM written here from the papers, in plain loops."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import digamma

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
    assert dawid_skene(*answers).ravel().tolist() == pytest.approx(expected, abs=0.01)
    assert {round(p) for p in expected} == {0, 1}


def variational_em(answers: Table, steps: int = 50) -> tuple[list[float], list[float]]:
    """MACE (Hovy et al. 2013) with its priors, Beta(.5, .5) and Dirichlet(10, 10); all alike."""
    votes = questions(answers)
    people = range(len(answers[0]))
    knows, guess = dict.fromkeys(people, 0.5), dict.fromkeys(people, (0.5, 0.5))

    def chance(name: int, said: bool, truth: bool) -> float:
        return (1 - knows[name]) * guess[name][said] + knows[name] * (said == truth)

    def probability(votes_: dict[int, bool]) -> float:
        no, yes = (math.prod(chance(n, s, t) for n, s in votes_.items()) for t in (False, True))
        return yes / (no + yes)

    for _ in range(steps):
        known = dict.fromkeys(people, 0.0)
        guessed = {name: [0.0, 0.0] for name in people}
        for votes_ in votes:
            there = probability(votes_)
            for name, said in votes_.items():
                right = there if said else 1 - there
                knew = right * knows[name] / chance(name, said, said)
                known[name] += knew
                guessed[name][said] += 1 - knew
        for name in people:
            no, yes = guessed[name]
            total = digamma(known[name] + no + yes + 1)
            knows[name] = math.exp(digamma(known[name] + 0.5) - total)
            both = digamma(no + yes + 20)
            guess[name] = (
                math.exp(digamma(no + 10) - both),
                math.exp(digamma(yes + 10) - both),
            )
            # The chances of knowing and of guessing need not add up to one in variational EM.
            spam[name] = math.exp(digamma(no + yes + 0.5) - total)
    return [probability(votes_) for votes_ in votes], [knows[name] for name in people]
