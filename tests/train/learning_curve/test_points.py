import numpy as np
import pytest

from tests.train.learning_curve.samples import make_split
from train.learning_curve.points import count_outcomes, decided_by_halves, draw_noise, make_curve
from train.learning_curve.samples import draw_samples


def test_the_threshold_of_a_half_ignores_the_scores_of_the_same_half() -> None:
    split = make_split([1] * 200)
    chance = np.random.default_rng(0)
    scores = np.where(split.gold, 0.6, 0.4) + chance.normal(scale=0.01, size=split.gold.shape)

    predicted = decided_by_halves(split, scores, 100, seed=3)
    mirrored = scores.copy()
    place = np.random.default_rng(3).permutation(200)
    mirrored[place % 2 == 0] /= 10  # another scale in one half

    changed = decided_by_halves(split, mirrored, 100, seed=3)
    assert (predicted == split.gold).all()
    assert not changed[place % 2 == 0].any()  # the threshold of the other scale
    assert changed[place % 2 == 1].all()


def test_a_perfect_learner_has_f1_1_and_a_silent_one_0() -> None:
    split = make_split([2] * 20)
    samples = draw_samples(split, [10, 20], [1, 1], 0)
    perfect = [{"model": split.gold[s.scored].astype(float)} for s in samples]

    counts = count_outcomes(split, samples, perfect, 0)["model"]

    assert [c.shape for c in counts] == [(1, 20, 3)] * 2
    assert make_curve(counts, [10, 20], 0).values == pytest.approx(1)
    silent = [np.stack([0 * c[..., 0], 0 * c[..., 0], c[..., 0]], axis=-1) for c in counts]
    assert (make_curve(silent, [10, 20], 0).values == 0).all()


def test_the_noise_of_draws_is_pooled_and_falls_with_the_square_root_of_the_size() -> None:
    # sums of squares times size: 100 * .02 = 2 and 0; two degrees of freedom in all
    noise = draw_noise(
        [np.array([0.4, 0.6]), np.array([0.5, 0.5]), np.array([0.7])], (100, 400, 900)
    )

    assert noise == pytest.approx([0.1, 0.05, 1 / 30])


def test_without_two_draws_the_noise_is_unknown() -> None:
    assert np.isnan(draw_noise([np.array([0.4]), np.array([0.6])], (50, 100))).all()


def test_the_same_seed_draws_the_same_articles_for_every_learner() -> None:
    counts = [np.random.default_rng(5).integers(0, 9, size=(1, 30, 3)).astype(float)] * 2

    first, second = make_curve(counts, (50, 100), 7), make_curve(counts, (50, 100), 7)

    assert (first.values == second.values).all()
    assert first.values[1:, 0].std() > 0
