from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.errors import InputError
from tests.train.learning_curve.samples import make_split
from train.learning_curve.samples import (
    check_sizes,
    default_sizes,
    draw_samples,
    draws_of,
    largest_sample,
)

ARTICLES = st.lists(st.integers(1, 9), min_size=8, max_size=30)


@given(ARTICLES, st.integers(0, 99))
def test_samples_are_whole_articles_and_a_larger_one_contains_the_smaller(
    articles: Sequence[int], seed: int
) -> None:
    split = make_split(articles)
    most = largest_sample(split, seed)
    sizes = sorted({max(1, most // 4), max(1, most // 2), most})

    samples = draw_samples(split, sizes, [2] * len(sizes), seed)

    earlier: dict[tuple[int, int], set[int]] = {}
    for sample in samples:
        rows = set(sample.train.tolist())
        outside = set(range(len(split.ids))) - rows
        names = split.article_ids
        assert {names[n] for n in rows}.isdisjoint(names[n] for n in outside)
        assert {names[n] for n in rows}.isdisjoint(names[n] for n in sample.scored)
        assert earlier.get((sample.draw, sample.fold), set()) <= rows
        assert abs(len(rows) - sample.size) < max(articles)
        earlier[sample.draw, sample.fold] = rows


@given(ARTICLES, st.integers(0, 99))
def test_every_size_is_scored_on_every_paragraph_once(articles: Sequence[int], seed: int) -> None:
    split = make_split(articles)

    samples = draw_samples(split, [3, 6], [1, 1], seed)

    for size in (3, 6):
        scored = np.concatenate([s.scored for s in samples if s.size == size])
        assert sorted(scored.tolist()) == list(range(len(split.ids)))


def test_draws_differ_and_a_seed_repeats_them() -> None:
    split = make_split([1] * 40)

    first, second, again = (
        [s.train.tolist() for s in draw_samples(split, [5, 10], [2, 1], seed)] for seed in (1, 2, 1)
    )

    assert first == again
    assert first != second
    assert first[0] != first[4]  # the first fold, drawn again


def test_sizes_double_from_50_to_all() -> None:
    assert default_sizes(563) == (50, 100, 200, 400, 563)
    assert default_sizes(101) == (50, 101)
    assert default_sizes(420) == (50, 100, 200, 420)  # 400 would tell little


def test_the_largest_sizes_are_drawn_once_and_no_size_costs_more_than_the_largest() -> None:
    assert draws_of((50, 100, 200, 400, 563), 3, lambda n: n) == (3, 3, 2, 1, 1)
    assert draws_of((50, 100), 3, lambda n: n) == (1, 1)


def test_one_article_is_too_few() -> None:
    with pytest.raises(InputError, match=r"10 paragraphs of 1 article in .* needs 8 articles"):
        largest_sample(make_split([10]), 13)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((7,), "needs two sizes"),
        ((100, 50), "write growing numbers"),
        ((0, 50), "write growing numbers"),
        ((50, 900), "--sizes 50,900: a sample has at most 600 paragraphs"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(sizes: tuple[int, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_sizes(sizes, 600)
