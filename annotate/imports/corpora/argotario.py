"""Argotario: arguments that players of a game wrote to commit a fallacy, and others judged.

The label is the fallacy that the other players voted for. Where they did not decide, the argument
is set aside: its author's intention alone was never checked. An author's arguments are an article,
so that no split cuts an author.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from annotate.core.errors import InputError
from annotate.imports.corpora.corpus import Corpus, CorpusFile, CorpusRows, find_files
from annotate.imports.label_rows import LabelRow

_PATTERN = r"arguments-(?P<language>[a-z]{2})\b[^/]*\.tsv"
_EXPECTED = "arguments-en-DATE.tsv and arguments-de-DATE.tsv"
_COLUMNS = (
    *("Row number", "Mongo ID", "Author", "Topic", "Stance"),
    *("Intended Fallacy", "Voted Fallacy", "Number of Votes", "Text"),
)
_NONE = "No Fallacy"
_UNDECIDED = "-"


def read_argotario(path: Path) -> CorpusRows:
    """Read a folder or one file.

    Raises:
        InputError: It is not this corpus.
    """
    files = find_files(path, _PATTERN, _EXPECTED)
    rows = [row for file in files for row in _rows(file)]
    return CorpusRows(tuple(file.file.path for file in files), rows)


def _rows(file: CorpusFile) -> Iterator[LabelRow]:
    head, *lines = file.file.text.splitlines()
    if tuple(head.lstrip("\ufeff").split("\t")) != _COLUMNS:
        raise InputError(
            f"{file.file.path}:1: expected the columns {', '.join(_COLUMNS)}, with tabs between"
        )
    for number, record in _records(lines):
        yield _row(file, LabelRow(file.file.where(number), {}), record.split("\t"))


def _records(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield each record and its first line; a text may hold line breaks."""
    record, begins = "", 0
    for number, line in enumerate(lines, 2):
        if record and not re.match(r"\d+\t", line):
            record += f"\n{line}"
        else:
            if record:
                yield begins, record
            record, begins = line, number
    if record:
        yield begins, record


def _row(file: CorpusFile, row: LabelRow, cells: list[str]) -> LabelRow:
    if len(cells) != len(_COLUMNS):
        return row.aside(f"{len(cells)} cells under {len(_COLUMNS)} columns")
    cell = dict(zip(_COLUMNS, cells, strict=True))
    voted, votes = cell["Voted Fallacy"].strip(), cell["Number of Votes"]
    values = {
        "text": cell["Text"],
        "article_id": cell["Author"],
        "title": cell["Topic"],
        "source": f"argotario-{file.match['language']}",
    }
    if voted in ("", _UNDECIDED):
        return LabelRow(row.where, values).aside(f"the players did not decide (votes: {votes})")
    return LabelRow(row.where, values, () if voted == _NONE else (voted,))


ARGOTARIO = Corpus(
    name="argotario",
    title="Argotario: fallacious arguments written and judged in a game",
    languages=("en", "de"),
    labels=5,
    size="1,338 arguments in English and 423 in German; 496 and 122 with a decided vote",
    licence="CC0 1.0",
    url="https://github.com/UKPLab/argotario",
    taxonomy="argotario5",
    read=read_argotario,
)
