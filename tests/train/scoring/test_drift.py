import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from train.scoring.drift import Distribution, Inputs, describe_inputs

HUNDRED = np.arange(1, 101).astype(np.float64)


def inputs(words: int = 1000, labels: int = 1000) -> Inputs:
    """Lengths from 1 to 100 words and from 0 to 1 labels, all as frequent."""
    return Inputs(
        Distribution(words, tuple(float(10 * n) for n in range(1, 10))),
        Distribution(labels, tuple(n / 10 for n in range(1, 10))),
    )


def test_the_distance_is_the_largest_difference_between_shares() -> None:
    usual = Distribution(1000, tuple(float(10 * n) for n in range(1, 10)))

    assert usual.distance(HUNDRED) == pytest.approx(0, abs=0.011)
    # of 1 to 50, 49 in 50 are below 50, and half of the others
    assert usual.distance(HUNDRED[:50]) == pytest.approx(0.48)
    assert usual.distance(np.full(10, 1.0)) == pytest.approx(0.9)
    assert usual.distance(np.full(10, 200.0)) == pytest.approx(0.9)


def test_values_that_are_all_the_same_are_like_themselves() -> None:
    assert Distribution.of(np.full(7, 3.0)).distance(np.full(90, 3.0)) == 0


def test_few_paragraphs_may_differ_more_by_chance() -> None:
    usual = Distribution(1000, tuple(float(10 * n) for n in range(1, 10)))
    shifted = HUNDRED[:70]  # the distance is .3 or so

    assert usual.differs(np.tile(shifted, 10))
    assert not usual.differs(shifted[::7])


def test_what_differs_is_named_with_both_medians() -> None:
    lengths, labels = HUNDRED / 5, HUNDRED / 100

    (sentence,) = inputs().differences(lengths, labels)

    assert sentence == (
        "the input is unlike the training data: words in a paragraph, at the median 10.1 "
        "(8 in 10: 2.18 to 18), there 50 (8 in 10: 10 to 90)"
    )
    assert inputs().differences(HUNDRED, labels) == ()
    (sentence,) = inputs().differences(HUNDRED, labels / 9)
    assert "unlike the validation data: expected labels in a paragraph" in sentence


def test_fewer_than_fifty_paragraphs_are_not_judged() -> None:
    tiny = np.full(49, 0.001)

    assert inputs().differences(tiny, tiny) == ()
    assert len(inputs().differences(np.full(50, 0.001), np.full(50, 0.001))) == 2


def test_a_description_comes_back_from_json() -> None:
    made = describe_inputs(["one two", "one"], np.array([[0.5, 0.25], [0.1, 0.0], [1.0, 1.0]]))

    assert (made.words.paragraphs, made.labels.paragraphs) == (2, 3)
    assert (made.words.deciles[4], made.labels.deciles[4]) == (1.5, 0.75)
    assert Inputs.from_json(json.loads(json.dumps(made.to_json()))) == made


@pytest.mark.parametrize("broken", [{}, {"words": 1}, {"paragraphs": 3, "deciles": [1.0]}, "x"])
def test_a_broken_description_is_refused(broken: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Inputs.from_json({"words": broken, "labels": broken})


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
@settings(deadline=None)
def test_the_distance_lies_between_0_and_nine_tenths(values: list[float]) -> None:
    distance = Distribution.of(np.array([1.0, 2.0, 30.0])).distance(np.array(values))

    assert 0 <= distance <= 0.9 + 1e-9


@given(st.lists(st.integers(0, 50), min_size=2, max_size=40))
@settings(deadline=None)
def test_values_hardly_differ_from_themselves(values: list[int]) -> None:
    some = np.array(values, dtype=float)

    assert Distribution.of(some).distance(some) <= 1 / len(some) + 1e-9


@given(st.integers(50, 300), st.integers(0, 5))
@settings(deadline=None, max_examples=40)
def test_draws_of_one_source_rarely_differ(size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    usual = Distribution.of(rng.lognormal(3, 1, 400))

    assert not usual.differs(rng.lognormal(3, 1, size))
