"""SlavicNLP-2025: persuasion techniques in parliamentary debates and posts, in Slavic languages.

A paragraph is a piece of a document by its offsets. Subtask 2 lists the techniques of each; subtask
1 says of all pieces whether there is any, so that those without one are known. The corpus that was
published later has sentences in their place, and marked words, which are kept.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.plurals import counted
from annotate.imports.corpora.articles import (
    Line,
    MarkedWords,
    Table,
    are_offsets,
    letters,
    read_article,
    read_tables,
    united_rows,
)
from annotate.imports.corpora.corpus import Corpus, CorpusFile, CorpusRows, find_files
from annotate.imports.documents import DocumentSpan
from annotate.imports.label_rows import LabelRow

_LANGUAGES = ("bg", "hr", "pl", "ru", "si", "sl")
_PATTERN = (
    r"(?P<documents>raw-documents/[^/]+\.txt)"
    r"|(?P<techniques>subtask-?2-annotations\.txt)"
    r"|(?P<sentences>sentence-level-annotations-full\.txt)"
    r"|(?P<any>subtask-?1-annotations\.txt)"
    r"|(?P<spans>text-span-level-annotations\.txt)"
)
_KINDS = ("documents", "techniques", "sentences", "any", "spans")
_EXPECTED = (
    "LANGUAGE/raw-documents/NAME.txt and LANGUAGE/subtask-2-annotations.txt, or "
    "sentence-level-annotations-full.txt"
)
_PIECE = 3  # cells: file, start, end

_Key = tuple[str, int, int]  # file, start, end
_Mark = tuple[str, DocumentSpan | LabelRow]  # file; a row where the marked words cannot be used


@dataclass(frozen=True, slots=True)
class _Language:
    """The files of one folder, by kind."""

    folder: Path
    files: Mapping[str, list[CorpusFile]]

    @property
    def source(self) -> str:
        name = self.folder.resolve().name.lower()
        return f"slavicnlp2025-{name}" if name in _LANGUAGES else "slavicnlp2025"

    @property
    def split(self) -> str:
        """The split that a folder around this one is named after; empty for others."""
        for name in (self.folder.resolve().name, self.folder.resolve().parent.name):
            for split in ("train", "dev", "test"):
                if name.lower().startswith(split):
                    return split
        return ""

    def table(self, kind: str, form: str, least: int = _PIECE) -> Table:
        def fits(cells: Sequence[str]) -> bool:
            return len(cells) >= least and bool(cells[0]) and are_offsets(*cells[1:3])

        return read_tables([file.file for file in self.files[kind]], form, fits)

    def documents(self) -> dict[str, str]:
        if not self.files["documents"]:
            raise InputError(
                f"{self.folder}: the documents are missing; expected {self.folder}/raw-documents"
            )
        return {f.file.path.name: read_article(f.file.path) for f in self.files["documents"]}


def read_slavicnlp2025(path: Path) -> CorpusRows:
    """Read the folders of all languages, or of one.

    Raises:
        InputError: It is not this corpus, or it has no techniques.
    """
    files = find_files(path, _PATTERN, _EXPECTED)
    rows: list[LabelRow] = []
    notes: list[str] = []
    for language in _languages(files):
        if language.files["techniques"] or language.files["sentences"]:
            rows += _rows(language, notes)
        else:
            count = counted(len(language.files["documents"]), "document")
            notes.append(f"{language.folder.name}: {count} without techniques left out")
    if not rows:
        raise InputError(f"{path}: no techniques of paragraphs; expected {_EXPECTED}")
    return united_rows((file.file.path for file in files), rows, notes)


def _languages(files: Sequence[CorpusFile]) -> list[_Language]:
    languages: dict[Path, _Language] = {}
    for file in files:
        kind = next(kind for kind in _KINDS if file.match[kind])
        folder = file.file.path.parents[kind == "documents"]
        language = languages.setdefault(folder, _Language(folder, defaultdict(list)))
        language.files[kind].append(file)
    return [languages[folder] for folder in sorted(languages)]


def _rows(language: _Language, notes: list[str]) -> Iterator[LabelRow]:
    documents = language.documents()
    kind = "techniques" if language.files["techniques"] else "sentences"
    techniques = language.table(kind, "file, start, end and techniques")
    yes_no = language.table("any", "file, start, end and true or false", _PIECE + 1)
    spans = language.table("spans", "file, start, end, technique and text", _PIECE + 1)
    pieces = {_key(line): _with_labels(line) for line in techniques.lines}
    for line in yes_no.lines:
        pieces.setdefault(_key(line), _with_yes_or_no(line))
    marks = list(_marks(spans.lines, documents))
    marked = MarkedWords(_by_document(marks))
    yield from (*techniques.bad, *yes_no.bad, *spans.bad)
    yield from (mark for _, mark in marks if isinstance(mark, LabelRow))
    for (name, start, end), row, values in _with_values(pieces, documents):
        if not row.problem:
            inside = marked.of(name, start, end, row.labels or ())
            values |= {"split": language.split, "source": language.source, "spans": inside}
            values = {key: value for key, value in values.items() if value not in ("", [])}
        yield replace(row, values=values)
    notes += marked.note(language.folder.name)


def _by_document(marks: Sequence[_Mark]) -> dict[str, list[DocumentSpan]]:
    spans: dict[str, list[DocumentSpan]] = defaultdict(list)
    for name, mark in marks:
        if isinstance(mark, DocumentSpan):
            spans[name].append(mark)
    return spans


def _key(line: Line) -> _Key:
    return line.cells[0], int(line.cells[1]), int(line.cells[2])


def _with_labels(line: Line) -> LabelRow:
    return LabelRow(line.where, {}, tuple(filter(None, line.cells[_PIECE:])))


def _with_yes_or_no(line: Line) -> LabelRow:
    """Return a piece that subtask 2 does not list."""
    word, row = line.cells[_PIECE].lower(), LabelRow(line.where, {}, ())
    if word == "true":
        return row.aside("it has a technique, and subtask-2-annotations.txt does not say which")
    return row if word == "false" else row.aside(f"neither true nor false: {word!r}")


def _with_values(
    pieces: Mapping[_Key, LabelRow], documents: Mapping[str, str]
) -> Iterator[tuple[_Key, LabelRow, dict[str, Any]]]:
    """Yield the pieces in order, with the texts around them."""
    in_order = sorted(pieces)
    positions: dict[str, int] = defaultdict(int)
    for at, key in enumerate(in_order):
        name, start, end = key
        row = pieces[key]
        text = documents.get(name, "")
        if not text[start:end].strip():
            yield key, row.aside(f"{name} has no text from {start} to {end}"), {}
            continue
        around = [in_order[n] if 0 <= n < len(in_order) else ("", 0, 0) for n in (at - 1, at + 1)]
        before, after = (text[k[1] : k[2]] if k[0] == name else "" for k in around)
        values = {"article_id": name.removesuffix(".txt"), "position": positions[name]}
        positions[name] += 1
        yield key, row, {**values, "text": text[start:end], "previous": before, "next": after}


def _marks(lines: Sequence[Line], documents: Mapping[str, str]) -> Iterator[_Mark]:
    """Yield the marked words with their document, or why they cannot be used.

    A line repeats the words, which must be those at its offsets.
    """
    for line in lines:
        name, start, end = _key(line)
        label, *words = line.cells[_PIECE:]
        if words and letters(documents.get(name, "")[start:end]) != letters(words[0]):
            reason = f"the words of {name} from {start} to {end} are not {words[0]!r}"
            yield name, LabelRow(line.where, {}).aside(f"bad span: {reason}")
        else:
            yield name, DocumentSpan(start, end, label, line.where)


SLAVICNLP2025 = Corpus(
    name="slavicnlp2025",
    title="SlavicNLP-2025: persuasion techniques in parliamentary debates and posts",
    languages=("bg", "hr", "pl", "ru", "sl"),
    labels=25,
    size="222 documents in the published corpus (Bulgarian, Polish, Russian)",
    licence="as its owners state",
    url="https://bsnlp.cs.helsinki.fi/shared-task.html",
    taxonomy="slavicnlp2025",
    read=read_slavicnlp2025,
)
