"""Label the paragraphs of articles with a trained model."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from annotate.articles.registry import find_files, read_file
from annotate.core.console import progress
from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.io.jsonl import read_rows
from annotate.core.predictions import PredictionRow
from annotate.core.records import Paragraph
from annotate.paragraphs.file import read_paragraphs
from annotate.paragraphs.segment import cut
from train.models.classifier import load_classifier
from train.models.folder import ModelFolder, open_model
from train.scoring.scores import Floats

_CHUNK = 2048  # paragraphs in memory at a time; enough of them to batch by length
_PARAGRAPH_KEYS = frozenset({"id", "article_id", "position", "kind", "text", "previous", "next"})


@dataclass(frozen=True, slots=True)
class PredictReport:
    """What `predict` did.

    Attributes:
        labelled: Paragraphs with at least one technique.
        truncated: Paragraphs longer than the model reads; their ends were ignored.
        repeated: Paragraphs left out because their id had already occurred.
    """

    paragraphs: int
    labelled: int
    truncated: int
    repeated: int


def predict(
    model: Path, inputs: Sequence[Path], out: Path, with_paragraphs: bool = False
) -> PredictReport:
    """Write one line per paragraph of the inputs, in order; the file appears whole or not at all.

    Args:
        model: A model folder or a finished run.
        inputs: Files of articles, folders of them, or a paragraphs.jsonl.
        out: The file to write.
        with_paragraphs: Include the keys of the paragraph in each line.

    Raises:
        InputError: An input cannot be read, or the inputs hold no paragraph.
        ModelError: The model cannot be used.
    """
    _check_target(inputs, out)
    opened = open_model(model)
    counts: Counter[str] = Counter()
    paragraphs = _unique(_paragraphs(inputs), counts)
    first = next(paragraphs, None)  # report a broken input before loading the model
    if first is None:
        raise InputError(f"{inputs[0]}: nothing to label; the input has headings or captions only")
    classifier = load_classifier(opened)
    total = PredictReport(0, 0, 0, 0)
    with progress("labelling") as bar, writing(out) as file:
        for chunk in _chunks(first, paragraphs):
            output = classifier.classify([paragraph.text for paragraph in chunk], bar.advance)
            rows = _predictions(opened, chunk, output.scores)
            for row, paragraph in zip(rows, chunk, strict=True):
                line = replace(row, paragraph=paragraph) if with_paragraphs else row
                file.write(line.to_line())
            total = PredictReport(
                total.paragraphs + len(rows),
                total.labelled + sum(bool(row.labels) for row in rows),
                total.truncated + output.truncated,
                counts.total() - len(counts),
            )
    return total


def _predictions(
    model: ModelFolder, paragraphs: Sequence[Paragraph], scores: Floats
) -> list[PredictionRow]:
    return [
        PredictionRow(
            paragraph.id,
            model.digest,
            labels=tuple(
                label
                for label, score in zip(model.labels, row, strict=True)
                if score >= model.settings.threshold
            ),
            scores=dict(zip(model.labels, row.tolist(), strict=True)),
        )
        for paragraph, row in zip(paragraphs, scores.round(6), strict=True)
    ]


def _paragraphs(inputs: Sequence[Path]) -> Iterator[Paragraph]:
    for path in find_files(inputs).files:
        if _is_prepared(path):
            yield from read_paragraphs(path)
        else:
            for article in read_file(path):
                yield from cut(article).paragraphs


def _is_prepared(path: Path) -> bool:
    """Return whether the first line has the keys that 'rhetoric-annotate prepare' writes."""
    if path.suffix.lower() != ".jsonl":
        return False
    return any(row.keys() >= _PARAGRAPH_KEYS for _, row in islice(read_rows(path), 1))


def _unique(paragraphs: Iterator[Paragraph], counts: Counter[str]) -> Iterator[Paragraph]:
    """Yield the first paragraph of each id, by which predictions are looked up, and count all."""
    for paragraph in paragraphs:
        counts[paragraph.id] += 1
        if counts[paragraph.id] == 1:
            yield paragraph


def _chunks(first: Paragraph, rest: Iterator[Paragraph]) -> Iterator[list[Paragraph]]:
    chunk = [first, *islice(rest, _CHUNK - 1)]
    while chunk:
        yield chunk
        chunk = list(islice(rest, _CHUNK))


def _check_target(inputs: Sequence[Path], out: Path) -> None:
    if out.is_dir():
        raise InputError(f"{out}: is a folder; name a file, for example {out}/predictions.jsonl")
    if out.resolve() in {path.resolve() for path in inputs}:
        raise InputError(f"{out}: would overwrite an input; choose another output")
