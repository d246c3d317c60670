"""Label the paragraphs of articles with a trained model."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from annotate.articles.article import Unread
from annotate.articles.registry import find_files, scan_file
from annotate.core.console import Progress, progress
from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.io.jsonl import to_line
from annotate.core.ledger import LedgerRow, ledger_path
from annotate.core.predictions import PredictionRow
from annotate.core.records import Paragraph
from annotate.paragraphs.file import is_prepared, scan_paragraphs
from annotate.paragraphs.segment import REPEATED, cut
from train.inference.cutoff import ADAPT, Cutoff, adapt, start_at
from train.models.classifier import Classifier, load_classifier
from train.models.folder import ModelFolder, open_model
from train.scoring.drift import Inputs, count_words
from train.scoring.scores import Floats

_CHUNK = 2048  # paragraphs in memory at a time; enough of them to batch by length


@dataclass(frozen=True, slots=True)
class PredictReport:
    """What `predict` did.

    Attributes:
        labelled: Paragraphs with at least one technique.
        truncated: Paragraphs longer than the model reads; their ends were ignored.
        repeated: Paragraphs left out because their id had already occurred.
        unread: Files and records that cannot be used.
        threshold: The score from which on a label was assigned.
        differences: How the paragraphs differ from those of the model, in sentences.
    """

    paragraphs: int
    labelled: int
    truncated: int
    repeated: int
    unread: int = 0
    threshold: float = 0.5
    differences: tuple[str, ...] = ()


@dataclass(slots=True)
class _LeftOut:
    """What the inputs hold but no prediction is made for."""

    strict: bool
    file: IO[str]
    ids: set[str] = field(default_factory=set)
    repeated: int = 0
    unread: int = 0
    first_error: InputError | None = None

    def add(self, row: LedgerRow) -> None:
        self.file.write(to_line(row.to_json()))

    def add_unread(self, unread: Unread) -> None:
        if self.strict:
            raise unread.error
        self.unread += 1
        self.first_error = self.first_error or unread.error
        self.add(unread.row())


@dataclass(slots=True)
class _Seen:
    """What is remembered of the paragraphs that were classified: none of their text.

    Attributes:
        threshold: The score from which on a label is assigned.
        words: How many each paragraph has; one array for each chunk, as with the scores.
    """

    threshold: float
    labelled: int = 0
    truncated: int = 0
    words: list[Floats] = field(default_factory=list)
    scores: list[npt.NDArray[np.float32]] = field(default_factory=list)

    def report(self, inputs: Inputs | None, left_out: _LeftOut) -> PredictReport:
        words, scores = np.concatenate(self.words), np.concatenate(self.scores)
        return PredictReport(
            len(words),
            self.labelled,
            self.truncated,
            left_out.repeated,
            left_out.unread,
            self.threshold,
            inputs.differences(words, scores.sum(axis=1)) if inputs else (),
        )


def predict(
    model: Path,
    inputs: Sequence[Path],
    out: Path,
    with_paragraphs: bool = False,
    strict: bool = False,
    cutoff: Cutoff = None,
) -> PredictReport:
    """Write one line per paragraph of the inputs, in order, and beside it a ledger of the rest.

    Each of the two files appears whole or not at all.

    Args:
        model: A model folder or a finished run.
        inputs: Files of articles, folders of them, or a paragraphs.jsonl.
        out: The file to write.
        with_paragraphs: Include the keys of the paragraph in each line.
        strict: Stop at the first file or record that cannot be read.
        cutoff: The threshold, if not the model's.

    Raises:
        InputError: An input is missing, or the inputs hold no paragraph, or too few to adapt to;
            with `strict` also if something cannot be read.
        ModelError: The model cannot be used.
    """
    check_target(inputs, out)
    opened = open_model(model)
    with progress("labelling") as bar, writing(out) as file, writing(ledger_path(out)) as ledger:
        left_out = _LeftOut(strict, ledger)
        paragraphs = _unique(_paragraphs(inputs, left_out), left_out)
        first = next(paragraphs, None)  # report a broken input before loading the model
        if first is None:
            raise _nothing(inputs, left_out)
        classifier = load_classifier(opened)
        seen = _Seen(start_at(opened.settings.threshold, cutoff))
        rows = _predictions(opened, classifier, _chunks(first, paragraphs), seen, bar)
        if not with_paragraphs:
            rows = (replace(row, paragraph=None) for row in rows)
        adapts = cutoff == ADAPT
        file.writelines(_adapted_lines(rows, seen, out) if adapts else _lines(rows, seen))
        file.flush()  # a full disk shows before either of the two files takes its place
    return seen.report(opened.settings.inputs, left_out)


def _lines(rows: Iterator[PredictionRow], seen: _Seen) -> Iterator[str]:
    for row in rows:
        seen.labelled += bool(row.labels)
        yield row.to_line()


def _adapted_lines(rows: Iterator[PredictionRow], seen: _Seen, out: Path) -> Iterator[str]:
    """Yield the lines with labels by a threshold that depends on all their scores.

    Until it is known they wait in a file without a name, beside the output.
    """
    folder = out.resolve().parent
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n", dir=folder) as waiting:
        waiting.writelines(row.to_line() for row in rows)
        seen.threshold = adapt(seen.threshold, np.concatenate(seen.scores))
        waiting.seek(0)
        for line in waiting:
            row = json.loads(line) | {"threshold": seen.threshold}
            row["labels"] = [id_ for id_, score in row["scores"].items() if score >= seen.threshold]
            seen.labelled += bool(row["labels"])
            yield to_line(row)


def _nothing(inputs: Sequence[Path], left_out: _LeftOut) -> InputError:
    if left_out.first_error is None:
        return InputError(f"{inputs[0]}: nothing to label; the input has headings or captions only")
    more = f" (and {left_out.unread - 1} more)" if left_out.unread > 1 else ""
    return InputError(f"{left_out.first_error}{more}")


def _predictions(
    model: ModelFolder,
    classifier: Classifier,
    chunks: Iterator[list[Paragraph]],
    seen: _Seen,
    bar: Progress,
) -> Iterator[PredictionRow]:
    for chunk in chunks:
        texts = [paragraph.text for paragraph in chunk]
        output = classifier.classify(texts, bar.advance)
        scores = output.scores.round(6)
        seen.truncated += output.truncated
        seen.words.append(count_words(texts))
        seen.scores.append(scores.astype(np.float32))
        for paragraph, row in zip(chunk, scores.tolist(), strict=True):
            by_label = dict(zip(model.labels, row, strict=True))
            labels = tuple(label for label in by_label if by_label[label] >= seen.threshold)
            yield PredictionRow(
                paragraph.id, model.digest, seen.threshold, labels, by_label, paragraph
            )


def _paragraphs(inputs: Sequence[Path], left_out: _LeftOut) -> Iterator[Paragraph]:
    for path in find_files(inputs).files:
        prepared = is_prepared(path)
        for item in scan_paragraphs(path) if prepared else scan_file(path):
            if isinstance(item, Paragraph):
                yield item
            elif isinstance(item, InputError):
                left_out.add_unread(Unread.of("record", item))
            elif isinstance(item, Unread):
                left_out.add_unread(item)
            else:
                result = cut(item)
                for row in result.ledger:
                    left_out.add(row)
                yield from result.paragraphs


def _unique(paragraphs: Iterator[Paragraph], left_out: _LeftOut) -> Iterator[Paragraph]:
    """Yield the first paragraph of each id, by which predictions are looked up."""
    for paragraph in paragraphs:
        if paragraph.id in left_out.ids:
            left_out.repeated += 1
            left_out.add(LedgerRow.of(paragraph, REPEATED))
        else:
            left_out.ids.add(paragraph.id)
            yield paragraph


def _chunks(first: Paragraph, rest: Iterator[Paragraph]) -> Iterator[list[Paragraph]]:
    chunk = [first, *islice(rest, _CHUNK - 1)]
    while chunk:
        yield chunk
        chunk = list(islice(rest, _CHUNK))


def check_target(inputs: Sequence[Path], out: Path) -> None:
    """Refuse an output that is a folder, or one of the inputs."""
    if out.is_dir():
        raise InputError(f"{out}: is a folder; name a file, for example {out}/predictions.jsonl")
    for target in (out, ledger_path(out)):
        if target.resolve() in {path.resolve() for path in inputs}:
            raise InputError(f"{target}: would overwrite an input; choose another output")
