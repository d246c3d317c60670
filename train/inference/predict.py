"""Label the paragraphs of articles with a trained model."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from annotate.articles.registry import find_files, read_file
from annotate.core.console import progress
from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.io.jsonl import read_rows, to_line
from annotate.core.records import Paragraph
from annotate.paragraphs.file import read_paragraphs
from annotate.paragraphs.segment import cut
from train.models.classifier import Classifier, load_classifier
from train.models.folder import ModelFolder, open_model

_CHUNK = 2048  # paragraphs held at a time; long enough to sort by length
_PARAGRAPH_KEYS = frozenset({"id", "article_id", "position", "kind", "text", "previous", "next"})


@dataclass(frozen=True, slots=True)
class PredictReport:
    """What was done.

    Attributes:
        labelled: Paragraphs with at least one technique.
        cut: Paragraphs longer than the model reads; their ends were not seen.
        repeated: Paragraphs left out because another one of the same id came before.
    """

    paragraphs: int
    labelled: int
    cut: int
    repeated: int


def predict(
    model: Path, inputs: Sequence[Path], out: Path, with_paragraphs: bool = False
) -> PredictReport:
    """Write a line for each paragraph of the inputs, in their order, whole or not at all.

    Args:
        model: A model folder or a finished run.
        inputs: Articles as .txt, .html or .jsonl, folders of them, or a paragraphs.jsonl.
        out: The file to write.
        with_paragraphs: Give each line the paragraph's own keys too.

    Raises:
        InputError: An input cannot be read, or holds no paragraph.
        ModelError: The model cannot be used.
    """
    _check_target(inputs, out)
    opened = open_model(model)
    seen: Counter[str] = Counter()
    paragraphs = _once(_paragraphs(inputs), seen)
    first = next(paragraphs, None)  # a broken input is told before the model is loaded
    if first is None:
        raise InputError(f"{inputs[0]}: no paragraph to label: nothing but headings and the like")
    classifier = load_classifier(opened)
    total = PredictReport(0, 0, 0, 0)
    with progress("labelling") as bar, writing(out) as file:
        for chunk in _chunks(first, paragraphs):
            rows = _predictions(opened, classifier, chunk, bar.advance)
            for row, paragraph in zip(rows, chunk, strict=True):
                file.write(to_line(row | paragraph.to_json() if with_paragraphs else row))
            total = PredictReport(
                total.paragraphs + len(rows),
                total.labelled + sum(bool(row["labels"]) for row in rows),
                total.cut + classifier.cut([paragraph.text for paragraph in chunk]),
                seen.total() - len(seen),
            )
    return total


def _predictions(
    model: ModelFolder,
    classifier: Classifier,
    paragraphs: Sequence[Paragraph],
    advance: Callable[[int], None],
) -> list[dict[str, Any]]:
    scores = classifier.scores([paragraph.text for paragraph in paragraphs], advance).round(6)
    return [
        {
            "id": paragraph.id,
            "model": model.digest,
            "labels": [
                label
                for label, score in zip(model.labels, row, strict=True)
                if score >= model.settings.threshold
            ],
            "scores": dict(zip(model.labels, row.tolist(), strict=True)),
        }
        for paragraph, row in zip(paragraphs, scores, strict=True)
    ]


def _paragraphs(inputs: Sequence[Path]) -> Iterator[Paragraph]:
    for path in find_files(inputs).files:
        if _holds_paragraphs(path):
            yield from read_paragraphs(path)
        else:
            for article in read_file(path):
                yield from cut(article).paragraphs


def _holds_paragraphs(path: Path) -> bool:
    """Whether the first line of a .jsonl has the keys that 'rhetoric-annotate prepare' writes."""
    if path.suffix.lower() != ".jsonl":
        return False
    return any(row.keys() >= _PARAGRAPH_KEYS for _, row in islice(read_rows(path), 1))


def _once(paragraphs: Iterator[Paragraph], seen: Counter[str]) -> Iterator[Paragraph]:
    """Each id once: predictions are looked up by it. `seen` counts how often each came."""
    for paragraph in paragraphs:
        seen[paragraph.id] += 1
        if seen[paragraph.id] == 1:
            yield paragraph


def _chunks(first: Paragraph, rest: Iterator[Paragraph]) -> Iterator[list[Paragraph]]:
    chunk = [first, *islice(rest, _CHUNK - 1)]
    while chunk:
        yield chunk
        chunk = list(islice(rest, _CHUNK))


def _check_target(inputs: Sequence[Path], out: Path) -> None:
    if out.is_dir():
        raise InputError(f"{out}: is a folder; name a file, such as {out}/predictions.jsonl")
    if out.resolve() in {path.resolve() for path in inputs}:
        raise InputError(f"{out}: would overwrite an input; choose another output")
