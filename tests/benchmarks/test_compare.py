import numpy as np
import pytest

from benchmarks.compare import BETTER, BOLD, PLAIN, System, draw
from train.scoring.contrasts import count_all
from train.scoring.scores import f1


@pytest.mark.parametrize("system", [PLAIN, BOLD, BETTER])
def test_the_truth_is_the_f1_of_very_many_articles(system: System) -> None:
    sample = draw(np.random.default_rng(0), 4000, system, PLAIN)

    counts = count_all(sample.gold, [sample.first], sample.articles)

    sums = counts.sum(axis=0)[0, :-1]
    assert f1(sums.sum(axis=0)) == pytest.approx(system.f1, abs=0.01)
    assert f1(sums)[-1] == pytest.approx(system.f1, abs=0.02)  # the most frequent label


def test_systems_of_equal_f1_differ_in_how_bold_they_are() -> None:
    assert pytest.approx(PLAIN.f1) == BOLD.f1
    assert BOLD.alarms > PLAIN.alarms
