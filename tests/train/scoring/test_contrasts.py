import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.scoring.contrasts import (
    contrast,
    count_all,
    enough_examples,
    holm,
    randomisation_test,
)
from train.scoring.paired import micro_difference
from train.scoring.scores import Bools, LabelSet, score_predictions

Numbers = npt.NDArray[np.intp]
LABELS = LabelSet(("a", "b", "c"), {"a": "x", "b": "x", "c": "y"})


def two_answers(seed: int, paragraphs: int = 120) -> tuple[Bools, Bools, Bools]:
    """Gold, and two answers that get one decision in eight wrong."""
    chance = np.random.default_rng(seed)
    gold = chance.random((paragraphs, 3)) < [0.4, 0.2, 0.1]
    first, second = (gold ^ (chance.random(gold.shape) < 0.12) for _ in range(2))
    return gold, first, second


def test_differences_are_those_of_the_scores() -> None:
    gold, first, second = two_answers(1)
    articles = np.repeat(np.arange(20), 6)
    one, other = (score_predictions(gold, each, articles, LABELS) for each in (first, second))

    result = contrast(count_all(gold, [first, second], articles), (-1, 1), len(gold))

    assert result.micro == micro_difference(gold, second, first, articles)
    assert result.macro.value == pytest.approx(other.macro.value - one.macro.value)
    assert result.any_technique.value == pytest.approx(
        other.any_technique.f1.value - one.any_technique.f1.value
    )
    assert [each.value for each in result.labels] == pytest.approx(
        [other.labels[k].f1.value - one.labels[k].f1.value for k in LABELS.labels]
    )
    assert result.macro.interval.low < result.macro.value < result.macro.interval.high


def test_a_mean_over_several_is_a_contrast_too() -> None:
    gold, first, second = two_answers(2)
    articles = np.repeat(np.arange(20), 6)
    counts = count_all(gold, [first, second, gold], articles)

    result = contrast(counts, (-0.5, -0.5, 1), len(gold)).micro.value

    # the gold labels themselves have F1 1
    micro = [score_predictions(gold, x, articles, LABELS).micro.f1.value for x in (first, second)]
    assert result == pytest.approx(1 - sum(micro) / 2)


def test_with_few_articles_p_is_that_of_scipys_exact_test() -> None:
    from scipy.stats import permutation_test

    gold, first, second = two_answers(3, paragraphs=60)
    articles = np.repeat(np.arange(10), 6)
    counts = count_all(gold, [first, second], articles)

    def f1(numbers: Numbers, answers: Numbers, label: int) -> float:
        hits, alarms, misses = counts[numbers, answers, label].sum(axis=0)
        return float(2 * hits / (2 * hits + alarms + misses))

    def difference(one: Numbers, other: Numbers, label: int) -> float:
        numbers = np.arange(10)
        return f1(numbers, other, label) - f1(numbers, one, label)

    for label, p in enumerate(randomisation_test(counts)):
        wanted = permutation_test(
            (np.zeros(10, dtype=int), np.ones(10, dtype=int)),
            lambda one, other, label=label: difference(one, other, label),
            permutation_type="samples",
            vectorized=False,
            n_resamples=np.inf,
        )
        assert p == pytest.approx(wanted.pvalue)


def test_alike_answers_have_p_1_and_opposite_ones_a_small_p() -> None:
    gold = np.zeros((40, 1), dtype=bool)
    gold[::2] = True
    articles = np.repeat(np.arange(20), 2)

    assert randomisation_test(count_all(gold, [gold, gold], articles)).tolist() == [1]
    assert randomisation_test(count_all(gold, [~gold, gold], articles))[0] < 0.001


def test_labels_with_fewer_than_5_examples_are_not_tested() -> None:
    gold = np.zeros((20, 3), dtype=bool)
    gold[:4, 0] = gold[:5, 1] = True

    counts = count_all(gold, [gold, ~gold], np.arange(20))

    assert enough_examples(counts).tolist() == [False, True, False]


def test_holms_correction_is_that_of_statsmodels() -> None:
    p_values = [0.0101, 0.2, 0.0004, 0.04, 0.03, 0.9, 0.012, 0.012]

    # statsmodels 0.15.0, multipletests(p_values, method="holm")
    assert holm(p_values) == pytest.approx([0.0707, 0.4, 0.0032, 0.12, 0.12, 0.9, 0.072, 0.072])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=30))
def test_a_correction_lowers_no_p_and_keeps_their_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)

    assert all(p <= corrected <= 1 for p, corrected in zip(p_values, adjusted, strict=True))
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    assert [adjusted[n] for n in order] == sorted(adjusted)
