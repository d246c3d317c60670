"""From paragraphs to the lines of predictions.jsonl."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotate.articles.readers.column_names import DEFAULT_FIELDS, Fields
from annotate.core.console import Progress
from annotate.core.errors import InputError
from annotate.core.predictions import PredictionRow
from annotate.core.records import Paragraph
from train.inference.backends import Backend
from train.inference.cutoff import ADAPT, Cutoff
from train.inference.part import Chunk
from train.inference.rationale import explain
from train.models.folder import ModelFolder


@dataclass(frozen=True, slots=True)
class Wanted:
    """What each line is to hold, and how the inputs are read.

    Attributes:
        with_paragraphs: Include the keys of the paragraph in each line.
        strict: Stop at the first file or record that cannot be read.
        cutoff: The threshold, if not the model's.
        exact: Compute in full precision.
        rationale: Include the words that spoke for each assigned label.
        fields: The columns of tables.
    """

    with_paragraphs: bool = False
    strict: bool = False
    cutoff: Cutoff = None
    exact: bool = False
    rationale: bool = False
    fields: Fields = DEFAULT_FIELDS

    def check(self) -> None:
        """Refuse what cannot be had together.

        Raises:
            InputError: It cannot.
        """
        if self.rationale and self.cutoff == ADAPT:
            raise InputError(
                "--rationale is for labels, which --threshold adapt assigns at the end; run it "
                "once, then name the threshold that it took"
            )


DEFAULTS = Wanted()


@dataclass(frozen=True, slots=True)
class Labeller:
    """Makes the lines of a chunk of paragraphs."""

    model: ModelFolder
    backend: Backend
    wanted: Wanted
    threshold: float

    def label(self, paragraphs: Sequence[Paragraph], bar: Progress) -> Chunk:
        output = self.backend.classify([p.text for p in paragraphs], bar.advance)
        scores = output.scores.round(6).tolist()
        rows = [self._row(*pair) for pair in zip(paragraphs, scores, strict=True)]
        return Chunk(tuple(row.to_line() for row in rows), output.windowed)

    def _row(self, paragraph: Paragraph, scores: list[float]) -> PredictionRow:
        by_label = dict(zip(self.model.labels, scores, strict=True))
        labels = tuple(id_ for id_ in by_label if by_label[id_] >= self.threshold)
        rationale = None
        if self.wanted.rationale:
            numbers = [self.model.labels.index(label) for label in labels]
            words = explain(self.backend, paragraph.text, numbers)
            rationale = dict(zip(labels, words, strict=True))
        return PredictionRow(
            paragraph.id,
            self.model.digest,
            self.threshold,
            labels,
            by_label,
            paragraph if self.wanted.with_paragraphs else None,
            rationale,
        )
