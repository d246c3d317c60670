"""Measure how the scores grow with the training paragraphs; write learning-curve.json and a page.

Nothing is scored on the test split: see `samples.py` for what is trained on and scored, and
`points.py` for the thresholds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from annotate.core.console import progress, say
from annotate.core.dataset_folder import DatasetFolder, open_dataset
from annotate.core.io.files import writing, writing_bytes
from annotate.core.io.json_files import to_text
from annotate.core.plurals import counted
from train.baselines.embeddings import embed
from train.baselines.registry import score_baselines
from train.dataset import Split, joined, read_split
from train.learning_curve.folder import FORMAT, PAGE, RESULT, CurveFolder
from train.learning_curve.page import curve_page
from train.learning_curve.points import MODEL
from train.learning_curve.result import measured
from train.learning_curve.samples import (
    FOLDS,
    Sample,
    check_sizes,
    default_sizes,
    draw_samples,
    draws_of,
    largest_sample,
)
from train.models.encoder import Encoder, find_encoder
from train.scoring.calibration import sigmoid
from train.scoring.scores import Floats
from train.training.folds import fit_and_score
from train.training.recipe import Recipe
from train.training.shortage import check_examples

REPEATS = 3
_BASELINES = "baselines.npz"


@dataclass(frozen=True, slots=True)
class CurveConfig:
    """What to train.

    Attributes:
        encoder: `minilm`, a folder, or a Hub id.
        sizes: Training paragraphs, growing; empty for 50, 100, 200, ... and all.
        repeats: How often a small size is drawn.
    """

    encoder: str = "minilm"
    recipe: Recipe = field(default_factory=Recipe)
    seed: int = 13
    sizes: tuple[int, ...] = ()
    repeats: int = REPEATS


@dataclass(frozen=True, slots=True)
class CurveReport:
    """The content of learning-curve.json; `already_done` if nothing had to be measured."""

    folder: Path
    result: Mapping[str, Any]
    already_done: bool


def learning_curve(
    dataset_folder: Path, config: CurveConfig, out: Path, replace: bool = False
) -> CurveReport:
    """Train and score at each size; go on where an earlier call stopped.

    Other sizes or repeats reuse what the folder has. Another dataset, encoder, recipe or seed is
    another curve.

    Args:
        dataset_folder: A folder that 'rhetoric-annotate pull' wrote.
        config: What to train.
        out: Folder of the curve.
        replace: If `out` holds another curve, remove that one first.

    Raises:
        InputError: The dataset is too small, the sizes do not fit it, or `out` holds something
            else.
        ModelError: The encoder cannot be used.
    """
    dataset = open_dataset(dataset_folder)
    dataset.check_unchanged()
    encoder = find_encoder(config.encoder)
    folder, request = CurveFolder(out), _request(dataset, config, encoder)
    other = folder.is_other(request, replace=replace)
    split = _labelled(dataset)
    sizes, draws = _sizes(dataset, split, config)
    plan = {"sizes": list(sizes), "draws": list(draws), "folds": FOLDS}
    result = None if other else folder.result(plan)
    if result:
        return CurveReport(out, result, already_done=True)
    samples = draw_samples(split, sizes, draws, config.seed)
    _foretell(sizes, samples, split, config.recipe)
    folder.begin(request, empty=other)
    scores = _score(samples, split, dataset.taxonomy.labels, encoder, config, folder.samples)
    result = {
        "format": FORMAT,
        "dataset": {"name": dataset.name, "digest": dataset.digest},
        "encoder": config.encoder,
        "recipe": config.recipe.name,
        "seed": config.seed,
        "plan": plan,
        **measured(split, samples, scores, config.seed),
    }
    for name, text in ((PAGE, curve_page(result)), (RESULT, to_text(result))):
        with writing(out / name) as file:
            file.write(text)
    return CurveReport(out, result, already_done=False)


def _request(dataset: DatasetFolder, config: CurveConfig, encoder: Encoder) -> dict[str, Any]:
    """Return what identifies a curve: the same request can use the same scores."""
    return {
        "dataset": {"name": dataset.name, "digest": dataset.digest},
        "encoder_digest": encoder.digest,
        "encoder": config.encoder,
        "recipe": config.recipe.to_json(),
        "seed": config.seed,
    }


def _labelled(dataset: DatasetFolder) -> Split:
    """Return the paragraphs of train and of validation, if there is one."""
    train = read_split(dataset, "train")
    if "validation" not in dataset.splits:
        return train
    return joined(train, read_split(dataset, "validation"))


def _sizes(
    dataset: DatasetFolder, split: Split, config: CurveConfig
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the sizes, and how often each is drawn.

    Raises:
        InputError: No paragraph has a technique, or the sizes do not fit.
    """
    check_examples(split, dataset.folder, "train and validation")
    most = largest_sample(split, config.seed)
    sizes = config.sizes or default_sizes(most)
    check_sizes(sizes, most)
    return sizes, draws_of(sizes, config.repeats, config.recipe.total_steps)


def _foretell(
    sizes: Sequence[int], samples: Sequence[Sample], split: Split, recipe: Recipe
) -> None:
    """Say what the curve costs before it starts."""
    steps = sum(recipe.total_steps(len(sample.train)) for sample in samples)
    one = recipe.total_steps(len(split.ids))
    say(
        f"learning curve at {', '.join(map(str, sizes))} paragraphs: "
        f"{counted(len(samples), 'model')}, {counted(steps, 'training step')}, as many as "
        f"{steps / one:.1f} runs on all {counted(len(split.ids), 'paragraph')}"
    )


def _score(
    samples: Sequence[Sample],
    split: Split,
    labels: Sequence[str],
    encoder: Encoder,
    config: CurveConfig,
    folder: Path,
) -> list[dict[str, Floats]]:
    """Return the probabilities of model and baselines for what each sample scores."""
    baselines = _baselines(samples, split, encoder, folder)
    recipe = config.recipe
    steps = sum(recipe.total_steps(len(sample.train)) for sample in samples)
    scores: list[dict[str, Floats]] = []
    with progress("training steps", total=steps) as bar:
        for sample, known in zip(samples, baselines, strict=True):
            texts = [split.texts[n] for n in sample.scored]
            part, where = split.rows(sample.train), folder / sample.folder
            seed = config.seed + sample.draw
            logits = fit_and_score(encoder, labels, part, texts, recipe, seed, where, bar)
            scores.append({MODEL: sigmoid(logits), **known})
    return scores


def _baselines(
    samples: Sequence[Sample], split: Split, encoder: Encoder, folder: Path
) -> list[dict[str, Floats]]:
    """Return the baselines' probabilities for what each sample scores; read what is kept."""
    paths = [folder / sample.folder / _BASELINES for sample in samples]
    if not all(path.is_file() for path in paths):
        embed(encoder, split.texts)  # at once, in few batches
    scores: list[dict[str, Floats]] = []
    with progress("baselines", total=len(samples)) as bar:
        for sample, path in zip(samples, paths, strict=True):
            if not path.is_file():
                texts = [split.texts[n] for n in sample.scored]
                values = score_baselines(split.rows(sample.train), texts, encoder)
                with writing_bytes(path) as file:
                    np.savez_compressed(file, allow_pickle=False, **values)
            with np.load(path, allow_pickle=False) as kept:
                scores.append({name: kept[name] for name in kept.files})
            bar.advance()
    return scores
