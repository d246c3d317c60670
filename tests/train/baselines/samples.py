"""A hand-made split in which one word decides each label."""

from collections.abc import Sequence

import numpy as np

from train.dataset import Split

WORDS = ("traitor", "catastrophe")


def split_of(texts: Sequence[str], labels: int = 2, each: int = 2) -> Split:
    """A label holds where its word stands; every `each` paragraphs are an article."""
    gold = np.zeros((len(texts), labels), dtype=bool)
    for row, text in enumerate(texts):
        for column, word in enumerate(WORDS):
            gold[row, column] = word in text.split()
    return Split(
        "train",
        ids=tuple(f"p{n}" for n in range(len(texts))),
        article_ids=tuple(f"a{n // each}" for n in range(len(texts))),
        texts=tuple(texts),
        gold=gold,
        marks=((),) * len(texts),
    )


TEXTS = [
    f"the mayor {word} spoke on {day} about the {thing}"
    for word in ("", "traitor", "catastrophe", "traitor catastrophe", "traitor")
    for day in ("monday", "tuesday", "friday")
    for thing in ("bridge", "council", "road", "school")
]
