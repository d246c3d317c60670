import numpy as np
import pytest

from train.sweep.compare import (
    chance_of_being_ahead,
    count,
    gain_of_choosing,
    micro_f1,
)


def test_micro_f1_follows_from_the_counts_of_articles() -> None:
    gold = np.array([[True, False], [True, True], [False, False]])
    predicted = np.array([[True, True], [True, False], [False, False]])

    counts = count(gold, predicted, np.array([0, 0, 1]))

    assert counts.tolist() == [[2, 6], [0, 0]]
    assert micro_f1(counts.sum(axis=0)) == pytest.approx(2 / 3)  # 2 hits, 1 alarm, 1 miss
    assert micro_f1(counts).tolist() == pytest.approx([2 / 3, 0])


def test_a_trial_that_is_behind_in_every_article_is_never_ahead() -> None:
    good = np.tile([4.0, 10.0], (20, 1))
    bad = np.tile([2.0, 10.0], (20, 1))

    assert chance_of_being_ahead(bad, good) == 0
    assert chance_of_being_ahead(good, bad) == 1
    assert chance_of_being_ahead(good, good) == 1


def test_the_best_of_many_equal_trials_gains_nothing() -> None:
    chance = np.random.default_rng(1)
    hits = chance.binomial(10, 0.5, (30, 60))
    luckiest = hits.sum(axis=1).max() / 600 - hits[0].sum() / 600

    gain = gain_of_choosing(np.stack([hits, np.full(hits.shape, 20)], axis=-1).astype(float), 600)

    assert luckiest > 0.02  # what the best of the scores would promise
    assert gain.interval.low < 0 < gain.interval.high
    assert gain.value < luckiest / 2


def test_a_trial_that_is_ahead_everywhere_gains_its_lead() -> None:
    hits = np.tile([[5.0], [6.0]], (1, 60)) + np.random.default_rng(2).integers(0, 2, (2, 60))
    trials = np.stack([hits, np.full(hits.shape, 20.0)], axis=-1)

    gain = gain_of_choosing(trials, 600)

    assert gain.value == pytest.approx(0.1, abs=0.03)
    assert gain.interval.low > 0


def test_from_few_articles_the_gain_has_no_interval() -> None:
    trials = np.tile([2.0, 6.0], (3, 4, 1))

    gain = gain_of_choosing(trials, 40)

    assert gain.too_few
    assert "4 articles" in gain.interval.missing
