"""Draw the training samples of a learning curve: whole articles, and nested.

The train and validation splits are joined and cut into four folds by article; the test split stays
unseen. Each fold is scored by models that were trained on samples of the other three, so every
size is scored on the same paragraphs, all of them, and the scores of two sizes differ by what was
trained on alone. One held-out part would cost a quarter of it, but its few articles would say less
than the bands need: the gain of some hundred paragraphs is a few points.

A draw is an order of the articles; the sample of a size is the beginning of it that comes nearest
to that size, so a larger sample contains the smaller ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import numpy.typing as npt

from annotate.core.errors import InputError
from annotate.core.plurals import counted
from train.dataset import Split
from train.training.folds import fold_numbers

FOLDS = 4
SMALLEST = 50  # of the sizes that double
LEAST_ARTICLES = 2 * FOLDS  # each fold has two halves, for thresholds
_NEAR = 0.8  # a size that is nearer to the largest tells little

Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Sample:
    """What one model of the curve is trained on, and what it scores; rows of the split.

    Attributes:
        size: The size that was asked for; `train` is as near to it as whole articles come.
        draw: Number of the draw, from 0.
        fold: The fold that is scored.
    """

    size: int
    draw: int
    fold: int
    train: Numbers
    scored: Numbers

    @property
    def folder(self) -> Path:
        """Where its scores are kept, below the curve's folder."""
        return Path(f"draw-{self.draw}", f"fold-{self.fold}", str(self.size))


def default_sizes(most: int) -> tuple[int, ...]:
    """Return 50, 100, 200, ... and the most that a sample can have."""
    doubling = [SMALLEST << n for n in range(most.bit_length()) if SMALLEST << n < _NEAR * most]
    return (*doubling, most)


def largest_sample(split: Split, seed: int) -> int:
    """Return how many paragraphs every fold can have to train on.

    Raises:
        InputError: There are too few articles.
    """
    articles = len(set(split.article_ids))
    if articles < LEAST_ARTICLES:
        raise InputError(
            f"{counted(len(split.ids), 'paragraph')} of {counted(articles, 'article')} in train "
            f"and validation: a learning curve needs {LEAST_ARTICLES} articles; label more and "
            "pull again"
        )
    return len(split.ids) - int(np.bincount(fold_numbers(split, FOLDS, seed)).max())


def check_sizes(sizes: Sequence[int], most: int) -> None:
    """Refuse sizes that do not grow, are too few or too large.

    Raises:
        InputError: They are; the line says what can be chosen.
    """
    if len(sizes) < 2:
        raise InputError(
            f"a learning curve needs two sizes, such as {SMALLEST} and {2 * SMALLEST}, and these "
            f"splits allow samples of {counted(most, 'paragraph')}; label more, or choose smaller "
            "ones with --sizes"
        )
    if sizes[0] < 1 or any(a >= b for a, b in pairwise(sizes)):
        raise InputError(f"--sizes {','.join(map(str, sizes))}: write growing numbers from 1 on")
    if sizes[-1] > most:
        raise InputError(
            f"--sizes {','.join(map(str, sizes))}: a sample has at most "
            f"{counted(most, 'paragraph')}, for a quarter of train and validation is kept for "
            "scoring; choose smaller sizes"
        )


def draws_of(sizes: Sequence[int], repeats: int, cost: Callable[[int], int]) -> tuple[int, ...]:
    """Return how often each size is drawn: once at the two largest.

    A smaller one is drawn `repeats` times, or less often if that cost more than the largest.
    """
    small = [max(1, min(repeats, cost(sizes[-1]) // cost(size))) for size in sizes[:-2]]
    return (*small, 1, 1)


def draw_samples(
    split: Split, sizes: Sequence[int], draws: Sequence[int], seed: int
) -> list[Sample]:
    """Return the samples, the smallest first.

    Args:
        split: Train and validation.
        sizes: From `default_sizes`, or chosen.
        draws: How often each is drawn.
        seed: Decides folds and draws.
    """
    folds = fold_numbers(split, FOLDS, seed)
    samples = []
    for size, count in zip(sizes, draws, strict=True):
        for draw, fold in product(range(count), range(FOLDS)):
            order = _shuffled(split.articles[folds != fold], (seed, draw, fold))
            rows = _beginning(order, split.articles, size)
            samples.append(Sample(size, draw, fold, rows, np.flatnonzero(folds == fold)))
    return samples


def _shuffled(articles: Numbers, seed: tuple[int, ...]) -> Numbers:
    return np.random.default_rng(seed).permutation(np.unique(articles))


def _beginning(order: Numbers, articles: Numbers, size: int) -> Numbers:
    """Return the rows of the first articles, as many as come nearest to the size; one at least."""
    totals = np.cumsum(np.bincount(articles)[order])
    number = int(np.abs(totals - size).argmin()) + 1
    return np.flatnonzero(np.isin(articles, order[:number]))
