"""Open what is to be compared, and let it answer the paragraphs of a split."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from annotate.core.console import progress
from annotate.core.dataset_folder import DatasetFolder
from annotate.core.errors import InputError
from annotate.core.io.json_files import read_object
from train.baselines.one_per_label import Scorer
from train.baselines.registry import AVERAGE, AVERAGED, BASELINES, NEED_ENCODER, TRAINED
from train.comparison.checkpoint import is_checkpoint, load_checkpoint
from train.comparison.prediction_files import read_prediction_file
from train.dataset import Split, read_split
from train.evaluation.baselines import frozen_encoder
from train.evaluation.evaluate import check_labels, other_data
from train.inference.backends import Backend, load_backend
from train.models.classifier import Classifier
from train.models.folder import ModelFolder, model_files, open_model
from train.scoring.scores import Bools, Floats
from train.scoring.thresholds import choose_threshold

BASELINE = "baseline:"
_FREE = "most_frequent"  # it reads no text, so it has no speed
_WARM_UP = 8  # texts; the first call of a process is slower
_OTHER_FORMS = (".onnx", ".md", ".sha256")  # of the same model, or about it
_SAYS_LITTLE = ("model", "seeds")
_TRAIN_AGAIN = "train again"


@dataclass(frozen=True, slots=True)
class Answers:
    """What one of them says of every paragraph, and what it took.

    Attributes:
        predicted: Shape (paragraphs, labels).
        threshold: The score from which on a label was assigned; None where that is not known.
        seconds: CPU-seconds for all paragraphs; None for answers that were made elsewhere.
    """

    predicted: Bools
    threshold: float | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Competitor:
    """One of those that are compared.

    Attributes:
        kind: What it is, for readers.
        answer: Answers the paragraphs; called once.
        digest: Of the model; empty for others.
        size: Bytes on disk; None for what keeps no files.
        request: What a run was asked for; None for others.
        warning: What a reader must know of it, in a sentence; empty if nothing.
    """

    name: str
    kind: str
    answer: Callable[[], Answers]
    digest: str = ""
    size: int | None = None
    request: Mapping[str, Any] | None = None
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """The paragraphs to answer, and what may be learned from.

    Attributes:
        frozen_of: The run whose encoder the frozen baseline takes; None for minilm.
        parts: What the single baselines answered so far; filled as they are asked.
    """

    dataset: DatasetFolder
    rows: Split
    frozen_of: Path | None = None
    parts: dict[str, tuple[Floats, Floats, float]] = field(default_factory=dict)


def open_competitor(name: str, ground: Field) -> Competitor:
    """Open a run, a model folder, a checkpoint, `baseline:NAME`, or a file of predictions.

    Everything is checked that can be before anything is computed.

    Raises:
        InputError: There is no such baseline, or a file does not answer exactly these paragraphs.
        ModelError: A model or checkpoint cannot be used.
        TaxonomyError: Its labels are not those of the dataset.
    """
    if name.startswith(BASELINE):
        return _baseline(name.removeprefix(BASELINE), ground)
    path = Path(name)
    if path.is_file():
        predicted = read_prediction_file(path, ground.dataset, ground.rows.name)
        return Competitor(path.name, "predictions", lambda: Answers(predicted))
    if is_checkpoint(path):
        return _checkpoint(path, ground)
    return _model(path, ground)


def _model(path: Path, ground: Field) -> Competitor:
    opened = open_model(path)
    check_labels(opened, ground.dataset)
    request = read_request(path)
    files = [file for file in model_files(opened.folder) if file.suffix not in _OTHER_FORMS]
    return Competitor(
        _name(path),
        "model" if request is None else "run",
        lambda: _answer(opened, ground.rows.texts),
        digest=opened.digest,
        size=sum(file.stat().st_size for file in files),
        request=request,
        warning=other_data(opened, ground.dataset) or "",
    )


def _name(path: Path) -> str:
    """Return the folder's name, with that of its parent where it alone says little."""
    last, *before = reversed(path.absolute().parts)
    if not before or not (last in _SAYS_LITTLE or last.isdigit()):
        return last
    return f"{_name(path.absolute().parent)}/{last}"


def read_request(run: Path) -> Mapping[str, Any] | None:
    """Return what a run was asked for; None for a folder that is no run."""
    path = run / "fit.json"
    request = read_object(path, _TRAIN_AGAIN).get("request") if path.is_file() else None
    return request if isinstance(request, dict) else None


def _answer(opened: ModelFolder, texts: Sequence[str]) -> Answers:
    scores, seconds = timed_scores(load_backend(opened, exact=True), texts)
    threshold = opened.settings.threshold
    return Answers(scores >= threshold, threshold, seconds)


def timed_scores(classifier: Classifier | Backend, texts: Sequence[str]) -> tuple[Floats, float]:
    """Return the scores of texts, and the CPU-seconds that they took."""
    classifier.classify(texts[:_WARM_UP])
    with progress("scoring", total=len(texts)) as bar:
        start = process_time()
        scores = classifier.classify(texts, bar.advance).scores
        return scores, process_time() - start


def _checkpoint(path: Path, ground: Field) -> Competitor:
    loaded = load_checkpoint(path, ground.dataset)

    def answer() -> Answers:
        classifier, threshold = loaded.calibrated(read_split(ground.dataset, "validation"))
        scores, seconds = timed_scores(classifier, ground.rows.texts)
        return Answers(scores >= threshold, threshold, seconds)

    return Competitor(
        f"{loaded.run.name}/{path.name}",
        "checkpoint",
        answer,
        size=loaded.size,
        request={**loaded.request, "checkpoint": path.name},
        warning=loaded.other_data(ground.dataset),
    )


def _baseline(name: str, ground: Field) -> Competitor:
    if name not in BASELINES:
        names = ", ".join(f"{BASELINE}{each}" for each in BASELINES)
        raise InputError(f"{BASELINE}{name}: no such baseline; choose one of {names}")
    for split in ("train", "validation"):
        if split not in ground.dataset.splits:
            raise InputError(
                f"{BASELINE}{name}: learns from the {split!r} split, which "
                f"{ground.dataset.folder} lacks; leave it out"
            )
    return Competitor(BASELINES[name], "baseline", lambda: _answer_baseline(name, ground))


def _answer_baseline(name: str, ground: Field) -> Answers:
    parts = [_part(each, ground) for each in (AVERAGED if name == AVERAGE else (name,))]
    known = np.mean([part[0] for part in parts], axis=0)
    asked = np.mean([part[1] for part in parts], axis=0)
    gold = read_split(ground.dataset, "validation").gold
    threshold = choose_threshold(gold, known).value
    seconds = None if name == _FREE else sum(part[2] for part in parts)
    return Answers(asked >= threshold, threshold, seconds)


def _part(name: str, ground: Field) -> tuple[Floats, Floats, float]:
    """Return a baseline's scores of validation and of the rows, and the time of the latter."""
    if name not in ground.parts:
        scorer = _trained(name, ground)
        known = scorer(read_split(ground.dataset, "validation").texts)
        start = process_time()
        asked = scorer(ground.rows.texts)
        ground.parts[name] = known, asked, process_time() - start
    return ground.parts[name]


def _trained(name: str, ground: Field) -> Scorer:
    train = read_split(ground.dataset, "train")
    encoder = None
    if name in NEED_ENCODER:
        encoder, note = frozen_encoder(ground.frozen_of or Path(), train.texts)
        if encoder is None:
            raise InputError(f"{BASELINE}{name}: {note} Leave it out.")
    return TRAINED[name](train, encoder)
