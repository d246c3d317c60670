from tests.train.baselines.samples import split_of
from train.baselines.most_frequent import most_frequent_scores


def test_every_text_gets_the_share_of_the_label_that_most_paragraphs_have() -> None:
    train = split_of(["traitor", "catastrophe", "catastrophe traitor", "catastrophe", "mayor"])

    # of five paragraphs three have the second label, two the first
    assert most_frequent_scores(train, ["any", "text"]).tolist() == [[0, 0.6], [0, 0.6]]


def test_of_equally_frequent_labels_the_first_counts() -> None:
    train = split_of(["traitor", "catastrophe", "mayor", "mayor"])

    assert most_frequent_scores(train, ["any"]).tolist() == [[0.25, 0]]


def test_without_any_example_nothing_is_answered() -> None:
    assert most_frequent_scores(split_of(["mayor", "road"]), ["any"]).tolist() == [[0, 0]]
