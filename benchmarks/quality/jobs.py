"""What a method is asked to do, and its answer where it decides by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.core.console import Progress
from train.dataset import Split
from train.models.encoder import Encoder
from train.scoring.scores import Bools, Floats
from train.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Job:
    """One training: what to learn from, what to score, and with what.

    Attributes:
        single: Whether a paragraph has at most one label.
        folder: For files in between; a second call with the same folder goes on with them.
        bar: Counts the steps of `recipe`.
        setfit: The Python of an environment that has SetFit.
    """

    train: Split
    texts: Sequence[str]
    labels: tuple[str, ...]
    single: bool
    encoder: Encoder
    recipe: Recipe
    seed: int
    folder: Path
    bar: Progress
    setfit: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """Scores and decisions of a method without a threshold to choose; shapes (texts, labels)."""

    scores: Floats
    predicted: Bools
