"""SemEval-2021 Task 6: techniques in the texts of memes; the same texts with and without spans.

Subtask 1 lists the techniques of a text, subtask 2 marks their words. Where both are at the path,
subtask 2 is read: it says the same and more. A few spans are one off in the official files, and are
moved to their `text_fragment`; one marks only a blank, and leaves its label alone. A meme that is
in two files belongs to the later one.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unicodedata import category

from annotate.core.errors import InputError
from annotate.imports.corpora.corpus import Corpus, CorpusFile, CorpusRows, find_files
from annotate.imports.label_rows import LabelRow

_PATTERN = r"(?P<split>training|dev|test)_set_task(?P<subtask>[12])\.txt"
_EXPECTED = "training_set_task2.txt, dev_set_task2.txt and test_set_task2.txt, or those of task1"


def read_semeval2021(path: Path) -> CorpusRows:
    """Read a folder or one file.

    Raises:
        InputError: It is not this corpus.
    """
    files = find_files(path, _PATTERN, _EXPECTED)
    subtask = max(f.match["subtask"] for f in files)
    order = {"training": 0, "dev": 1, "test": 2}
    files = [f for f in files if f.match["subtask"] == subtask]
    files.sort(key=lambda f: order[f.match["split"]])
    rows = [row for file in files for row in _rows(file)]
    return CorpusRows(tuple(f.file.path for f in files), list(_once(rows)))


def _once(rows: Sequence[LabelRow]) -> Iterator[LabelRow]:
    """Set a meme aside that is in a later split, too."""
    last = {row.values.get("article_id"): row.values["split"] for row in rows if not row.problem}
    for row in rows:
        split = last.get(row.values.get("article_id"), row.values["split"])
        other = split != row.values["split"] and not row.problem
        yield row.aside(f"the meme is in {split}, too") if other else row


def _rows(file: CorpusFile) -> Iterator[LabelRow]:
    if not file.file.is_json:
        raise InputError(f"{file.file.path}:1: not JSON; expected a list of {{id, text, labels}}")
    for line, item in file.file.rows:
        values = {"text": item.get("text", ""), "split": file.match["split"]}
        row = LabelRow(file.file.where(line), values)
        try:
            yield _row(row, item)
        except InputError as error:
            yield row.aside(str(error))


def _row(row: LabelRow, item: Mapping[str, Any]) -> LabelRow:
    id_, labels = item.get("id"), item.get("labels")
    if not isinstance(id_, str | int) or not str(id_).strip():
        raise InputError("no 'id'")
    if not isinstance(labels, list):
        raise InputError("no list of 'labels'")
    values = {**row.values, "article_id": str(id_), "position": 0}
    if all(isinstance(label, str) for label in labels):
        return LabelRow(row.where, values, tuple(labels))
    text = str(item.get("text", ""))
    spans = [_span(label, text) for label in labels]
    words = [span for span in spans if text[span["start"] : span["end"]].strip()]
    return LabelRow(row.where, {**values, "spans": words}, tuple(s["label"] for s in spans))


def _span(label: Any, text: str) -> dict[str, Any]:
    """Return a span; its words must stand where its offsets say, or once elsewhere."""
    if not isinstance(label, dict) or not isinstance(label.get("technique"), str):
        raise InputError(f"label {label!r} is neither a technique nor a span with one")
    start, end, words = label.get("start"), label.get("end"), label.get("text_fragment")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        raise InputError(f"span {start} to {end} does not fit the text")
    if isinstance(words, str) and _visible(words) != _visible(text[start:end]):
        words = _visible(words)
        if text.count(words) != 1:
            raise InputError(f"the words of span {start} to {end} are not its 'text_fragment'")
        start = text.index(words)
        end = start + len(words)
    return {"start": start, "end": end, "label": label["technique"]}


def _visible(words: str) -> str:
    """Return the words without characters that have no width, such as U+200B."""
    return "".join(c for c in words if category(c) != "Cf")


SEMEVAL2021 = Corpus(
    name="semeval2021",
    title="SemEval-2021 Task 6, subtasks 1 and 2: persuasion techniques in the texts of memes",
    languages=("en",),
    labels=20,
    size="950 texts",
    licence="free for general research use",
    url="https://github.com/di-dimitrov/SEMEVAL-2021-task6-corpus",
    taxonomy="semeval2021",
    read=read_semeval2021,
)
