"""The sets: what each method learns from, what it scores, and on what a threshold is chosen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np
import numpy.typing as npt

from annotate.core.dataset_folder import SPLITS, DatasetFolder, open_dataset
from train.dataset import Split, joined, read_split
from train.training.folds import fold_numbers

MICRO, TOP = "micro-F1", "top label"
FOLD_SEED = 13  # the same folds for every method and seed, so that methods can be compared

Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Source:
    """A set and how it is used.

    Attributes:
        corpus: Name of the dataset folder.
        main: The figure by which methods are compared.
        folds: Folds of a cross-validation by article; 0 to keep the splits that were given.
        only: Use the paragraphs from this source.
        test_only: Test on all the paragraphs from this one instead, whatever their split.
    """

    corpus: str
    main: str = MICRO
    folds: int = 0
    only: str = ""
    test_only: str = ""


SOURCES: Mapping[str, Source] = {
    "semeval2021": Source("semeval2021"),
    "logic": Source("logic", TOP),
    "argotario": Source("argotario", TOP, folds=5, only="argotario-en"),
    "mafalda": Source("mafalda", folds=5),
    "demo": Source("demo"),
    "transfer": Source("argotario", TOP, only="argotario-en", test_only="argotario-de"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """A set that is ready to use.

    Attributes:
        digest: Of the dataset.
        pool: All paragraphs that are scored.
        parts: What to train on, and the numbers in the pool of what that model then scores.
        choices: On which numbers to choose a threshold, and for which.
    """

    name: str
    source: Source
    digest: str
    labels: tuple[str, ...]
    pool: Split
    parts: tuple[tuple[Split, Numbers], ...]
    choices: tuple[tuple[Numbers, Numbers], ...]

    @property
    def scored(self) -> Numbers:
        """Numbers of the paragraphs that count."""
        return np.sort(np.concatenate([decided for _, decided in self.choices]))

    @property
    def single(self) -> bool:
        """Whether a paragraph has at most one label, as in the sets of fallacies."""
        return self.source.main == TOP

    @property
    def sizes(self) -> tuple[int, ...]:
        """Sizes of a learning curve: 50, 100, 200, ... paragraphs, and all (0)."""
        smallest = min(len(split.texts) for split, _ in self.parts)
        doubled = [50 * 2**n for n in range(20)]
        return (*(size for size in doubled if size < smallest), 0)


def read_task(name: str, folder: Path) -> Task:
    source, dataset = SOURCES[name], open_dataset(folder)
    splits = _splits(dataset, source)
    if source.folds:
        pool = reduce(joined, splits.values())
        fold = fold_numbers(pool, source.folds, FOLD_SEED)
        cuts = [(np.flatnonzero(fold != n), np.flatnonzero(fold == n)) for n in range(source.folds)]
        parts = tuple((pool.rows(rest), left_out) for rest, left_out in cuts)
        return _task(name, source, dataset, pool, parts, tuple(cuts))
    pool = joined(splits["validation"], splits["test"])
    cut, size = len(splits["validation"].texts), len(pool.texts)
    both = ((np.arange(cut), np.arange(cut, size)),)
    return _task(name, source, dataset, pool, ((splits["train"], np.arange(size)),), both)


def _task(
    name: str,
    source: Source,
    dataset: DatasetFolder,
    pool: Split,
    parts: tuple[tuple[Split, Numbers], ...],
    choices: tuple[tuple[Numbers, Numbers], ...],
) -> Task:
    return Task(name, source, dataset.digest, dataset.taxonomy.labels, pool, parts, choices)


def _splits(dataset: DatasetFolder, source: Source) -> dict[str, Split]:
    origin = {row.paragraph.id: row.paragraph.source for row in dataset.gold()}
    splits = {name: read_split(dataset, name) for name in SPLITS if name in dataset.splits}
    if source.only:
        kept = {name: _only(split, origin, {source.only}) for name, split in splits.items()}
        if source.test_only:
            everything = joined(kept["train"], kept["test"])
            other = _only(reduce(joined, splits.values()), origin, {source.test_only})
            return {"train": everything, "validation": kept["validation"], "test": other}
        return kept
    return splits


def _only(split: Split, origin: Mapping[str, str], wanted: Collection[str]) -> Split:
    return split.rows([n for n, row in enumerate(split.ids) if origin[row] in wanted])


def subset(split: Split, size: int, seed: int) -> Split:
    """Return the first paragraphs of shuffled articles; a larger subset contains a smaller one."""
    if not size:
        return split
    articles = split.articles
    place = np.random.default_rng(seed).permutation(articles.max() + 1)
    return split.rows(np.sort(np.argsort(place[articles], kind="stable")[:size]))
