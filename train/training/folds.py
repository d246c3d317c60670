"""Train and score out of fold: each paragraph by a model that has not seen its article."""

import shutil
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

from annotate.core.console import Progress
from annotate.core.io.files import writing_bytes
from train.dataset import Split
from train.models.encoder import Encoder
from train.scoring.scores import Floats
from train.training.recipe import Recipe
from train.training.trainer import train, untrained

LOGITS = "logits.npy"


def fold_numbers(split: Split, folds: int, seed: int) -> npt.NDArray[np.intp]:
    """Return the fold of each paragraph, from 0; an article's paragraphs share one.

    The articles are shuffled, then each goes to the fold that has the fewest paragraphs so far.
    """
    articles = split.articles
    sizes = np.bincount(articles)
    filled, fold_of = np.zeros(folds, dtype=int), np.zeros(len(sizes), dtype=np.intp)
    for article in np.random.default_rng(seed).permutation(len(sizes)):
        fold_of[article] = filled.argmin()
        filled[fold_of[article]] += sizes[article]
    return fold_of[articles]


def fit_and_score(
    encoder: Encoder,
    labels: Sequence[str],
    train_split: Split,
    texts: Sequence[str],
    recipe: Recipe,
    seed: int,
    folder: Path,
    bar: Progress,
) -> Floats:
    """Train on a split and return the logits of other texts, shape (texts, labels).

    The logits are kept in `folder`: the second call with the same folder reads them, and one that
    was interrupted goes on from its newest checkpoint. The caller chooses a folder for each run
    and counts `recipe.total_steps` on the bar.

    Raises:
        ModelError: As `untrained` and `train`.
        InputError: The folder cannot be written to.
    """
    path = folder / LOGITS
    if path.is_file():
        bar.skip(recipe.total_steps(len(train_split.texts)))
        kept: Floats = np.load(path, allow_pickle=False)
        return kept
    classifier = untrained(encoder, labels, recipe, seed)
    trained = train(classifier, (train_split, None), recipe, seed, folder, bar)
    logits = trained.classify(texts, lambda _: bar.advance(0)).logits.astype(np.float64)
    content = BytesIO()  # written to a full disk, numpy's error would not say so
    np.save(content, logits, allow_pickle=False)
    with writing_bytes(path) as file:
        file.write(content.getvalue())
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    return logits


def out_of_fold(
    encoder: Encoder,
    labels: Sequence[str],
    split: Split,
    numbers: npt.NDArray[np.intp],
    recipe: Recipe,
    seed: int,
    folder: Path,
    bar: Progress,
) -> Floats:
    """Return the logits of each paragraph by a model of the other folds; shape (rows, labels).

    Args:
        encoder: The encoder.
        labels: The labels, in order.
        split: The paragraphs.
        numbers: The fold of each, from `fold_numbers`.
        recipe: The settings.
        seed: As in `train`.
        folder: Keeps the logits of each fold, so that an interrupted call goes on.
        bar: Counts `out_of_fold_steps`.
    """
    logits = np.zeros(split.gold.shape)
    for fold in range(numbers.max() + 1):
        rest, own = np.flatnonzero(numbers != fold), np.flatnonzero(numbers == fold)
        texts = [split.texts[n] for n in own]
        where = folder / f"fold-{fold}"
        logits[own] = fit_and_score(
            encoder, labels, split.rows(rest), texts, recipe, seed, where, bar
        )
    return logits


def out_of_fold_steps(numbers: npt.NDArray[np.intp], recipe: Recipe) -> int:
    """Return the optimizer steps of `out_of_fold`."""
    sizes = np.bincount(numbers)
    return sum(recipe.total_steps(len(numbers) - size) for size in sizes.tolist())
