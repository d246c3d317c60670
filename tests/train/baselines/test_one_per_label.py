import numpy as np

from train.baselines.one_per_label import label_scores


def test_a_label_that_all_or_none_have_gets_its_prior_and_the_others_are_learned() -> None:
    from sklearn.linear_model import LogisticRegression

    features = np.array([[0.0], [0.1], [0.9], [1.0]])
    gold = np.array([[False, True, x > 0.5] for x in (0.0, 0.1, 0.9, 1.0)])

    scores = label_scores(features, gold, np.array([[0.0], [1.0]]), LogisticRegression)

    assert scores[:, 0].tolist() == [0, 0]
    assert scores[:, 1].tolist() == [1, 1]
    assert scores[0, 2] < 0.5 < scores[1, 2]
