"""Train a classifier on a dataset folder: choose how, train, and write the run folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotate.core.console import progress, say
from annotate.core.dataset_folder import DatasetFolder, open_dataset
from annotate.core.errors import InputError
from annotate.core.labelled_by import labelled_by
from annotate.core.plurals import counted
from train.dataset import Split, joined, read_split
from train.models.classifier import Classifier
from train.models.encoder import Encoder, find_encoder, find_trained
from train.scoring.scores import Bools
from train.training.choice import CHOICE_FOLDS, OutOfFold, is_choice, score_out_of_fold
from train.training.folds import fold_numbers, out_of_fold_steps
from train.training.launch import check_sharding, processes, shares
from train.training.probe import fit_head
from train.training.recipe import Recipe
from train.training.resources import metered, surroundings
from train.training.result import Fitted, write_model
from train.training.rows import longer_than_read
from train.training.run_folder import RunFolder, State
from train.training.shortage import check_examples, shortages
from train.training.sinks import check_sinks
from train.training.trainer import train, untrained


@dataclass(frozen=True, slots=True)
class FitConfig:
    """What to train.

    Attributes:
        encoder: `minilm`, a folder, or a Hub id.
        choose: With few paragraphs, train the head alone if that is reliably ahead out of fold.
        folds: Score train and validation out of fold, in so many folds, and choose threshold and
            calibration by that; 0 chooses them on validation.
        refit: Then train on train and validation together.
        init_from: A model folder or finished run to start from, instead of `encoder`.
        log_to: Where else the figures go, of `sinks.SINKS`; does not change the run.
    """

    encoder: str = "minilm"
    recipe: Recipe = field(default_factory=Recipe)
    seed: int = 13
    choose: bool = False
    folds: int = 0
    refit: bool = False
    init_from: str = ""
    log_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FitReport:
    """The result of a run.

    Attributes:
        result: The content of validation.json.
        already_done: The folder already held this run, finished; nothing was done.
    """

    run: Path
    result: Mapping[str, Any]
    already_done: bool


def fit(dataset_folder: Path, config: FitConfig, out: Path, replace: bool = False) -> FitReport:
    """Train on the `train` split, choose everything else on `validation`, write a run folder.

    A run that was killed resumes from its newest complete checkpoint when it is started again in
    the same way; a finished one is left unchanged.

    Args:
        dataset_folder: A folder that 'rhetoric-annotate pull' wrote.
        config: Encoder and settings.
        out: Folder of the run.
        replace: If `out` holds another run, or one that cannot go on, remove that one first.

    Raises:
        InputError: The dataset cannot be trained on, `out` holds something else, or the
            processes cannot share a batch or the weights.
        ModelError: The encoder cannot be used, or the run's checkpoints are all broken.
    """
    _check_folds(config)
    shares(config.recipe, processes())
    check_sharding(config.recipe, processes())
    check_sinks(config.log_to)
    dataset = open_dataset(dataset_folder)
    dataset.check_unchanged()
    if config.init_from:
        encoder = find_trained(Path(config.init_from), dataset.taxonomy.labels)
    else:
        encoder = find_encoder(config.encoder)
    run = RunFolder(out)
    request = _request(dataset, config, encoder)
    state = run.state(request, replace=replace)
    if state is State.FINISHED:
        run.drop_checkpoints()
        return FitReport(out, run.read_result(), already_done=True)
    splits = read_split(dataset, "train"), read_split(dataset, "validation")
    _check(dataset, splits)
    _check_articles(config, splits)
    labels = dataset.taxonomy.labels
    classifier = untrained(encoder, labels, config.recipe, config.seed)  # refuses a bad encoder
    learned = joined(*splits) if config.refit else splits[0]
    _warn_of_cuts(classifier, learned)
    if state is State.OTHER:
        run.clear()  # only after every other check
    run.begin(request, _surroundings(dataset))
    with metered(run.folder):
        scored = _out_of_fold(encoder, labels, splits, config, run)
        whole = scored is None or not config.choose or scored.carries_encoder
        if whole:
            followed = None if config.refit else splits[1]
            classifier = _trained(classifier, (learned, followed), config, run)
        else:
            fit_head(classifier, learned)
        fitted = Fitted(classifier, encoder, dataset, splits, scored, whole, config.folds, learned)
        result = write_model(fitted, run.model)
        run.finish(result)
    return FitReport(out, result, already_done=False)


def _trained(
    classifier: Classifier, splits: tuple[Split, Split | None], config: FitConfig, run: RunFolder
) -> Classifier:
    steps = config.recipe.total_steps(len(splits[0].texts))
    with progress("training steps", total=steps) as bar:
        return train(classifier, splits, config.recipe, config.seed, run.folder, bar, config.log_to)


def _out_of_fold(
    encoder: Encoder,
    labels: Sequence[str],
    splits: tuple[Split, Split],
    config: FitConfig,
    run: RunFolder,
) -> OutOfFold | None:
    """Score out of fold what is chosen by it; None where nothing is."""
    split = joined(*splits) if config.folds else splits[0]
    folds = config.folds or (CHOICE_FOLDS if config.choose and is_choice(split) else 0)
    if not folds:
        return None
    numbers = fold_numbers(split, folds, config.seed)
    steps = out_of_fold_steps(numbers, config.recipe)
    with progress(f"training steps of {folds} folds", total=steps) as bar:
        scored = score_out_of_fold(
            encoder, labels, split, numbers, config.recipe, config.seed, run.folds, bar
        )
    if config.choose and not scored.carries_encoder:
        say(
            "out of fold, training the head alone is reliably ahead of the whole encoder on these "
            f"{len(split.texts)} paragraphs, so the head alone is trained"
        )
    return scored


def _check_articles(config: FitConfig, splits: tuple[Split, Split]) -> None:
    """Refuse more folds than articles."""
    articles = len(set(splits[0].article_ids + splits[1].article_ids))
    if config.folds > articles:
        raise InputError(f"--folds {config.folds}: there are {articles} articles; take fewer folds")


def _check_folds(config: FitConfig) -> None:
    """Refuse a single fold, and a refit that nothing could be chosen for."""
    if config.folds == 1:
        raise InputError("--folds 1: nothing would be left to train on; take 0, or 2 or more")
    if config.refit and not config.folds:
        raise InputError(
            "--refit trains on validation too, so the threshold cannot be chosen there; add "
            "--folds 5 to choose it out of fold"
        )


def _request(dataset: DatasetFolder, config: FitConfig, encoder: Encoder) -> dict[str, Any]:
    """Return the values that identify a run: equal requests are the same run."""
    labellers = labelled_by(dataset.manifest)
    whose = {"labelled_by": labellers} if labellers else {}  # older datasets do not say
    return {
        "dataset": {"name": dataset.name, "digest": dataset.digest} | whose,
        "encoder_digest": encoder.digest,
        # the folder itself, where a run was named, so that it can be found as an encoder again
        "encoder": encoder.place if config.init_from else config.encoder,
        "recipe": config.recipe.to_json(),
        "seed": config.seed,
        "choose": config.choose,
        "folds": config.folds,
        "refit": config.refit,
        "init_from": config.init_from,
    }


def _surroundings(dataset: DatasetFolder) -> dict[str, Any]:
    """Return what does not identify a run, but explains it."""
    origin = {"taxonomy": dataset.taxonomy.digest, "lineage": list(dataset.lineage)}
    return surroundings() | {"processes": processes(), "dataset": origin}


def _check(dataset: DatasetFolder, splits: tuple[Split, Split]) -> None:
    """Refuse a dataset without any technique; name the labels that cannot be learned."""
    train_split, validation = splits
    check_examples(train_split, dataset.folder)
    if not validation.gold.any():
        say("the validation split has no technique, so the threshold stays at 0.5")
    missing = _without_examples(dataset.taxonomy.labels, train_split.gold)
    if missing:
        say(f"no training examples, so the model cannot learn: {', '.join(missing)}")
    for shortage in shortages(*splits, dataset.taxonomy.labels):
        say(shortage)


def _warn_of_cuts(classifier: Classifier, learned: Split) -> None:
    """Say of how many paragraphs the end is not learned from."""
    number = longer_than_read(classifier, learned)
    if number:
        say(
            f"{counted(number, 'training paragraph is', 'training paragraphs are')} longer than "
            f"the model reads ({classifier.max_length} tokens); the rest is cut"
        )


def _without_examples(labels: Sequence[str], gold: Bools) -> list[str]:
    return [label for label, column in zip(labels, gold.T, strict=True) if not column.any()]
