"""MAFALDA: short texts in which fallacies are marked, with alternatives.

Several labels of the same words are alternatives, any of which is right; "nothing" among them makes
the mark optional. The dataset has all their labels. MAFALDA is a benchmark without training data,
so all of it is the test split.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.imports.corpora.corpus import Corpus, CorpusFile, CorpusRows, find_files
from annotate.imports.label_rows import LabelRow

_TRIPLE = 3
# "to clean" is a remark that was left in the data; MAFALDA's own scorer passes over it.
_NO_LABEL = ("nothing", "to clean")


def read_mafalda(path: Path) -> CorpusRows:
    """Read a folder or one file.

    Raises:
        InputError: It is not this corpus.
    """
    files = find_files(path, r"gold_standard_dataset\.jsonl", "gold_standard_dataset.jsonl")
    rows = [row for file in files for row in _rows(file)]
    return CorpusRows(tuple(file.file.path for file in files), rows)


def _rows(file: CorpusFile) -> Iterator[LabelRow]:
    if not file.file.is_json:
        raise InputError(f"{file.file.path}:1: not JSON Lines; expected {{text, labels}}")
    for number, line in enumerate(file.file.raw.split("\n"), 1):
        if line.strip():
            row = LabelRow(file.file.where(number), {"article_id": f"mafalda-{number}"})
            try:
                yield _row(row, _item(line))
            except InputError as error:
                yield row.aside(str(error))


def _item(line: str) -> Mapping[str, Any]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}") from error
    if not isinstance(item, dict) or not isinstance(item.get("labels"), list):
        raise InputError("no list of 'labels'")
    return item


def _row(row: LabelRow, item: Mapping[str, Any]) -> LabelRow:
    marks = [_span(label) for label in item["labels"]]
    spans = [span for span in marks if span["label"].casefold() not in _NO_LABEL]
    values = {"text": item.get("text", ""), "split": "test", "spans": spans}
    return LabelRow(row.where, {**row.values, **values}, ())


def _span(label: Any) -> dict[str, Any]:
    if not isinstance(label, list) or len(label) != _TRIPLE or not isinstance(label[2], str):
        raise InputError(f"label {label!r} is not [start, end, label]")
    return {"start": label[0], "end": label[1], "label": label[2]}


MAFALDA = Corpus(
    name="mafalda",
    title="MAFALDA: fallacies in posts, comments and debates (gold standard)",
    languages=("en",),
    labels=23,
    size="200 texts, all of them test",
    licence="as its owners state; the repository names none",
    url="https://github.com/ChadiHelwe/MAFALDA",
    taxonomy="mafalda23",
    read=read_mafalda,
)
