"""Choose by out-of-fold scores what the data can carry: the whole encoder trained, or its head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from annotate.core.console import Progress
from annotate.core.stats.estimates import LEAST_ARTICLES
from train.baselines.registry import score_baselines
from train.dataset import Split
from train.models.encoder import Encoder
from train.scoring.calibration import sigmoid
from train.scoring.paired import micro_difference
from train.scoring.scores import Bools, Floats
from train.scoring.thresholds import cross_fitted
from train.training.folds import out_of_fold
from train.training.probe import head_out_of_fold
from train.training.recipe import Recipe
from train.training.trainer import untrained

# With more training paragraphs than these, training the whole encoder was ahead of its frozen
# states wherever it was measured (benchmarks/README.md): a choice would only cost time.
CARRIES_ALL = 250
# Two folds cost one more fit.
CHOICE_FOLDS = 2


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Scores of paragraphs by models that have not seen their articles.

    Attributes:
        split: The paragraphs.
        numbers: The fold of each, from 0.
        logits: Of the model with the whole encoder trained, shape (paragraphs, labels).
        head_logits: Of the model with the head alone trained, the same shape.
        baselines: Probabilities of each baseline, trained on the same folds; the same shape.
    """

    split: Split
    numbers: npt.NDArray[np.intp]
    logits: Floats
    head_logits: Floats
    baselines: Mapping[str, Floats]

    @property
    def folds(self) -> int:
        """Number of folds."""
        return int(self.numbers.max()) + 1

    @property
    def carries_encoder(self) -> bool:
        """Whether its head alone is not reliably ahead of training the whole encoder.

        A model of a fold learns from half of the paragraphs, and the encoder gains more from the
        other half than its head does: where they are close, it wins once it learns from all.
        """
        whole, head = (self.predicted(sigmoid(x)) for x in (self.logits, self.head_logits))
        ahead = micro_difference(self.split.gold, head, whole, self.split.articles)
        return not ahead.interval.low > 0  # also where it is too few to tell

    def predicted(self, scores: Floats) -> Bools:
        """Apply to each fold the threshold that is best on the other folds."""
        return cross_fitted(self.split.gold, scores, self.numbers)


def is_choice(split: Split) -> bool:
    """Return whether so few paragraphs may be better off with the head alone."""
    return len(split.texts) <= CARRIES_ALL and len(set(split.article_ids)) >= LEAST_ARTICLES


def score_out_of_fold(
    encoder: Encoder,
    labels: Sequence[str],
    split: Split,
    numbers: npt.NDArray[np.intp],
    recipe: Recipe,
    seed: int,
    folder: Path,
    bar: Progress,
) -> OutOfFold:
    """Score every paragraph of a split out of fold, by the model and by each baseline.

    Args:
        encoder: The encoder.
        labels: The labels, in order.
        split: The paragraphs.
        numbers: The fold of each, from `fold_numbers`.
        recipe: The settings of the model.
        seed: As in `train`.
        folder: Keeps what is finished, so that an interrupted call goes on.
        bar: Counts the optimizer steps.
    """
    logits = out_of_fold(encoder, labels, split, numbers, recipe, seed, folder, bar)
    baselines: dict[str, Floats] = {}
    for fold in range(numbers.max() + 1):
        part = np.flatnonzero(numbers == fold)
        learned, texts = split.rows(np.flatnonzero(numbers != fold)), [split.texts[n] for n in part]
        for name, scores in score_baselines(learned, texts, encoder).items():
            baselines.setdefault(name, np.zeros(split.gold.shape))[part] = scores
    untrained_head = untrained(encoder, labels, recipe, seed)
    head_logits = head_out_of_fold(untrained_head, split, numbers)
    return OutOfFold(split, numbers, logits, head_logits, baselines)
