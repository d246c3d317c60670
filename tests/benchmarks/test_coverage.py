import numpy as np
import pytest

from annotate.core.stats.estimates import Floats
from benchmarks.coverage.__main__ import (
    WHOLE,
    Population,
    cells,
    count,
    draw,
    figures,
    measure,
    truth,
)
from benchmarks.coverage.methods import QUICK, SLOW, percentile, product
from train.scoring.paired import micro_difference
from train.scoring.scores import Bools, LabelSet, score_predictions

LABELS = LabelSet(tuple("abc"), dict.fromkeys("abc", "x"))


def made() -> tuple[Bools, Bools, Bools, Population]:
    rng = np.random.default_rng(4)
    gold = rng.random((120, 3)) < 0.3
    first, second = gold ^ (rng.random(gold.shape) < 0.1), gold ^ (rng.random(gold.shape) < 0.3)
    return gold, first, second, count(gold, [first, second], np.arange(120) // 6, "made")


def test_the_figures_are_those_that_are_scored() -> None:
    gold, first, second, population = made()

    values = truth(population)

    scores = score_predictions(gold, first, np.arange(120) // 6, LABELS)
    micro, lead = scores.micro, micro_difference(gold, first, second, np.arange(120) // 6)
    expected = [micro.f1, micro.precision, micro.recall, scores.macro, scores.any_technique.f1]
    assert values[:5].tolist() == pytest.approx([estimate.value for estimate in expected])
    labels = [scores.labels[label].f1.value for label in "abc"]
    assert values[len(WHOLE) : -2].tolist() == pytest.approx(labels)
    assert values[-2:].tolist() == pytest.approx([lead.value, 0])


def test_every_method_has_ends_around_the_figure() -> None:
    population = made()[-1]
    sample = draw(population, 15, seed=1)
    values: Floats = figures(sample.counts.sum(axis=0)[np.newaxis])[0]

    for name, method in ({**QUICK, **SLOW}).items():
        low, high = method(sample)
        assert ((low < values) & (values < high)).all(), name


def test_covered_trials_are_counted() -> None:
    tally = measure(made()[-1], 15, 40, {"chosen": product, "percentile": percentile})

    counting, covered, widths = tally["chosen"]
    assert counting[0] == 40
    assert 33 <= covered[0] <= 40
    assert 0 < widths[0] / 40 < 0.3
    assert widths[0] > tally["percentile"][2][0]
    assert cells(tally["chosen"])[0] == f"{covered[0] / 0.4:.1f} ({widths[0] / 40:.3f})"
