"""predictions.jsonl: its only reader and writer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError, TaxonomyError
from annotate.core.io.jsonl import read_rows, to_line
from annotate.core.records import Paragraph
from annotate.core.taxonomy import Taxonomy

_FIX = "run 'rhetoric-train predict' again"


@dataclass(frozen=True, slots=True)
class PredictionRow:
    """A line of the file: the techniques that a model sees in a paragraph.

    Attributes:
        model: Digest of the model.
        threshold: The score from which on a label was assigned; None in files of old versions.
        labels: Technique ids at or above it.
        scores: Technique id -> probability.
        paragraph: The paragraph itself, if the line has it or is to have it.
        rationale: Assigned label -> where the words that spoke for it start and end in the text,
            and how much its score falls without them; only written.
    """

    paragraph_id: str
    model: str
    threshold: float | None
    labels: tuple[str, ...]
    scores: Mapping[str, float]
    paragraph: Paragraph | None = None
    rationale: Mapping[str, Sequence[tuple[int, int, float]]] | None = None

    def to_line(self) -> str:
        """Return the line as the file has it."""
        row: dict[str, Any] = {
            "id": self.paragraph_id,
            "model": self.model,
            "threshold": self.threshold,
            "labels": list(self.labels),
            "scores": dict(self.scores),
        }
        if self.rationale is not None:
            row["rationale"] = dict(self.rationale)
        return to_line(row | self.paragraph.to_json() if self.paragraph else row)


@dataclass(frozen=True, slots=True)
class Prediction:
    """As much of a prediction as sorting tasks needs.

    Attributes:
        model: Digest of the model.
        score: The highest probability among all techniques.
    """

    paragraph_id: str
    model: str
    score: float


def read_prediction_rows(
    path: Path, taxonomy: Taxonomy, *, with_paragraphs: bool
) -> Iterator[tuple[int, PredictionRow]]:
    """Read the lines one by one, with their numbers.

    Args:
        path: The file.
        taxonomy: It must have all labels.
        with_paragraphs: Require and read the paragraphs too.

    Raises:
        InputError: There is no line, or a line is no prediction or lacks its paragraph.
        TaxonomyError: A label is not in the taxonomy.
    """
    empty = True
    for number, row in read_rows(path):
        empty = False
        yield number, _prediction_row(row, taxonomy, f"{path}:{number}", with_paragraphs)
    if empty:
        raise InputError(f"{path}: holds no predictions; 'rhetoric-train predict' makes them")


def read_predictions(path: Path, taxonomy: Taxonomy) -> dict[str, Prediction]:
    """Return paragraph id -> prediction; raises as `read_prediction_rows`."""
    predictions: dict[str, Prediction] = {}
    for number, row in read_prediction_rows(path, taxonomy, with_paragraphs=False):
        id_ = row.paragraph_id
        if id_ in predictions:
            raise InputError(f"{path}:{number}: paragraph {id_} appears twice; {_FIX}")
        if not row.scores:
            raise InputError(f"{path}:{number}: 'scores' is empty; {_FIX}")
        predictions[id_] = Prediction(id_, row.model, float(max(row.scores.values())))
    return predictions


def _prediction_row(
    row: Mapping[str, Any], taxonomy: Taxonomy, where: str, with_paragraphs: bool
) -> PredictionRow:
    id_, model, labels, scores = (row.get(key) for key in ("id", "model", "labels", "scores"))
    texts = isinstance(id_, str) and isinstance(model, str) and model
    if not (texts and isinstance(labels, list) and isinstance(scores, dict)):
        raise InputError(
            f"{where}: no prediction: it needs 'id' and 'model' as text, 'labels' as a list and "
            f"'scores' by label; {_FIX}"
        )
    for label in (*labels, *scores):
        if label not in taxonomy.labels:
            raise TaxonomyError(
                f"{where}: label {label!r} is not in the taxonomy ({taxonomy.name}); use "
                "predictions of a model that was trained on it"
            )
    for label in (*labels, *scores):
        if not _is_probability(scores.get(label)):
            raise InputError(f"{where}: no probability for {label!r} in 'scores'; {_FIX}")
    threshold = row.get("threshold")
    if threshold is not None and not _is_probability(threshold):
        raise InputError(f"{where}: 'threshold' must be a number from 0 to 1; {_FIX}")
    paragraph = _paragraph(row, where) if with_paragraphs else None
    return PredictionRow(str(id_), str(model), threshold, tuple(labels), scores, paragraph)


def _is_probability(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _paragraph(row: Mapping[str, Any], where: str) -> Paragraph:
    if "text" not in row:
        raise InputError(f"{where}: the paragraph itself is missing; {_FIX} with --with-paragraphs")
    try:
        return Paragraph.from_json(row)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
