"""Answers of several people, and tables of them by chance."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from annotate.core.stats.answer_matrix import Bools

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


def questions(answers: Table) -> list[dict[int, bool]]:
    """For each paragraph and technique: person -> answer."""
    given, said = answers
    people, paragraphs, labels = said.shape
    return [
        {a: bool(said[a, p, t]) for a in range(people) if given[a, p]}
        for p, t in product(range(paragraphs), range(labels))
    ]


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
