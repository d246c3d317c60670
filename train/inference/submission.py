"""Label the texts of a shared task and write a submission that its scorer accepts."""

from collections.abc import Sequence
from pathlib import Path

from annotate.core.console import progress
from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.records import normalise
from train.inference.backends import load_backend
from train.inference.cutoff import ADAPT, Cutoff, adapt, start_at
from train.inference.predict import PredictReport, check_target
from train.models.folder import open_model
from train.scoring.official.registry import find_label_task


def write_submission(
    model: Path,
    inputs: Sequence[Path],
    out: Path,
    name: str,
    cutoff: Cutoff = None,
    exact: bool = False,
) -> PredictReport:
    """Write an answer for every text of the task's own files, in their order.

    Args:
        model: A model folder or a finished run, with the labels of the task.
        inputs: A template, or the file of texts; also the folder of articles if it has no texts.
        out: The file to write.
        name: The shared task.
        cutoff: The threshold, if not the model's.
        exact: Compute in full precision.

    Raises:
        InputError: There is no such task that labels paragraphs or texts, or a file does not have
            its form.
        ModelError: The model cannot be used.
        TaxonomyError: The model's labels are not those of the task.
    """
    check_target(inputs, out)
    task = find_label_task(name)
    opened = open_model(model)
    names = task.official_names(opened.taxonomy)
    texts = task.texts(inputs)
    if not texts:
        raise InputError(f"{inputs[0]}: is a folder; name the file of {task.unit}s to label too")
    backend = load_backend(opened, exact=exact)
    with progress("labelling", total=len(texts)) as bar:
        output = backend.classify([normalise(text) for text in texts.values()], bar.advance)
    threshold = start_at(opened.settings.threshold, cutoff)
    if cutoff == ADAPT:
        threshold = adapt(threshold, output.scores)
    holds = output.scores >= threshold
    answers = {
        key: [label for label, yes in zip(names, row, strict=True) if yes]
        for key, row in zip(texts, holds, strict=True)
    }
    with writing(out) as file:
        file.write(task.write(answers))
    labelled = sum(map(bool, answers.values()))
    return PredictReport(
        len(answers), labelled, output.windowed, 0, threshold=threshold, backend=backend.name
    )
