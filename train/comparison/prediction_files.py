"""Read the predictions of any system, and align them with the paragraphs of a split.

Three forms are told apart by their first character: JSON Lines with `id` and `labels`, such as
predictions.jsonl; a JSON list of such objects, the form of SemEval-2021 and 2024; and CSV with the
columns `id` and `labels`. An id is a paragraph's or, where each article is one text, an article's,
as in these official files.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from annotate.core.dataset_folder import DatasetFolder
from annotate.core.errors import InputError, TaxonomyError
from annotate.core.io.csv_rows import read_csv_rows
from annotate.core.io.files import plain_reading
from annotate.core.io.jsonl import read_rows
from annotate.core.plurals import counted
from annotate.core.records import DatasetRow
from annotate.core.taxonomy import Taxonomy
from train.scoring.official.files import object_id, object_labels, read_objects
from train.scoring.scores import Bools

# Where a row stands, its id, and its labels as they are written: a list, or a cell of a table
_Row = tuple[str, str, Sequence[object] | str]
_SEPARATORS = ("|", ";", ",")
_COLUMNS = ("id", "labels")


def read_prediction_file(path: Path, dataset: DatasetFolder, split: str) -> Bools:
    """Return what a file predicts for each paragraph of a split; shape (paragraphs, labels).

    Labels are named by id, by an alias or by name; a cell may hold several, parted by | ; or ,.

    Raises:
        InputError: The file has none of the forms, or does not answer exactly these paragraphs.
        TaxonomyError: It has a label that the dataset lacks.
    """
    rows = dataset.split(split)
    numbers, labels = _numbers(rows), dataset.taxonomy.labels
    names = _names(dataset.taxonomy)
    predicted = np.zeros((len(rows), len(labels)), dtype=bool)
    places: dict[int, str] = {}
    for where, id_, written in _read(path):
        if id_ not in numbers:
            raise InputError(
                f"{where}: {id_!r} is no paragraph of the {split} split of {dataset.folder}; the "
                "file must answer exactly its paragraphs: predict that split again"
            )
        number = numbers[id_]
        if number in places:
            raise InputError(f"{where}: {id_!r} is in {places[number]} too; remove one of them")
        places[number] = where
        for label in _ids(written, names, where, dataset):
            predicted[number, labels.index(label)] = True
    _check_complete(path, rows, places)
    return predicted


def _numbers(rows: Sequence[DatasetRow]) -> dict[str, int]:
    """Return id -> number of the paragraph; also by article, if each is one text."""
    numbers = {row.paragraph.id: number for number, row in enumerate(rows)}
    articles = {row.paragraph.article_id: number for number, row in enumerate(rows)}
    return articles | numbers if len(articles) == len(rows) else numbers


def _names(taxonomy: Taxonomy) -> dict[str, str]:
    """Return the id of each label by name, alias and id."""
    return {t.name: t.id for t in taxonomy.techniques} | taxonomy.canonical


def _check_complete(path: Path, rows: Sequence[DatasetRow], places: Mapping[int, str]) -> None:
    missing = [row.paragraph.id for number, row in enumerate(rows) if number not in places]
    if missing:
        more = f" and {counted(len(missing) - 1, 'other')}" if len(missing) > 1 else ""
        raise InputError(
            f"{path}: no answer for paragraph {missing[0]}{more} of {len(rows)}; every paragraph "
            "needs one, even without any label"
        )


def _read(path: Path) -> Iterator[_Row]:
    return _READERS.get(_first_character(path), _from_table)(path)


def _first_character(path: Path) -> str:
    with plain_reading(path), path.open("rb") as file:
        start = file.read(256).removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1].decode("ascii", "replace")


def _from_list(path: Path) -> Iterator[_Row]:
    for where, item in read_objects(path):
        yield where, str(object_id(item, where)), object_labels(item, where)


def _from_lines(path: Path) -> Iterator[_Row]:
    for number, item in read_rows(path):
        where = f"{path}:{number}"
        yield where, str(object_id(item, where)), object_labels(item, where)


def _from_table(path: Path) -> Iterator[_Row]:
    def check(columns: list[str]) -> None:
        missing = [column for column in _COLUMNS if columns.count(column) != 1]
        if missing:
            raise InputError(
                f"{path}: no column {missing[0]!r}; predictions are CSV with the columns id and "
                "labels, JSON Lines with 'id' and 'labels', or a JSON list of such objects"
            )

    for line, cells, _ in read_csv_rows(path, check):
        yield f"{path}:{line}", cells["id"].strip(), cells["labels"].strip()


_READERS: Mapping[str, Callable[[Path], Iterator[_Row]]] = {"[": _from_list, "{": _from_lines}


def _ids(
    written: Sequence[object] | str, names: Mapping[str, str], where: str, dataset: DatasetFolder
) -> list[str]:
    """Return the ids of the labels as they are written."""
    parts = _parts(written, names, where) if isinstance(written, str) else list(written)
    unknown = [part for part in parts if not isinstance(part, str) or part not in names]
    if unknown:
        raise TaxonomyError(
            f"{where}: the dataset {dataset.folder} has no label {unknown[0]!r}; name labels as "
            "its taxonomy.yaml does, by id, alias or name"
        )
    return [names[str(part)] for part in parts]


def _parts(cell: str, names: Mapping[str, str], where: str) -> list[object]:
    """Cut a cell at the first separator after which all parts are labels; names hold commas."""
    if cell.startswith("["):
        try:
            return list(json.loads(cell))
        except ValueError as error:
            raise InputError(f"{where}: labels {cell!r} are not a JSON list: {error}") from error
    if not cell or cell in names:
        return [cell] if cell else []
    cuts = [[part.strip() for part in cell.split(each) if part.strip()] for each in _SEPARATORS]
    fitting = [parts for parts in cuts if all(part in names for part in parts)]
    return [*(fitting[0] if fitting else max(cuts, key=lambda parts: len(parts)))]
