"""SemEval-2020 Task 11: propaganda techniques marked in news articles (PTC, version 2).

Technique classification (TC) has the marked words with their techniques; the paragraphs of an
article without any have none. Span identification (SI) has the same words without techniques, so it
is not read. Templates say which words to classify, and not how.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.plurals import counted
from annotate.imports.corpora.articles import (
    Line,
    Table,
    are_offsets,
    read_article,
    read_tables,
    united_rows,
)
from annotate.imports.corpora.corpus import Corpus, CorpusFile, CorpusRows, find_files
from annotate.imports.documents import DocumentSpan, article_rows, cut_article
from annotate.imports.label_rows import LabelRow

_SPLITS = ("train", "dev", "test")
_PATTERN = (
    r"(?P<split>train|dev|test)-(?:articles/article(?P<article>\w+)\.txt"
    r"|[^/]*(?P<one>/article(?P<id>\w+)[^/]*)?\.(?:labels(?:\.txt)?|out))"
)
_TC = "train-task-flc-tc.labels"
_EXPECTED = f"{_TC} (article, technique, start, end) and train-articles/articleID.txt"
_FORM = "article, technique, start and end (TC), or article, start and end (SI)"
_TC_CELLS, _SI_CELLS = 4, 3
_NO_TECHNIQUE = "?"  # of templates


@dataclass(frozen=True, slots=True)
class _Labels:
    """Spans of a split: one file with all, or a folder with a file for each article.

    Attributes:
        files: The files.
        table: Their lines.
    """

    files: Sequence[CorpusFile]
    table: Table

    @property
    def has_techniques(self) -> bool:
        return any(map(_has_technique, self.table.lines))

    def covers(self, article: str) -> bool:
        """Tell whether an article without a line here has no marked words."""
        ids = {file.match["id"] for file in self.files}
        return article in ids or None in ids


def read_semeval2020(path: Path) -> CorpusRows:
    """Read a folder with articles and labels.

    Raises:
        InputError: It is not this corpus, or its spans have no techniques.
    """
    files = find_files(path, _PATTERN, _EXPECTED)
    rows: list[LabelRow] = []
    notes: list[str] = []
    for split in _SPLITS:
        those = [file for file in files if file.match["split"] == split]
        articles = {f.match["article"]: f for f in those if f.match["article"]}
        labels = _labels([file for file in those if not file.match["article"]])
        chosen = next((each for each in labels if each.has_techniques), None)
        if chosen:
            rows += _rows(split, articles, chosen)
        elif those:
            notes.append(f"{split}: {_without(articles, labels)} left out")
    if not rows:
        raise InputError(f"{path}: {'; '.join(notes)}; expected the techniques (TC): {_EXPECTED}")
    return united_rows((file.file.path for file in files), rows, notes)


def _labels(files: Sequence[CorpusFile]) -> list[_Labels]:
    """Return the spans of a split, files with all articles first."""
    collections: dict[tuple[bool, Path], list[CorpusFile]] = defaultdict(list)
    for file in files:
        alone = bool(file.match["one"])
        collections[alone, file.file.path.parent if alone else file.file.path].append(file)
    return [
        _Labels(those, read_tables([file.file for file in those], _FORM, _is_span))
        for _, those in sorted(collections.items(), key=lambda item: item[0])
    ]


def _without(articles: Mapping[str, CorpusFile], labels: Sequence[_Labels]) -> str:
    spans = max((len(each.table.lines) for each in labels), default=0)
    if spans:
        return f"{counted(spans, 'span')} without a technique (SI, or a template)"
    return f"{counted(len(articles), 'article')} without labels"


def _rows(split: str, articles: Mapping[str, CorpusFile], labels: _Labels) -> Iterator[LabelRow]:
    if not articles:
        raise InputError(
            f"{labels.files[0].file.path}: the articles are missing; expected "
            f"{split}-articles/articleID.txt"
        )
    marks: dict[str, list[DocumentSpan]] = defaultdict(list)
    yield from labels.table.bad
    for line in labels.table.lines:
        id_ = line.cells[0].removeprefix("article")
        if not _has_technique(line):
            yield LabelRow(line.where, {}).aside("a span without a technique")
        elif id_ not in articles:
            yield LabelRow(line.where, {}).aside(f"no file article{id_}.txt")
        else:
            _, label, start, end = line.cells
            marks[id_].append(DocumentSpan(int(start), int(end), label, line.where))
    for id_, article in articles.items():
        if id_ in marks or labels.covers(id_):
            pieces = cut_article(id_, read_article(article.file.path), titled=True)
            for row in article_rows(pieces, marks[id_], "", article.file.where(1)):
                yield replace(row, values={**row.values, "split": split})


def _is_span(cells: Sequence[str]) -> bool:
    return len(cells) in (_SI_CELLS, _TC_CELLS) and are_offsets(*cells[-2:])


def _has_technique(line: Line) -> bool:
    return len(line.cells) == _TC_CELLS and line.cells[1] not in ("", _NO_TECHNIQUE)


SEMEVAL2020 = Corpus(
    name="semeval2020",
    title="SemEval-2020 Task 11 (TC): propaganda techniques marked in news articles",
    languages=("en",),
    labels=14,
    size="446 articles with labels",
    licence="as its owners state; they ask you to register",
    url="https://propaganda.qcri.org/ptc/",
    taxonomy="ptc14",
    read=read_semeval2020,
)
