import numpy as np

from train.dataset import Split
from train.scoring.scores import Floats
from train.training.choice import OutOfFold


def scored(logits: Floats, head_logits: Floats) -> OutOfFold:
    gold = np.array([[1], [0], [1], [0]], dtype=bool)
    names = ("a", "b", "c", "d")
    split = Split("train", names, names, names, gold, ((),) * 4)
    return OutOfFold(split, np.array([0, 0, 1, 1]), logits, head_logits, {})


def test_each_fold_gets_the_threshold_of_the_other() -> None:
    scores = np.array([[0.9], [0.3], [0.5], [0.2]])

    predicted = scored(scores, scores).predicted(scores)

    # fold 1 says .35, the middle of .2 and .5; fold 0 says .6, the middle of .3 and .9
    assert predicted.ravel().tolist() == [True, False, False, False]


def test_the_whole_encoder_is_carried_where_it_scores_at_least_as_well() -> None:
    good, bad = np.array([[3.0], [-3], [3], [-3]]), np.array([[-3.0], [3], [-3], [3]])

    assert scored(good, good).carries_encoder
    assert scored(good, bad).carries_encoder
    assert not scored(bad, good).carries_encoder
