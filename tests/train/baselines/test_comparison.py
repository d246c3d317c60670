from pathlib import Path

import numpy as np
import pytest

from tests.train.baselines.samples import TEXTS, split_of
from train.baselines.comparison import Answer, answer, compare, compare_with_baselines
from train.models.encoder import find_encoder
from train.scoring.scores import LabelSet

LABELS = LabelSet(("insult", "fear"), {"insult": "attack", "fear": "appeal"})


def test_thresholds_come_from_validation_and_the_answers_are_for_the_rows() -> None:
    train = split_of(TEXTS)
    rows = split_of(["a traitor at the road", "a catastrophe at school", "the mayor"])

    answers = answer(train, split_of(TEXTS[12:24]), rows, None)  # all with the first label only

    assert (answers["tfidf"].predicted == rows.gold).all()
    assert answers["most_frequent"].predicted.tolist() == [[True, False]] * 3


def test_scores_differences_and_sentences_stand_together() -> None:
    rows = split_of(TEXTS, each=1)
    nothing = Answer(0.5, np.zeros_like(rows.gold))

    compared = compare(rows, rows.gold, {"tfidf": nothing}, LABELS, curve="It rises.")

    assert compared["baselines"]["tfidf"]["threshold"] == 0.5
    assert compared["baselines"]["tfidf"]["micro"]["f1"]["value"] == 0
    assert compared["differences"]["tfidf"]["value"] == 1
    assert compared["verdict"][0].startswith("The model is ahead of every baseline")
    assert compared["verdict"][1] == "It rises."


@pytest.mark.slow
def test_a_model_that_says_nothing_is_told_to_be_behind(tiny_bert: Path) -> None:
    train, validation = split_of(TEXTS), split_of(TEXTS, each=1)
    silent = np.zeros_like(validation.gold)

    compared = compare_with_baselines(
        train, validation, silent, find_encoder(str(tiny_bert)), LABELS
    )

    assert list(compared["baselines"]) == ["most_frequent", "tfidf", "frozen", "average"]
    assert compared["differences"]["tfidf"]["value"] == -1  # TF-IDF knows the words
    assert "is ahead of the model by 1.00" in compared["verdict"][0]
