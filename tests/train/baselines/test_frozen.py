import numpy as np
import pytest

from tests.train.baselines.samples import TEXTS, split_of
from tests.train.baselines.test_embeddings import embedded_one_by_one
from train.baselines.frozen import frozen_scores
from train.models.encoder import MINILM, find_encoder, minilm_folder

pytestmark = pytest.mark.slow


def test_scores_are_those_of_logistic_regression_on_embeddings_of_a_plain_loop() -> None:
    from sklearn.linear_model import LogisticRegression

    train, asked = split_of(TEXTS[::2], labels=3), TEXTS[1::4]

    scores = frozen_scores(train, asked, find_encoder(MINILM))

    known, new = (embedded_one_by_one(minilm_folder(), list(t)) for t in (train.texts, asked))
    for column in range(2):
        regression = LogisticRegression(C=0.01, max_iter=1000).fit(known, train.gold[:, column])
        expected = regression.predict_proba(new)[:, 1]
        assert scores[:, column] == pytest.approx(expected, abs=1e-3)
        assert np.ptp(expected) > 0.1  # they do tell texts apart
    assert not scores[:, 2].any()  # it has no example
