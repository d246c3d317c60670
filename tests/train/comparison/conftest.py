import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from annotate.core.dataset_folder import open_dataset
from tests.train.samples import write_tiny_dataset


@pytest.fixture(scope="session")
def wide_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with enough test articles for an interval."""
    sizes = (("train", 8), ("validation", 3), ("test", 12))
    return write_tiny_dataset(tmp_path_factory.mktemp("wide") / "wide", sizes)


def gold_answers(dataset: Path) -> dict[str, list[str]]:
    """The gold labels of each test paragraph."""
    rows = open_dataset(dataset).split("test")
    return {row.paragraph.id: list(row.gold.labels) for row in rows}


def shuffled(answers: Mapping[str, Sequence[str]], seed: int = 0) -> dict[str, list[str]]:
    """The same label sets, each for another paragraph."""
    order = np.random.default_rng(seed).permutation(len(answers))
    sets = list(answers.values())
    return {id_: list(sets[n]) for id_, n in zip(answers, order, strict=True)}


def write_predictions(path: Path, answers: Mapping[str, Sequence[str]]) -> Path:
    rows = [{"id": id_, "labels": list(labels)} for id_, labels in answers.items()]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
