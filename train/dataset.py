"""Reads a dataset folder: the parquet files themselves, so no cache can serve older rows.

Label names come from the features that the files carry, and must be those of the taxonomy beside
them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from annotate.core.dataset_folder import read_manifest, read_table
from annotate.core.errors import InputError, TaxonomyError
from annotate.core.records import ANSWERS, Origin
from annotate.core.stats.bootstrap import cluster_index
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from train.scoring.human_ceiling import AnnotatorAnswer
from train.scoring.scores import Bools

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Split:
    """The paragraphs of one split, in the file's order.

    Attributes:
        gold: Shape (paragraphs, labels), labels in the taxonomy's order.
    """

    name: str
    ids: tuple[str, ...]
    article_ids: tuple[str, ...]
    texts: tuple[str, ...]
    gold: Bools

    @property
    def articles(self) -> npt.NDArray[np.intp]:
        """Number of each paragraph's article."""
        return cluster_index(self.article_ids)


@dataclass(frozen=True, slots=True)
class DatasetFolder:
    """A dataset folder whose format, taxonomy and place are known; rows are read when asked."""

    folder: Path
    name: str
    digest: str
    taxonomy: Taxonomy

    def split(self, name: str) -> Split:
        """Read a split.

        Raises:
            InputError: It is none of `SPLITS`, is not there, or a file of it cannot be read.
            TaxonomyError: Its labels are not those of the taxonomy.
        """
        if name not in SPLITS:
            raise InputError(f"{name!r}: no such split; choose one of {', '.join(SPLITS)}")
        files = sorted((self.folder / "gold").glob(f"{name}-*.parquet"))
        if not files:
            raise InputError(self._missing_split(name))
        rows = self._rows(files, ["id", "article_id", "text", "labels"])
        gold = np.zeros((len(rows["id"]), len(self.taxonomy.labels)), dtype=bool)
        for number, labels in enumerate(rows["labels"]):
            gold[number, labels] = True
        return Split(name, tuple(rows["id"]), tuple(rows["article_id"]), tuple(rows["text"]), gold)

    def answers(self) -> list[AnnotatorAnswer]:
        """Every answer of every annotator; what was skipped, unusable or not finished is none.

        An adjudication is no annotator's own answer, so it is none of these.
        """
        files = sorted((self.folder / "annotations").glob("*.parquet"))
        columns = ["id", "annotator", "status", "labels", "origin"]
        rows = self._rows(files, columns) if files else {"id": []}
        return [
            AnnotatorAnswer(id_, rows["annotator"][number], tuple(rows["labels"][number]))
            for number, id_ in enumerate(rows["id"])
            if rows["status"][number] in ANSWERS and rows["origin"][number] == Origin.ANNOTATION
        ]

    def _missing_split(self, name: str) -> str:
        found = [s for s in SPLITS if list((self.folder / "gold").glob(f"{s}-*.parquet"))]
        return (
            f"{self.folder}: no {name!r} split, only: {', '.join(found) or 'none at all'}; "
            "label paragraphs of more articles and pull again, or choose another split"
        )

    def _rows(self, files: Sequence[Path], columns: Sequence[str]) -> dict[str, list[Any]]:
        """The columns of the files, one behind the other."""
        rows: dict[str, list[Any]] = {column: [] for column in columns}
        for path in files:
            table = _read_columns(path, columns)
            self._check_labels(path, table.schema.metadata or {})
            for column in columns:
                rows[column] += table.column(column).to_pylist()
        return rows

    def _check_labels(self, path: Path, metadata: Mapping[bytes, bytes]) -> None:
        names, known = _label_names(path, metadata), self.taxonomy.labels
        if names != known:
            raise TaxonomyError(
                f"{path}: {first_difference(names, known)} in {self.folder / 'taxonomy.yaml'}; "
                "pull the dataset again"
            )


def open_dataset(folder: Path) -> DatasetFolder:
    """Check what a dataset folder is, without reading its rows.

    Raises:
        InputError: It is no dataset folder, or one of another format.
        TaxonomyError: Its taxonomy cannot be used.
    """
    manifest = read_manifest(folder)
    digest, name = manifest.get("digest"), manifest.get("name", folder.name)
    if not isinstance(digest, str) or not isinstance(name, str):
        path = folder / "manifest.json"
        raise InputError(f"{path}: no 'digest' that says what the rows are; pull it again")
    return DatasetFolder(folder, name, digest, load_taxonomy(folder / "taxonomy.yaml"))


def first_difference(names: Sequence[str], known: Sequence[str]) -> str:
    """Where two label lists part, as the begin of a sentence about the second one's place."""
    for number, (name, other) in enumerate(zip(names, known, strict=False)):
        if name != other:
            return f"label {number} is {name!r}, but {other!r}"
    return f"{len(names)} labels, but {len(known)}"


def _read_columns(path: Path, columns: Sequence[str]) -> Any:
    """The table, in which these columns are there."""
    table = read_table(path)
    missing = [column for column in columns if column not in table.column_names]
    if missing:
        raise InputError(f"{path}: no column {missing[0]!r}; pull the dataset again")
    return table


def _label_names(path: Path, metadata: Mapping[bytes, bytes]) -> tuple[str, ...]:
    """Names of the column `labels`, as the `datasets` library writes them into the schema."""
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        return tuple(features["labels"]["feature"]["names"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path}: no names of labels in its features; pull the dataset again"
        ) from error
