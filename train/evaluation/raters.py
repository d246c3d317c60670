"""Who is scored in an evaluation: the model, the baselines, and people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from train.baselines.registry import BASELINES

Evaluation = Mapping[str, Any]  # the content of evaluation.json

MODEL, BASELINE, HUMAN, EMPTY = "model", "baseline", "human", "empty"


@dataclass(frozen=True, slots=True)
class Rater:
    """One of those that are scored.

    Attributes:
        key: `model`, the name of a baseline, `empty` (no label anywhere), or `human`.
        name: For readers.
        shape: Its mark in plots, as `macros.html` calls it.
        scores: As in evaluation.json.
        ahead: How far the model is ahead of it in micro-F1; None but for baselines.
    """

    key: str
    name: str
    shape: str
    scores: Mapping[str, Any]
    ahead: Mapping[str, Any] | None = None

    @property
    def micro(self) -> float:
        """Micro-F1 without its interval."""
        return float(self.scores["micro"]["f1"]["value"])


def raters(evaluation: Evaluation) -> list[Rater]:
    """Return all that could be scored, in the order of tables."""
    scores, differences = evaluation["scores"], evaluation["differences"]
    human = scores["human"]
    return [
        Rater(MODEL, MODEL, MODEL, scores["model"]),
        *(
            Rater(name, BASELINES.get(name, name), BASELINE, each, differences[name])
            for name, each in scores["baselines"].items()
        ),
        Rater(EMPTY, "no label at all", EMPTY, scores["empty"]),
        *([Rater(HUMAN, "human ceiling", HUMAN, human)] if human else []),
    ]


def best_baseline(evaluation: Evaluation) -> Rater | None:
    """Return the baseline with the highest micro-F1; None if there is none."""
    baselines = [rater for rater in raters(evaluation) if rater.shape == BASELINE]
    return max(baselines, key=lambda rater: rater.micro, default=None)


def shown_raters(evaluation: Evaluation) -> list[Rater]:
    """Return the raters whose scores on each technique are shown: of the baselines the best."""
    best = best_baseline(evaluation)
    keys = {MODEL, best.key if best else "", HUMAN}
    return [rater for rater in raters(evaluation) if rater.key in keys]
