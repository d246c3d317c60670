"""LOGIC and LogicClimate: fallacies in quiz examples and in news about the climate.

Nothing says which texts belong together, so each is an article of its own. A text of LogicClimate
has a row for each of its fallacies. `edu_all.csv` and `climate_all.csv` repeat the three splits.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from io import StringIO
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.io.csv_rows import scan_csv_lines
from annotate.imports.corpora.corpus import Corpus, CorpusFile, CorpusRows, find_files
from annotate.imports.label_rows import LabelRow

_TEXT = "source_article"
_ORDER = ("train", "dev", "test")


def _read(part: str, column: str, path: Path) -> CorpusRows:
    """Read a folder or one file.

    Args:
        part: What the files' names begin with.
        column: The one with the label.
        path: The folder or file.

    Raises:
        InputError: It is not this corpus.
    """
    expected = ", ".join(f"{part}_{split}.csv" for split in _ORDER)
    files = find_files(path, rf"{part}_(?P<split>train|dev|test)\.csv", expected)
    files.sort(key=lambda file: _ORDER.index(file.match["split"]))
    rows = [row for file in files for row in _rows(file, column)]
    return CorpusRows(tuple(file.file.path for file in files), rows)


def _rows(file: CorpusFile, column: str) -> Iterator[LabelRow]:
    path = file.file.path

    def check(columns: list[str]) -> None:
        for needed in (_TEXT, column):
            if needed not in columns:
                raise InputError(
                    f"{path}:1: no column {needed!r}; expected {_TEXT} and {column} among: "
                    f"{', '.join(columns)}"
                )

    articles: dict[str, str] = {}
    for line, cells in scan_csv_lines(StringIO(file.file.raw, newline=""), check, path):
        where = file.file.where(line)
        if isinstance(cells, InputError):
            yield LabelRow(where, {}).aside(str(cells))
            continue
        text = " ".join(cells[_TEXT].split())
        article = articles.setdefault(text, f"{path.stem}-{len(articles) + 1}")
        yield _row(LabelRow(where, _values(cells, article, file.match["split"])), cells[column])


def _values(cells: Mapping[str, str], article: str, split: str) -> dict[str, str]:
    values = {"text": cells[_TEXT], "article_id": article, "split": split}
    return values | ({"url": url} if (url := cells.get("original_url")) else {})


def _row(row: LabelRow, label: str) -> LabelRow:
    if not label.strip():
        return row.aside("no label")
    return LabelRow(row.where, row.values, (label.strip(),), partial=True)


LOGIC = Corpus(
    name="logic",
    title="LOGIC: fallacies in the examples of quizzes and textbooks",
    languages=("en",),
    labels=13,
    size="2,449 texts",
    licence="none is stated",
    url="https://github.com/causalNLP/logical-fallacy",
    taxonomy="logic13",
    read=partial(_read, "edu", "updated_label"),
)
LOGIC_CLIMATE = Corpus(
    name="logicclimate",
    title="LogicClimate: fallacies in news articles about the climate",
    languages=("en",),
    labels=13,
    size="1,079 texts",
    licence="none is stated",
    url="https://github.com/causalNLP/logical-fallacy",
    taxonomy="logic13",
    read=partial(_read, "climate", "logical_fallacies"),
)
