from pathlib import Path

import pytest

from tests.train.baselines.samples import TEXTS, split_of
from train.baselines.registry import BASELINES, score_baselines
from train.models.encoder import find_encoder


@pytest.mark.slow
def test_every_baseline_scores_every_text_and_the_average_is_the_mean_of_two(
    tiny_bert: Path,
) -> None:
    scores = score_baselines(split_of(TEXTS), TEXTS[:7], find_encoder(str(tiny_bert)))

    assert list(scores) == list(BASELINES) == ["most_frequent", "tfidf", "frozen", "average"]
    assert {each.shape for each in scores.values()} == {(7, 2)}
    assert scores["average"] == pytest.approx((scores["tfidf"] + scores["frozen"]) / 2)


def test_without_an_encoder_two_are_left() -> None:
    assert list(score_baselines(split_of(TEXTS), TEXTS, None)) == ["most_frequent", "tfidf"]
