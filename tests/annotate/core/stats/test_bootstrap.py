import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.stats.estimates import (
    Interval,
    cluster_index,
    draw_weights,
    percentile_interval,
    sum_by_cluster,
)


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
