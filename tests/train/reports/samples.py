"""The three inputs of a report, small and with known figures."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.io.jsonl import to_line
from annotate.core.records import BlockType, Paragraph
from tests.train.samples import WORDS

LABELS = tuple(WORDS)  # insult and doubt in one group, fear and values in the other
MODEL = "00112233aabbccdd"
VERDICT = "The model is ahead of every baseline."
# fear is the most certain one; doubt stays below the threshold of the predictions, 0.3
SCORES = {"insult": 0.61, "doubt": 0.24, "fear": 0.83, "values": 0.01}


@dataclass(frozen=True, slots=True)
class Inputs:
    """Where the inputs lie; each test may change its own."""

    dataset: Path
    evaluation: Path
    predictions: Path

    @property
    def arguments(self) -> tuple[Path, Path, Path]:
        return self.dataset, self.evaluation, self.predictions

    def change(self, path: Path, change: Mapping[str, Any]) -> None:
        """Replace some keys of a JSON file."""
        value = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(value | change), encoding="utf-8")


def write_inputs(folder: Path, tiny_dataset: Path) -> Inputs:
    """A dataset with agreement, an evaluation of it, and two marked paragraphs of an article."""
    dataset, evaluation = folder / "dataset", folder / "evaluation"
    shutil.copytree(tiny_dataset.resolve(), dataset)
    _write_json(dataset / "agreement.json", agreement())
    evaluation.mkdir()
    digest = json.loads((dataset / "manifest.json").read_text(encoding="utf-8"))["digest"]
    _write_json(evaluation / "evaluation.json", evaluated(digest))
    predictions = folder / "predictions.jsonl"
    write_predictions(predictions, [prediction("Some words."), prediction("More.", {}, 1)])
    return Inputs(dataset, evaluation, predictions)


def agreement() -> dict[str, Any]:
    """Alpha is defined for "insult" and "doubt" only."""
    alphas = {"insult": (0.614, 0.512, 0.704), "doubt": (-0.11, -0.25, 0.08)}
    rows = [{"label": name} | _alpha(*alphas.get(name, (None,) * 3)) for name in LABELS]
    everything = {"label": "any technique"} | _alpha(0.5, 0.4, 0.6)
    return {"format": 1, "mean_alpha": 0.252, "labels": rows, "any": everything}


def _alpha(value: float | None, low: float | None, high: float | None) -> dict[str, Any]:
    return {"alpha": value, "low": low, "high": high, "positive": 41, "answers": 252}


def evaluated(digest: str) -> dict[str, Any]:
    """An evaluation in which "values" has no example."""
    groups = {"attack": LABELS[:2], "appeal": LABELS[2:]}
    return {
        "format": 3,
        "model": {"digest": MODEL, "threshold": 0.2},
        "dataset": {"name": "tiny", "digest": digest},
        "split": "test",
        "articles": 3,
        "paragraphs": 18,
        "annotators": 3,
        "groups": [
            {"id": group, "name": group, "labels": [{"id": n, "name": n} for n in names]}
            for group, names in groups.items()
        ],
        "scores": {
            "model": rater(0.42),
            "baselines": {"most_frequent": rater(0.15), "tfidf": rater(0.21)},
            "empty": rater(0.0),
            "human": rater(0.77),
        },
        "differences": dict.fromkeys(("most_frequent", "tfidf")),
        "verdict": [VERDICT],
    }


def rater(value: float) -> dict[str, Any]:
    """Every figure has this value, give or take 0.1."""
    figure = {"value": value, "low": value - 0.1, "high": value + 0.1}
    score = {"f1": figure, "support": 7}
    labels = {name: score | {"support": 0 if name == "values" else 7} for name in LABELS}
    return {"micro": score, "macro": figure, "any_technique": score, "labels": labels}


def prediction(
    text: str,
    scores: Mapping[str, float] = SCORES,
    position: int = 0,
    title: str = "A title",
    kind: BlockType = BlockType.BODY,
) -> dict[str, Any]:
    """A line of predictions.jsonl."""
    paragraph = Paragraph(
        article_id=title,
        position=position,
        kind=kind,
        title=title,
        source="The Outlet",
        url="",
        date="2024-05-01",
        previous="",
        text=text,
        next="",
    )
    labels = [label for label, score in scores.items() if score >= 0.3]
    row = {"id": "", "model": MODEL, "threshold": 0.3, "labels": labels, "scores": scores}
    return row | paragraph.to_json()


def write_predictions(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.write_text("".join(to_line(row) for row in rows), encoding="utf-8")


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")
