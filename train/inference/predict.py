"""Label the paragraphs of articles with a trained model."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from annotate.articles.registry import find_files
from annotate.core.console import Progress, progress
from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.io.jsonl import to_line
from annotate.core.ledger import ledger_path
from annotate.core.records import Paragraph
from train.inference.backends import Backend, load_backend
from train.inference.cutoff import ADAPT, adapt, start_at
from train.inference.labelling import DEFAULTS, Labeller, Wanted
from train.inference.part import Chunk, Part, open_part
from train.inference.reading import LeftOut, read_chunks
from train.models.folder import ModelFolder, open_model
from train.scoring.drift import Inputs, count_words
from train.scoring.scores import Floats

_CHUNK = 2048  # paragraphs in memory at a time; enough of them to batch by length


@dataclass(frozen=True, slots=True)
class PredictReport:
    """What `predict` did.

    Attributes:
        labelled: Paragraphs with at least one technique.
        windowed: Paragraphs longer than the model reads, which it read in windows.
        repeated: Paragraphs left out because their id had already occurred.
        unread: Files and records that cannot be used.
        threshold: The score from which on a label was assigned.
        differences: How the paragraphs differ from those of the model, in sentences.
        backend: What computed the scores, as `Backend.name`.
        resumed: Paragraphs that an earlier run with the same request had labelled.
        notices: Files and records that were read after a repair.
    """

    paragraphs: int
    labelled: int
    windowed: int
    repeated: int
    unread: int = 0
    threshold: float = 0.5
    differences: tuple[str, ...] = ()
    backend: str = ""
    resumed: int = 0
    notices: int = 0


@dataclass(slots=True)
class _Seen:
    """What is remembered of the paragraphs that were classified: none of their text.

    Attributes:
        threshold: The score from which on a label is assigned.
        all_scores: Whether all scores are remembered, to adapt the threshold to.
        words: How many each paragraph has; one array for each chunk, as with the other two.
        expected: How many labels the scores of each paragraph expect.
    """

    threshold: float
    all_scores: bool
    labelled: int = 0
    windowed: int = 0
    resumed: int = 0
    words: list[Floats] = field(default_factory=list)
    expected: list[Floats] = field(default_factory=list)
    scores: list[npt.NDArray[np.float32]] = field(default_factory=list)

    def add(self, texts: Sequence[str], chunk: Chunk) -> None:
        rows = [json.loads(line) for line in chunk.lines]
        scores = np.array([[*row["scores"].values()] for row in rows], dtype=np.float32)
        self.labelled += sum(bool(row["labels"]) for row in rows)
        self.windowed += chunk.windowed
        self.words.append(count_words(texts))
        self.expected.append(scores.sum(axis=1, dtype=np.float64))
        if self.all_scores:
            self.scores.append(scores)

    def report(self, inputs: Inputs | None, left_out: LeftOut, backend: Backend) -> PredictReport:
        words, expected = np.concatenate(self.words), np.concatenate(self.expected)
        return PredictReport(
            len(words),
            self.labelled,
            self.windowed,
            left_out.repeated,
            left_out.unread,
            self.threshold,
            inputs.differences(words, expected) if inputs else (),
            backend.name,
            self.resumed,
            left_out.notices,
        )


def predict(
    model: Path, inputs: Sequence[Path], out: Path, wanted: Wanted = DEFAULTS
) -> PredictReport:
    """Write one line per paragraph of the inputs, in order, and beside it a ledger of the rest.

    Each of the two files appears whole or not at all. A run that was killed goes on where it
    stopped when it is started again with the same model, inputs and options.

    Args:
        model: A model folder or a finished run.
        inputs: Files of articles, folders of them, or a paragraphs.jsonl.
        out: The file to write.
        wanted: What else than the defaults is asked for.

    Raises:
        InputError: An input is missing, or the inputs hold no paragraph, or too few to adapt to;
            with `strict` also if something cannot be read.
        ModelError: The model cannot be used.
    """
    check_target(inputs, out)
    wanted.check()
    opened = open_model(model)
    with (
        progress("labelling") as bar,
        tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as ledger,
    ):
        left_out = LeftOut(wanted.strict, out, ledger)
        chunks = read_chunks(inputs, left_out, _CHUNK, wanted.fields)
        first = next(chunks)  # report a broken input before loading the model
        backend = load_backend(opened, exact=wanted.exact)
        adapts = wanted.cutoff == ADAPT
        seen = _Seen(start_at(opened.settings.threshold, wanted.cutoff), adapts)
        with open_part(out, _request(opened, backend, inputs, wanted)) as part:
            labeller = Labeller(opened, backend, wanted, seen.threshold)
            _label(chain([first], chunks), labeller, part, seen, bar)
            with writing(out) as file, writing(ledger_path(out)) as rest:
                file.writelines(_adapted(part.lines(), seen) if adapts else part.lines())
                file.flush()  # a full disk shows before either of the two takes its place
                left_out.copy_to(rest)
    return seen.report(opened.settings.inputs, left_out, backend)


def _request(
    model: ModelFolder, backend: Backend, inputs: Sequence[Path], wanted: Wanted
) -> dict[str, Any]:
    """Return what the lines depend on; a file is taken for the same by its size and time."""
    files = [(str(path.resolve()), path.stat()) for path in find_files(inputs).files]
    stamps = [(path, stat.st_size, stat.st_mtime_ns) for path, stat in files]
    digest = sha256(json.dumps([stamps, asdict(wanted), _CHUNK]).encode()).hexdigest()
    return {"model": model.digest, "backend": backend.name, "request": digest}


def _label(
    chunks: Iterator[list[Paragraph]], labeller: Labeller, part: Part, seen: _Seen, bar: Progress
) -> None:
    """Take what an earlier run did, and label the rest."""
    for paragraphs in chunks:
        chunk = part.take([paragraph.id for paragraph in paragraphs])
        if chunk is None:
            chunk = labeller.label(paragraphs, bar)
            part.add(chunk)
        else:
            bar.skip(len(paragraphs))
            seen.resumed += len(paragraphs)
        seen.add([paragraph.text for paragraph in paragraphs], chunk)


def _adapted(lines: Iterator[str], seen: _Seen) -> Iterator[str]:
    """Yield the lines with labels by a threshold that depends on all their scores."""
    seen.threshold = adapt(seen.threshold, np.concatenate(seen.scores))
    seen.labelled = 0
    for line in lines:
        row = json.loads(line) | {"threshold": seen.threshold}
        row["labels"] = [id_ for id_, score in row["scores"].items() if score >= seen.threshold]
        seen.labelled += bool(row["labels"])
        yield to_line(row)


def check_target(inputs: Sequence[Path], out: Path) -> None:
    """Refuse an output that is a folder, or one of the inputs."""
    if out.is_dir():
        raise InputError(f"{out}: is a folder; name a file, for example {out}/predictions.jsonl")
    for target in (out, ledger_path(out)):
        if target.resolve() in {path.resolve() for path in inputs}:
            raise InputError(f"{target}: would overwrite an input; choose another output")
