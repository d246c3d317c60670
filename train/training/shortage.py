"""Refuse training data without anything to learn, and warn of data that are too small."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.plurals import counted
from annotate.core.stats.estimates import LEAST_ARTICLES, LEAST_EXAMPLES, TOO_FEW, Size
from train.dataset import Split

# Of the 23 techniques of the sample corpus, 5 have LEAST_EXAMPLES or more examples among 50
# paragraphs, 16 among 100 and 22 among 150: below 100, most of a model is not trained at all.
LEAST_TRAINING = 100


def check_examples(split: Split, dataset: Path, where: str = "the train split") -> None:
    """Refuse to train on paragraphs none of which has a technique.

    Args:
        split: The paragraphs.
        dataset: Folder of the dataset, for the message.
        where: What the paragraphs are called in it.

    Raises:
        InputError: None has.
    """
    if not split.gold.any():
        raise InputError(
            f"{dataset}: no paragraph of {where} has a technique, so there is nothing to learn; "
            "label more articles and pull again"
        )


def shortages(train: Split, validation: Split, labels: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each thing that is too few in the splits that `fit` uses."""
    articles, paragraphs = len(set(train.article_ids)), len(train.ids)
    if articles < LEAST_ARTICLES or paragraphs < LEAST_TRAINING:
        yield (
            f"training on {_amount(train)}: {TOO_FEW} anything; a model needs "
            f"{LEAST_TRAINING} paragraphs of {LEAST_ARTICLES} articles at the very least"
        )
    if Size(len(set(validation.article_ids)), len(validation.ids)).shortage:
        yield (
            f"validating on {_amount(validation)}: {TOO_FEW}, so threshold and calibration are "
            "chosen almost at random"
        )
    examples = zip(labels, train.gold.sum(axis=0).tolist(), strict=True)
    always = [label for label, column in zip(labels, train.gold.T, strict=True) if column.all()]
    if always:
        yield (
            f"every training paragraph is labelled {', '.join(always)}, so the model will find it "
            "everywhere; add paragraphs without it"
        )
    few = [f"{label} ({number})" for label, number in examples if 0 < number < LEAST_EXAMPLES]
    if few:
        yield (
            f"fewer than {LEAST_EXAMPLES} training examples, {TOO_FEW} whether the model learns "
            f"them: {', '.join(few)}"
        )


def _amount(split: Split) -> str:
    articles = len(set(split.article_ids))
    return f"{counted(len(split.ids), 'paragraph')} of {counted(articles, 'article')}"
