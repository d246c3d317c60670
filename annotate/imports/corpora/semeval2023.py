"""SemEval-2023 Task 3, subtask 3: techniques in the paragraphs of news articles, in nine languages.

A paragraph is a line of its article; the number counts empty lines too, from 1. One file has the
labels of all paragraphs, another the marked words. Templates have the paragraphs' texts: they show
that lines were counted as here. Subtasks 1 and 2 label whole articles and are not read.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.plurals import counted
from annotate.imports.corpora.articles import (
    Line,
    MarkedWords,
    Table,
    are_offsets,
    is_number,
    letters,
    read_article,
    read_tables,
    united_rows,
)
from annotate.imports.corpora.corpus import Corpus, CorpusFile, CorpusRows, find_files
from annotate.imports.documents import DocumentSpan, Piece, cut_article
from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow

LANGUAGES = ("en", "fr", "ge", "it", "po", "ru", "es", "el", "ka")
_SPLITS = ("train", "dev", "test")
_SUBTASK = r"(?:[-_]?subtask[-_]?3)?"
# Copies are often renamed: train_labels.txt, train/labels.txt, en-train-labels-subtask-3.txt
_PATTERN = (
    rf"(?:(?P<language>{'|'.join(LANGUAGES)})[-_])?(?P<split>train|dev|test)[-_/](?:"
    rf"articles{_SUBTASK}/(?:.*/)?(?:article)?(?P<articles>\w+)\.txt"
    rf"|labels{_SUBTASK}(?P<template>(?:/[^/]*)?[-_.]template(?:\.txt)?)"
    rf"|labels{_SUBTASK}(?P<spans>[-_]spans(?:/article[^/]*)?\.txt)"
    rf"|labels{_SUBTASK}(?P<labels>(?:/article[^/]*)?\.txt))"
)
_KINDS = ("articles", "template", "spans", "labels")
_EXPECTED = "train-labels-subtask-3.txt and train-articles-subtask-3/articleID.txt of a language"
_CELLS = 2  # article and number of a paragraph; labels or its text follow
_SPAN_CELLS = 4

_Key = tuple[str, int]  # article, number of the paragraph
_Numbered = Mapping[str, Mapping[int, Piece]]


@dataclass(frozen=True, slots=True)
class _Part:
    """The files of one language and split, by kind."""

    folder: Path
    language: str
    split: str
    files: Mapping[str, list[CorpusFile]]

    @property
    def shown(self) -> str:
        return f"{self.language} {self.split}".strip()

    def tables(self, kind: str) -> list[LabelFile]:
        """Return the file for all articles; those for one article each where there is none."""
        files = [file.file for file in self.files[kind]]
        return [file for file in files if file.path.parent == self.folder] or files

    @property
    def articles(self) -> dict[str, Path]:
        """The articles by id; copies without folders have them beside the labels."""
        files = {file.match["articles"]: file.file.path for file in self.files["articles"]}
        beside = sorted(self.folder.glob("article*.txt"))
        return files or {path.stem.removeprefix("article"): path for path in beside}

    def texts(self) -> dict[str, str]:
        """Read the articles.

        Raises:
            InputError: There are none.
        """
        if not self.articles:
            raise InputError(
                f"{self.tables('labels')[0].path}: the articles are missing; expected "
                f"{self.folder}/{self.split}-articles-subtask-3/articleID.txt"
            )
        return {id_: read_article(path) for id_, path in self.articles.items()}


def read_semeval2023(path: Path) -> CorpusRows:
    """Read all languages of a folder, or the folder of one language.

    Raises:
        InputError: It is not this corpus, or it has no labels.
    """
    files = find_files(path, _PATTERN, _EXPECTED)
    if not path.is_dir():
        raise InputError(f"{path}: is one file of the corpus; name the folder that it is in")
    rows: list[LabelRow] = []
    notes: list[str] = []
    parts = _complete(_parts(files), notes)
    for part in parts:
        reader = _PartReader(part)
        rows += reader.rows()
        notes += reader.notes()
    if not rows:
        about = f" ({'; '.join(notes)})" if notes else ""
        raise InputError(f"{path}: no labels{about}; expected {_EXPECTED}")
    paths = [file.file.path for file in files] + [p for x in parts for p in x.articles.values()]
    return united_rows(paths, rows, notes)


def _parts(files: Sequence[CorpusFile]) -> list[_Part]:
    parts: dict[tuple[str, str, int], _Part] = {}
    for file in files:
        below = file.match.string[file.match.start("split") :].count("/")
        folder, split = file.file.path.parents[below], file.match["split"]
        language = file.match["language"] or _language(folder)
        key = (str(folder), language, _SPLITS.index(split))
        part = parts.setdefault(key, _Part(folder, language, split, defaultdict(list)))
        part.files[next(kind for kind in _KINDS if file.match[kind])].append(file)
    return [parts[key] for key in sorted(parts)]


def _language(folder: Path) -> str:
    name = folder.resolve().name.lower()
    return name if name in LANGUAGES else ""


def _complete(parts: Sequence[_Part], notes: list[str]) -> list[_Part]:
    """Return the parts, in which labels that stand in another folder are beside their articles.

    Labels that articles elsewhere have already, such as the example of a scorer, are left out.

    Args:
        parts: By folder.
        notes: Gets a sentence about labels that are left out.
    """
    complete = [part for part in parts if part.articles or not part.files["labels"]]
    for part in parts:
        if part in complete:
            continue
        fit = [
            other
            for other in complete
            if other.articles
            and other.split == part.split
            and (other.language == part.language or not part.language)
        ]
        without = [other for other in fit if not other.files["labels"]]
        if len(without) == 1:
            for kind, files in part.files.items():
                without[0].files[kind].extend(files)
        elif fit and not without:
            shown = part.files["labels"][0].file.shown
            notes.append(f"{shown}: left out, because its folder has no articles")
        else:
            complete.append(part)  # its reader says what is missing
    return complete


class _PartReader:
    """Reads the files of one language and split."""

    def __init__(self, part: _Part) -> None:
        self._part = part
        self._labels = _paragraph_table(part, "labels", "article, paragraph and label,label")
        self._template = _paragraph_table(part, "template", "article, paragraph and text")
        form = "article, label, start and end"
        self._spans = read_tables(part.tables("spans"), form, _is_span)
        self._marks = _marks(self._spans.lines)
        self._marked = MarkedWords(self._marks)

    def rows(self) -> list[LabelRow]:
        """Return a row for each line of labels, and those set aside; none without labels."""
        if not self._part.files["labels"]:
            self._check_spans()
            return []
        articles = self._part.texts()
        texts = {_key(line): " ".join(line.cells[_CELLS:]) for line in self._template.lines}
        paragraphs = _numbered(articles, [_key(line) for line in self._labels.lines], texts)
        rows = [self._row(line, paragraphs, texts) for line in self._labels.lines]
        bad = [*self._labels.bad, *self._template.bad, *self._spans.bad]
        return [*rows, *bad, *self._lost(paragraphs)]

    def _check_spans(self) -> None:
        """Refuse marked words without the labels of paragraphs."""
        if self._spans.lines:
            raise InputError(
                f"{self._part.tables('spans')[0].path}: marked words without the labels of the "
                f"paragraphs; expected {self._part.folder}/{self._part.split}-labels-subtask-3.txt"
            )

    def _row(self, line: Line, paragraphs: _Numbered, texts: Mapping[_Key, str]) -> LabelRow:
        article, number = key = _key(line)
        row = LabelRow(line.where, {})
        if article not in paragraphs:
            return row.aside(f"no file article{article}.txt")
        piece = paragraphs[article].get(number)
        if piece is None:
            return row.aside(f"article {article} has no paragraph {number}")
        if key in texts and not _same(piece, texts[key]):
            return row.aside(f"paragraph {number} of article {article} is another in the template")
        cell = line.cells[_CELLS] if line.cells[_CELLS:] else ""
        labels = tuple(name for each in cell.split(",") if (name := each.strip()))
        values = {
            **piece.values,
            "position": number - 1,
            "split": self._part.split,
            "source": f"semeval2023-{self._part.language}".rstrip("-"),
            "spans": self._marked.of(article, piece.start, piece.end, labels),
        }
        values = {key: value for key, value in values.items() if value not in ("", [])}
        return LabelRow(line.where, values, labels)

    def _lost(self, paragraphs: _Numbered) -> Iterator[LabelRow]:
        """Yield rows that say which marked words are not in a paragraph."""
        for article, spans in self._marks.items():
            pieces = paragraphs.get(article, {}).values()
            for span in spans:
                if not any(span.start < piece.end and span.end > piece.start for piece in pieces):
                    self._marked.unused.pop(span.where)
                    reason = f"{span.start} to {span.end} has no words of article {article}"
                    yield LabelRow(span.where, {}).aside(f"bad span: {reason}")

    def notes(self) -> Iterator[str]:
        """Yield what is left out although it is not damaged, after the rows."""
        labelled = {_key(line) for line in self._labels.lines}
        unlabelled = {_key(line) for line in self._template.lines} - labelled
        if unlabelled:
            count = counted(len(unlabelled), "paragraph")
            yield f"{self._part.shown}: {count} of the template without labels left out"
        elif not self._part.files["labels"]:
            count = counted(len(self._part.files["articles"]), "article")
            yield f"{self._part.shown}: {count} without labels left out"
        if self._labels.lines:
            yield from self._marked.note(self._part.shown)


def _paragraph_table(part: _Part, kind: str, form: str) -> Table:
    def fits(cells: Sequence[str]) -> bool:
        return len(cells) >= _CELLS and bool(cells[0]) and is_number(cells[1])

    return read_tables(part.tables(kind), form, fits)


def _key(line: Line) -> _Key:
    return line.cells[0].removeprefix("article"), int(line.cells[1])


def _numbered(
    articles: Mapping[str, str], labelled: Sequence[_Key], texts: Mapping[_Key, str]
) -> _Numbered:
    """Return article -> number -> paragraph.

    Numbers are those of lines. Where labels and template do not fit that, and fit it better that
    empty lines do not count, they do not.
    """
    cut = {id_: cut_article(id_, a, at_lines=True, titled=True) for id_, a in articles.items()}
    by_line = {id_: {piece.line: piece for piece in pieces} for id_, pieces in cut.items()}
    in_order = {id_: dict(enumerate(pieces, 1)) for id_, pieces in cut.items()}

    def misfits(numbered: _Numbered) -> int:
        pieces = [(key, numbered.get(key[0], {}).get(key[1])) for key in labelled]
        return sum(piece is None or not _same(piece, texts.get(key)) for key, piece in pieces)

    return min((by_line, in_order), key=misfits)


def _same(piece: Piece, text: str | None) -> bool:
    """Tell whether a piece has the text of the template; it may have none."""
    return not text or letters(piece.values["text"]) == letters(text)


def _marks(lines: Sequence[Line]) -> dict[str, list[DocumentSpan]]:
    marks: dict[str, list[DocumentSpan]] = defaultdict(list)
    for line in lines:
        article, label, start, end = line.cells
        span = DocumentSpan(int(start), int(end), label, line.where)
        marks[article.removeprefix("article")].append(span)
    return marks


def _is_span(cells: Sequence[str]) -> bool:
    return len(cells) == _SPAN_CELLS and bool(cells[1]) and are_offsets(*cells[2:])


SEMEVAL2023 = Corpus(
    name="semeval2023",
    title="SemEval-2023 Task 3, subtask 3: persuasion techniques in paragraphs of news",
    # Its folders "ge" and "po" are German and Polish.
    languages=tuple({"ge": "de", "po": "pl"}.get(name, name) for name in LANGUAGES),
    labels=23,
    size="1,612 articles with labels",
    licence="as its owners state; they ask you to register",
    url="https://propaganda.math.unipd.it/semeval2023task3/",
    taxonomy="semeval2023",
    read=read_semeval2023,
)
