"""SemEval-2024 Task 4, subtask 1: persuasion techniques in the texts of memes.

The labels are the 20 of SemEval-2021, in a hierarchy that counts when an answer is scored
(`rhetoric-train evaluate --official semeval2024`). Subtask 2 is about images and is not read.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.plurals import counted
from annotate.imports.corpora.corpus import Corpus, CorpusFile, CorpusRows, find_files
from annotate.imports.label_rows import LabelRow

LANGUAGES = ("en", "bg", "mk", "ar")
_OF_SUBTASK_1 = r"(?P<name>subtask1/[^/]*|[^/]*subtask1[^/]*)\.json"
_EXPECTED = "subtask1/train.json, subtask1/validation.json and subtask1/dev.json"
_SPLIT = re.compile(r"(?<![a-z])(train|validation|val|dev|test)(?![a-z])")
_LANGUAGE = re.compile(r"(?<![a-z])(en|bg|mk|md|ar)(?![a-z])")
_LANGUAGE_OF = {"md": "mk"}  # Macedonian
_ORDER = ("train", "validation", "val", "dev", "test")


def read_semeval2024(path: Path) -> CorpusRows:
    """Read a folder or one file.

    Raises:
        InputError: It is not this corpus, or no text has labels.
    """
    pattern = _OF_SUBTASK_1 if path.is_dir() else r"(?P<name>[^/]*)\.json"
    files = [file for file in find_files(path, pattern, _EXPECTED) if _split(file)]
    if not files:
        raise InputError(f"{path}: the name says no split; expected {_EXPECTED}")
    files.sort(key=lambda file: _ORDER.index(_split(file)))
    unlabelled: Counter[str] = Counter()
    rows = [row for file in files for row in _rows(file, unlabelled)]
    notes = tuple(
        f"{name}: {counted(count, 'text')} without labels left out"
        for name, count in unlabelled.items()
    )
    if not rows:
        raise InputError(f"{path}: {'; '.join(notes) or 'no texts'}; expected {_EXPECTED}")
    return CorpusRows(tuple(file.file.path for file in files), rows, notes)


def _split(file: CorpusFile) -> str:
    match = _SPLIT.search(file.file.path.stem.lower())
    return match[1] if match else ""


def _language(file: CorpusFile) -> str:
    match = _LANGUAGE.search(file.file.path.stem.lower())
    return _LANGUAGE_OF.get(match[1], match[1]) if match else "en"


def _rows(file: CorpusFile, unlabelled: Counter[str]) -> Iterator[LabelRow]:
    if not file.file.is_json:
        raise InputError(f"{file.file.path}:1: not JSON; expected a list of {{id, text, labels}}")
    for line, item in file.file.rows:
        row = LabelRow(file.file.where(line), {})
        if item.get("labels") is None and "text" in item:
            unlabelled[file.file.shown] += 1
        else:
            yield _row(row, item, file)


def _row(row: LabelRow, item: Mapping[str, Any], file: CorpusFile) -> LabelRow:
    id_, text, labels = item.get("id"), item.get("text"), item.get("labels")
    if not isinstance(id_, str | int) or not str(id_).strip():
        return row.aside("no 'id'")
    if not isinstance(text, str) or not text.strip():
        return row.aside("no 'text'")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        return row.aside("'labels' is not a list of techniques")
    language = _language(file)
    values = {
        "text": text.replace("\\n", "\n"),  # so written in the files
        "article_id": f"{language}-{id_}" if language != "en" else str(id_),
        "position": 0,
        "split": _split(file),
        "source": f"semeval2024-{language}",
        "url": item["link"] if isinstance(item.get("link"), str) else "",
    }
    values = {key: value for key, value in values.items() if value != ""}
    return LabelRow(row.where, values, tuple(labels))


SEMEVAL2024 = Corpus(
    name="semeval2024",
    title="SemEval-2024 Task 4, subtask 1: persuasion techniques in the texts of memes",
    languages=LANGUAGES,
    labels=20,
    size="8,500 texts for training, validation and development",
    licence="as its owners state; they ask you to register",
    url="https://propaganda.math.unipd.it/semeval2024task4/",
    taxonomy="semeval2021",
    read=read_semeval2024,
)
