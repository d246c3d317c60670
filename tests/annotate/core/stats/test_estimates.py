import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.stats.estimates import (
    Floats,
    Size,
    cluster_index,
    draw_weights,
    estimate,
    estimates,
    judge,
    judge_draws,
    mean_defined,
    ratio,
    sum_by_cluster,
)
from annotate.core.stats.intervals import COEFFICIENT, DIFFERENCE
from tests.annotate.jackknife import expected_ends

ENOUGH = Size(articles=5, paragraphs=10, examples=5)


def share(sums: Floats) -> Floats:
    return ratio(sums[:, 0], sums[:, 1])


def test_a_figure_is_the_statistic_of_all_articles_and_without_each() -> None:
    counts = np.array([[1.0, 4], [0, 2], [3, 3], [1, 5], [0, 0]])

    found = estimate(share, counts, ENOUGH)

    assert found.value == pytest.approx(5 / 14)
    ends = expected_ends(5 / 14, [4 / 10, 5 / 12, 2 / 11, 4 / 9, 5 / 14], articles=5)
    assert (found.interval.low, found.interval.high) == pytest.approx(ends)


def test_several_figures_come_from_the_same_articles() -> None:
    counts = np.array([[[1.0, 2], [2, 2]], [[0, 1], [1, 1]]])

    first, second = estimates(
        lambda sums: ratio(sums[..., 0], sums[..., 1]), counts, [ENOUGH, ENOUGH]
    )

    assert first.value == pytest.approx(1 / 3)
    ends = expected_ends(1 / 3, [0, 1 / 2], articles=5)
    assert (first.interval.low, first.interval.high) == pytest.approx(ends)
    assert second.value == 1.0


def test_without_articles_a_figure_is_undefined() -> None:
    found = estimate(share, np.zeros((0, 2)), Size(0, 0))

    assert not found.defined
    assert found.to_json() == {"value": None, "low": None, "high": None}
    assert math.isnan(found.interval.high)


def test_a_ratio_with_nothing_below_is_undefined() -> None:
    found = ratio(np.array([1.0, 0.0, 3.0]), np.array([0.0, 2.0, 4.0]))

    assert math.isnan(found[0])
    assert found[1:].tolist() == [0.0, 0.75]


def test_a_mean_leaves_out_what_is_undefined() -> None:
    found = mean_defined(np.array([[0.2, math.nan, 0.6], [math.nan] * 3]))

    assert found[0] == pytest.approx(0.4)
    assert math.isnan(found[1])


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(0, 2**32 - 1))
def test_each_replicate_draws_as_many_clusters_as_there_are(clusters: int, seed: int) -> None:
    weights = draw_weights(clusters, seed, replicates=20)

    assert weights.shape == (20, clusters)
    assert (weights >= 0).all()
    assert (weights.sum(axis=1) == clusters).all()
    assert (weights == np.round(weights)).all()


def test_the_same_seed_draws_the_same_and_another_one_something_else() -> None:
    assert (draw_weights(9, 1) == draw_weights(9, 1)).all()
    assert (draw_weights(9, 1) != draw_weights(9, 2)).any()


def test_drawing_leaves_numpys_global_chance_alone() -> None:
    before = np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
    draw_weights(9, 1)

    assert np.random.get_state()[1].tolist() == before  # type: ignore[index]  # noqa: NPY002


def test_every_cluster_is_drawn_once_on_average() -> None:
    mean = draw_weights(5, 3, replicates=20_000).mean(axis=0)

    assert mean == pytest.approx(np.ones(5), abs=0.04)  # 5 standard errors of sqrt(.8 / 20000)


def test_rows_are_added_up_by_cluster() -> None:
    index = cluster_index(["b", "a", "b"])

    assert index.tolist() == [1, 0, 1]
    assert sum_by_cluster(np.array([[1.0, 2], [3, 4], [5, 6]]), index).tolist() == [[3, 4], [6, 8]]
    assert sum_by_cluster(np.zeros((0, 2)), cluster_index([])).shape == (0, 2)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 9)), min_size=1))
def test_weights_times_sums_are_the_sums_over_the_drawn_clusters(
    rows: list[tuple[str, int]],
) -> None:
    names = sorted({name for name, _ in rows})
    counts = np.array([[float(count)] for _, count in rows])
    weights = draw_weights(len(names), seed=7, replicates=5)

    found = weights @ sum_by_cluster(counts, cluster_index([name for name, _ in rows]))

    for drawn, total in zip(weights.tolist(), found[:, 0].tolist(), strict=True):
        sample = [name for name, times in zip(names, drawn, strict=True) for _ in range(int(times))]
        assert total == sum(count for name in sample for owner, count in rows if owner == name)


# of ten articles, without each; and the ends that belong to it
LEFT_OUT: Floats = np.linspace(0.51, 0.55, 10, dtype=np.float64)


@pytest.mark.parametrize(
    ("size", "why"),
    [
        (Size(1, 40), "1 article, and an interval needs 5"),
        (Size(4, 40), "4 articles, and an interval needs 5"),
        (Size(5, 40), ""),
        (Size(5, 9), "9 paragraphs, and an interval needs 10"),
        (Size(5, 10), ""),
        (Size(9, 40, 0), "0 examples, and an interval needs 5"),
        (Size(9, 40, 1), "1 example, and an interval needs 5"),
        (Size(9, 40, 4), "4 examples, and an interval needs 5"),
        (Size(9, 40, 5), ""),
    ],
)
def test_what_rests_on_too_little_has_a_reason_in_place_of_an_interval(
    size: Size, why: str
) -> None:
    found = judge(0.53, LEFT_OUT, size)

    assert found.too_few is bool(why)
    assert found.interval.missing == why
    if why:
        assert found.to_json() == {
            "value": 0.53,
            "low": None,
            "high": None,
            "no_interval": f"too few to tell: {why}",
        }
    else:
        low, high = expected_ends(0.53, LEFT_OUT.tolist(), size.articles)
        json = {"value": 0.53, "low": round(low, 6), "high": round(high, 6)}
        assert found.to_json() == json


@pytest.mark.parametrize(("articles", "has_ends"), [(5, False), (28, False), (29, True)])
def test_differences_that_are_all_alike_give_certainty_only_if_they_are_many(
    articles: int, has_ends: bool
) -> None:
    found = judge(0.2, np.full(articles, 0.2), Size(articles, 100, 50), DIFFERENCE)

    assert found.too_few is not has_ends
    assert ("all alike" in found.interval.missing) is not has_ends
    # what is alike in 28 articles is otherwise in one of ten more often than 5 % of the time
    assert (0.9**articles < 0.05) is has_ends
    assert not has_ends or (found.interval.low, found.interval.high) == pytest.approx((0.2, 0.2))


def test_differences_that_differ_in_their_last_bits_are_alike() -> None:
    assert judge(0.3, np.array([0.3, 0.1 + 0.2] * 4), Size(8, 100), DIFFERENCE).too_few


@pytest.mark.parametrize(("articles", "end"), [(5, 0.60655), (10, 0.33849), (90, 0.04203)])
def test_what_no_article_has_may_still_be_in_others(articles: int, end: float) -> None:
    found = judge(0.0, np.zeros(articles), Size(articles, 100, 50))

    # Wilson's upper end for none of n, t**2 / (n + t**2), with t from a table: 2.776, 2.262, 1.987
    assert found.interval.low == pytest.approx(0, abs=1e-12)
    assert found.interval.high == pytest.approx(end, abs=2e-4)
    mirrored = judge(1.0, np.ones(articles), Size(articles, 100, 50)).interval
    assert (mirrored.low, mirrored.high) == pytest.approx((1 - found.interval.high, 1))


def test_perfect_agreement_of_ten_articles_is_no_certainty() -> None:
    found = judge(1.0, np.ones(10), Size(10, 100, 50), COEFFICIENT)

    assert found.interval.low == pytest.approx(1 - 2 * 0.33849, abs=4e-4)
    assert found.interval.high == pytest.approx(1)


def test_a_figure_that_needs_one_of_its_articles_has_a_reason() -> None:
    found = judge(0.5, np.array([0.25, math.nan, 0.5]), Size(8, 100))

    assert found.interval.missing == "it is undefined without one of the articles"


def test_draws_of_articles_give_the_interval_of_their_standard_deviation() -> None:
    draws = np.array([0.1, 0.3] * 500)

    found = judge_draws(0.2, draws, Size(16, 100), DIFFERENCE)

    # deviation 0.1, times the root of 16/15; t of 15 degrees of freedom is 2.1314
    reach = 2.1314 * 0.1 * math.sqrt(16 / 15)
    assert found.interval.low == pytest.approx(0.2 - reach, abs=1e-4)
    assert found.interval.high == pytest.approx(0.2 + reach, abs=1e-4)
    assert judge_draws(0.2, draws, Size(4, 100)).too_few


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=5, max_size=40))
def test_an_interval_holds_the_figure_inside_its_range(rows: list[tuple[int, int]]) -> None:
    counts = np.array([[float(a), float(a + b)] for a, b in rows])

    found = estimate(share, counts, Size(len(rows), 100))

    if not found.too_few and found.defined:
        low, high = found.interval.low, found.interval.high
        assert -1e-12 <= low <= found.value + 1e-12
        assert found.value - 1e-12 <= high <= 1 + 1e-12
        assert high - low > 0.01  # no share of fewer than 41 articles is certain
