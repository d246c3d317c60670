from tests.train.baselines.samples import TEXTS, WORDS, split_of
from train.baselines.tfidf import tfidf_scores


def test_words_that_give_a_label_away_are_learned() -> None:
    unseen = [f"on sunday the {word} met a council about a new bridge" for word in WORDS]

    scores = tfidf_scores(split_of(TEXTS), unseen)

    assert (scores > 0.5).tolist() == [[True, False], [False, True]]


def test_training_twice_gives_the_same_scores() -> None:
    first, second = (tfidf_scores(split_of(TEXTS), TEXTS) for _ in range(2))

    assert (first == second).all()


def test_no_texts_have_no_scores() -> None:
    assert tfidf_scores(split_of(TEXTS), []).shape == (0, 2)
