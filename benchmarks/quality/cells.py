"""Cells: a set, a method, a seed and a size. Each finished one is a line of a file."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.tasks import Numbers, Task
from train.scoring.scores import Bools, Floats

Counts = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What is measured once.

    Attributes:
        size: Paragraphs to learn from; 0 for all.
        settings: Changes to the recipe, each `key=value`.
        recipe: Digest of the recipe with these settings; empty for a method without one.
        data: Digest of the dataset.
    """

    set: str
    method: str
    seed: int
    size: int = 0
    encoder: str = "minilm"
    settings: tuple[str, ...] = ()
    recipe: str = ""
    data: str = ""

    @property
    def digest(self) -> str:
        """Names the folder in which the cell works."""
        return sha256(json.dumps(asdict(self)).encode()).hexdigest()[:12]

    @property
    def title(self) -> str:
        """As it stands in messages: the set, the method, the seed."""
        size = f", {self.size} paragraphs" if self.size else ""
        return f"{self.set}: {method_title(self)}, seed {self.seed}{size}"


def method_title(cell: Cell) -> str:
    encoder = "" if cell.encoder == "minilm" else Path(cell.encoder).name
    return " ".join(filter(None, [cell.method, encoder, *cell.settings]))


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a cell.

    Attributes:
        counts: Of each article: hits, false alarms and misses; paragraphs whose top-scored label is
            right, paragraphs with a label, and all paragraphs.
        labels: Of each label: hits, false alarms and misses.
        seconds: CPU time, with child processes.
        resumed: Whether an earlier run had begun the cell; its time is not in `seconds`.
    """

    cell: Cell
    counts: Counts
    labels: Counts
    seconds: float
    resumed: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Result":
        cell = Cell(**{**row["cell"], "settings": tuple(row["cell"]["settings"])})
        counts = tuple(tuple(line) for line in row["counts"])
        labels = tuple(tuple(line) for line in row["labels"])
        return cls(cell, counts, labels, row["seconds"], row["resumed"])


def count(task: Task, scores: Floats, predicted: Bools) -> tuple[Counts, Counts]:
    """Count over the paragraphs that are scored: by article, and by label.

    Args:
        task: The set.
        scores: Shape (pool, labels).
        predicted: The same shape.
    """
    rows: Numbers = task.scored
    gold, guessed = task.pool.gold[rows], predicted[rows]
    outcomes = np.stack([gold & guessed, ~gold & guessed, gold & ~guessed], axis=-1)
    right = gold[np.arange(len(rows)), scores[rows].argmax(axis=1)]
    some, every = gold.any(axis=1), np.ones(len(rows), dtype=bool)
    of_each = np.column_stack([outcomes.sum(axis=1), right, some, every])
    articles = task.pool.rows(rows).articles
    by_article = np.zeros((articles.max() + 1, of_each.shape[1]), dtype=int)
    np.add.at(by_article, articles, of_each)
    return _plain(by_article), _plain(outcomes.sum(axis=0))


def _plain(counts: Any) -> Counts:
    return tuple(tuple(line) for line in counts.tolist())


class Store:
    """A file of finished cells, one JSON object a line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def results(self) -> list[Result]:
        """Return what is finished; a last line that a kill cut off is no result."""
        if not self._path.exists():
            return []
        lines = self._path.read_bytes().splitlines(keepends=True)
        return [Result.from_json(json.loads(line)) for line in lines if line.endswith(b"\n")]

    def add(self, result: Result) -> None:
        """Append a result."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(result.to_json()).encode() + b"\n"
        with self._path.open("ab+") as file:
            _cut(file)
            file.write(line)
            file.flush()
            os.fsync(file.fileno())


def _cut(file: Any) -> None:
    """Remove a last line that a kill cut off."""
    file.seek(0)
    whole = file.read().rfind(b"\n") + 1
    if whole < file.seek(0, os.SEEK_END):
        file.truncate(whole)


def missing(cells: Sequence[Cell], results: Sequence[Result]) -> list[Cell]:
    """Return the cells that are not finished, in their order."""
    finished = {result.cell for result in results}
    return [cell for cell in cells if cell not in finished]
