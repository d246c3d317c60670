from pathlib import Path

import numpy as np

from annotate.core.dataset_folder import open_dataset
from train.baselines.tfidf import train_baseline
from train.dataset import read_split


def test_words_that_give_a_label_away_are_learned(tiny_dataset: Path) -> None:
    dataset = open_dataset(tiny_dataset)
    baseline = train_baseline(read_split(dataset, "train"), read_split(dataset, "validation"))
    test = read_split(dataset, "test")

    predicted = baseline.scores(test.texts) >= baseline.threshold.value

    assert (predicted == test.gold).mean() > 0.9


def test_a_label_without_training_examples_has_its_prior(tiny_dataset: Path) -> None:
    dataset = open_dataset(tiny_dataset)
    baseline = train_baseline(read_split(dataset, "train"), read_split(dataset, "validation"))

    assert not baseline.scores(["liberty and the council"])[:, 3].any()


def test_training_twice_gives_the_same_scores(tiny_dataset: Path) -> None:
    dataset = open_dataset(tiny_dataset)
    splits = read_split(dataset, "train"), read_split(dataset, "validation")
    texts = read_split(dataset, "test").texts

    first, second = train_baseline(*splits), train_baseline(*splits)

    assert np.array_equal(first.scores(texts), second.scores(texts))
    assert first.threshold == second.threshold


def test_no_texts_have_no_scores(tiny_dataset: Path) -> None:
    dataset = open_dataset(tiny_dataset)
    baseline = train_baseline(read_split(dataset, "train"), read_split(dataset, "validation"))

    assert baseline.scores([]).shape == (0, 4)
