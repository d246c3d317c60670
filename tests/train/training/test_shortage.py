import numpy as np
import pytest

from train.dataset import Split
from train.training.shortage import shortages

LABELS = ("a", "b", "c")


def split(articles: int, paragraphs: int, *examples: int) -> Split:
    """The first paragraphs are the examples of each label."""
    gold = np.stack([np.arange(paragraphs) < n for n in examples or (9, 9, 9)], axis=-1)
    names = tuple(f"p{n}" for n in range(paragraphs))
    places = tuple(f"article {n % articles}" for n in range(paragraphs))
    return Split("train", names, places, names, gold, ((),) * len(names))


ENOUGH = split(5, 100)


@pytest.mark.parametrize(
    ("train", "words"),
    [
        (split(1, 1), "training on 1 paragraph of 1 article: too few to tell anything"),
        (split(2, 8), "training on 8 paragraphs of 2 articles: too few to tell anything"),
        (split(4, 400), "training on 400 paragraphs of 4 articles: too few to tell anything"),
        (split(9, 99), "training on 99 paragraphs of 9 articles: too few to tell anything"),
    ],
)
def test_few_articles_or_paragraphs_are_named(train: Split, words: str) -> None:
    first, *_ = shortages(train, ENOUGH, LABELS)

    assert first.startswith(words)
    assert "100 paragraphs of 5 articles" in first


def test_enough_of_everything_gives_no_warning() -> None:
    assert list(shortages(ENOUGH, split(5, 10), LABELS)) == []


@pytest.mark.parametrize("validation", [split(4, 40), split(9, 9)])
def test_a_small_validation_split_is_named(validation: Split) -> None:
    (shortage,) = shortages(ENOUGH, validation, LABELS)

    assert shortage.startswith(f"validating on {len(validation.ids)} paragraphs of ")
    assert "too few to tell, so threshold and calibration are chosen almost at random" in shortage


def test_techniques_with_fewer_than_five_examples_are_named() -> None:
    # a technique without any example is named elsewhere: the model cannot learn it at all
    (shortage,) = shortages(split(5, 100, 0, 4, 5), ENOUGH, LABELS)

    assert shortage.startswith("fewer than 5 training examples, too few to tell")
    assert shortage.endswith(": b (4)")


def test_a_label_that_every_paragraph_has_is_named() -> None:
    (shortage,) = shortages(split(5, 100, 100, 99, 9), ENOUGH, LABELS)

    assert shortage.startswith("every training paragraph is labelled a, so the model will find it")
