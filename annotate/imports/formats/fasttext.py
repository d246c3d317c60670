"""fastText: a text on each line, behind its labels as words that begin with __label__."""

import re
from collections.abc import Iterator

from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow, Meaning

_PREFIX = "__label__"
_LABELS = re.compile(rf"(?:{_PREFIX}[^\s,]+[\s,]*)*")
_LABEL = re.compile(rf"{_PREFIX}([^\s,]+)")
_EMPTY = 'no label; if it means "no technique", map it with none: [""]'


def is_fasttext(file: LabelFile) -> bool:
    """Tell by the lines that begin with labels."""
    lines = [line for line in file.raw.splitlines() if line.strip()]
    labelled = sum(line.startswith(_PREFIX) for line in lines)
    return labelled > len(lines) / 2


def read_fasttext(file: LabelFile, meaning: Meaning) -> Iterator[LabelRow]:
    """Yield the answer of each line."""
    for number, line in enumerate(file.raw.split("\n"), 1):
        match = _LABELS.match(line)
        head, text = (match[0], line[match.end() :].strip()) if match else ("", line.strip())
        labels = tuple(_LABEL.findall(head))
        if not text and not labels:
            continue
        entry = LabelRow(file.where(number), meaning.texts.complete({"text": text}), labels)
        yield entry if labels or "" in meaning.map.none else entry.aside(_EMPTY)
