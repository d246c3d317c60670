import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.stats.estimates import (
    Floats,
    Interval,
    Size,
    cluster_index,
    draw_weights,
    estimate,
    estimates,
    judge,
    mean_defined,
    percentile_interval,
    ratio,
    sum_by_cluster,
)

ENOUGH = Size(articles=5, paragraphs=10, examples=5)


def share(sums: Floats) -> Floats:
    return ratio(sums[:, 0], sums[:, 1])


def test_a_figure_is_the_statistic_of_all_articles_and_of_articles_drawn_again() -> None:
    counts = np.array([[1.0, 4], [0, 2], [3, 3], [1, 5], [0, 0]])
    weights = draw_weights(5, seed=5, replicates=200)

    found = estimate(share, counts, weights, ENOUGH)

    assert isinstance(found.to_json()["low"], float)
    drawn = [np.repeat(counts, w.astype(int), axis=0).sum(axis=0) for w in weights]
    expected = percentile_interval(np.array([one / all_ for one, all_ in drawn]))
    assert found.value == pytest.approx(5 / 14)
    assert found.interval.low == pytest.approx(expected.low)
    assert found.interval.high == pytest.approx(expected.high)


def test_several_figures_come_from_one_draw() -> None:
    counts = np.array([[[1.0, 2], [2, 2]], [[0, 1], [1, 1]]])
    weights = draw_weights(2, seed=5)

    first, second = estimates(
        lambda sums: ratio(sums[..., 0], sums[..., 1]), counts, weights, [ENOUGH, ENOUGH]
    )

    assert first.value == pytest.approx(1 / 3)
    assert (first.interval.low, first.interval.high) == (0.0, 0.5)
    assert second.value == 1.0


def test_without_articles_a_figure_is_undefined() -> None:
    found = estimate(share, np.zeros((0, 2)), draw_weights(0, seed=1), Size(0, 0))

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


def test_the_interval_is_the_middle_95_percent() -> None:
    assert percentile_interval(np.array(range(1001), dtype=np.float64)) == Interval(25.0, 975.0)
    assert percentile_interval(np.full(1000, 0.5)) == Interval(0.5, 0.5)


@pytest.mark.parametrize(
    ("defined", "has_ends"), [(0, False), (49, False), (50, True), (100, True)]
)
def test_an_interval_needs_half_of_the_replicates(defined: int, has_ends: bool) -> None:
    values = np.array([0.25] * defined + [math.nan] * (100 - defined))

    interval = percentile_interval(values)

    assert (interval == Interval(0.25, 0.25)) is has_ends
    assert math.isnan(interval.low) is not has_ends
    assert math.isnan(interval.high) is not has_ends


def test_no_replicate_gives_no_interval() -> None:
    assert math.isnan(percentile_interval(np.array([])).low)


SPREAD: Floats = np.linspace(0.1, 0.9, 1000, dtype=np.float64)


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
    found = judge(0.53, SPREAD, size)

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
        assert found.to_json() == {"value": 0.53, "low": 0.12, "high": 0.88}


@pytest.mark.parametrize(("articles", "has_ends"), [(5, False), (28, False), (29, True)])
def test_articles_that_are_all_alike_give_certainty_only_if_they_are_many(
    articles: int, has_ends: bool
) -> None:
    found = judge(1.0, np.ones(1000), Size(articles, 100, 50))

    assert found.too_few is not has_ends
    assert ("all alike" in found.interval.missing) is not has_ends
    # what is alike in 28 articles is otherwise in one of ten more often than 5 % of the time
    assert (0.9**articles < 0.05) is has_ends


def test_figures_that_differ_in_their_last_bits_are_alike() -> None:
    assert judge(0.3, np.array([0.3, 0.1 + 0.2] * 500), Size(8, 100)).too_few


def test_a_figure_that_most_draws_leave_undefined_has_a_reason() -> None:
    found = judge(0.5, np.array([0.25, math.nan, math.nan]), Size(8, 100))

    assert found.interval.missing == "most draws of articles leave it undefined"
