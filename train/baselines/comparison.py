"""Put a model beside the baselines: their scores, how far it is ahead of each, and a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotate.core.stats.estimates import plain
from train.baselines.registry import score_baselines
from train.baselines.verdict import verdict
from train.dataset import Split
from train.models.encoder import Encoder
from train.scoring.paired import micro_difference
from train.scoring.scores import Bools, LabelSet, score_predictions, scores_to_json
from train.scoring.thresholds import choose_threshold


@dataclass(frozen=True, slots=True)
class Answer:
    """What a baseline predicts at its threshold: shape (paragraphs, labels)."""

    threshold: float
    predicted: Bools


def answer(
    train: Split, validation: Split, rows: Split, encoder: Encoder | None
) -> dict[str, Answer]:
    """Train the baselines, choose their thresholds on validation, and let them answer.

    Args:
        train: The paragraphs to learn from.
        validation: Those by which the threshold is chosen.
        rows: Those to answer.
        encoder: As in `score_baselines`.

    Raises:
        ModelError: The encoder cannot be loaded.
    """
    cut = len(validation.texts)
    scores = score_baselines(train, [*validation.texts, *rows.texts], encoder)
    chosen = {n: choose_threshold(validation.gold, each[:cut]).value for n, each in scores.items()}
    return {name: Answer(at, scores[name][cut:] >= at) for name, at in chosen.items()}


def compare(
    rows: Split,
    model: Bools,
    baselines: Mapping[str, Answer],
    labels: LabelSet,
    curve: str = "",
) -> dict[str, Any]:
    """Return "baselines" (scores), "differences" (micro-F1, paired) and "verdict" (sentences).

    Args:
        rows: The paragraphs that were answered.
        model: What the model predicts for them; shape (paragraphs, labels).
        baselines: What the baselines do.
        labels: What the columns are.
        curve: As in `verdict`.
    """
    differences = {
        name: micro_difference(rows.gold, model, each.predicted, rows.articles)
        for name, each in baselines.items()
    }
    return {
        "baselines": {
            name: {"threshold": plain(each.threshold)}
            | scores_to_json(score_predictions(rows.gold, each.predicted, rows.articles, labels))
            for name, each in baselines.items()
        },
        "differences": {name: value.to_json() for name, value in differences.items()},
        "verdict": verdict(differences, curve),
    }


def compare_with_baselines(
    train: Split, validation: Split, model: Bools, encoder: Encoder, labels: LabelSet
) -> dict[str, Any]:
    """Return `compare` on the paragraphs by which the thresholds of both were chosen.

    Raises:
        ModelError: The encoder cannot be loaded.
    """
    return compare(validation, model, answer(train, validation, validation, encoder), labels)
