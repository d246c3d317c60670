"""INCEpTION and WebAnno: TSV 3.x, with tokens and the spans of one layer or more.

The file does not say where paragraphs end: with --texts, which names the folder of the original
documents, these are cut as `prepare` does, else each sentence of the file is a paragraph. In a
folder of `DOCUMENT/ANNOTATOR.tsv`, the file is named after the annotator.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from annotate.core.errors import InputError
from annotate.core.records import normalise
from annotate.imports.documents import DocumentSpan, article_rows, cut_article, unmarked
from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow, Meaning

_HEAD = "#FORMAT=WebAnno TSV 3"
_NOBODY = "INITIAL_CAS"  # the document as it was imported, beside what annotators made of it
_LAYER = "#T_SP="
_TEXT = "#Text="
_TOKEN = re.compile(r"(\d+-\d+(?:\.\d+)?)\t(\d+)-(\d+)\t([^\t]*)\t?(.*)")
_VALUE = re.compile(r"(.*?)(?:\[(\d+)\])?")
_NOTHING = ("", "_", "*")
_ESCAPED = re.compile(r"\\(.)")
_SPLIT = re.compile(r"(?<!\\)\|")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence: its text, its offset in the document, and its first line in the file."""

    text: str
    start: int
    line: int


def is_inception(file: LabelFile) -> bool:
    """Tell by the first line."""
    return file.raw.lstrip("\ufeff").startswith(_HEAD)


def read_inception(file: LabelFile, meaning: Meaning) -> Iterator[LabelRow]:
    """Yield an answer for each paragraph of the document.

    Raises:
        InputError: The document in --texts is another one.
    """
    lines = [line.rstrip("\r") for line in file.raw.split("\n")]
    sentences = list(_sentences(lines))
    spans = _spans(lines, file, meaning)
    document, annotator = _document_and_annotator(file)
    if annotator == _NOBODY:
        return
    odd = [n for n, v in enumerate(lines, 1) if v and v[0] != "#" and not _TOKEN.fullmatch(v)]
    for number in odd:
        yield LabelRow(file.where(number), {}).aside("not a token with its offsets")
    lost = file.where(odd[0]) if odd else ""
    article = meaning.texts.article(PurePath(document).stem) or meaning.texts.article(document)
    if article:
        _check_text(sentences, article[1], file)
        spans = [_in_characters(span, article[1]) for span in spans]
        yield from article_rows(cut_article(*article), spans, annotator, file.where(1), lost)
        return
    for position, sentence in enumerate(sentences):
        given = {"article_id": document, "position": position, "annotator": annotator}
        given = {key: value for key, value in given.items() if value != ""}
        row = _sentence_row(sentence, spans, given, file.where(sentence.line))
        yield row.aside(unmarked(lost)) if lost and "spans" not in row.values else row


def _check_text(sentences: Sequence[_Sentence], text: str, file: LabelFile) -> None:
    units = _units(text)
    for sentence in sentences:
        part = units[2 * sentence.start :][: len(_units(sentence.text))]
        if normalise(part.decode("utf-16-le", errors="replace")) != normalise(sentence.text):
            raise InputError(
                f"{file.path}:{sentence.line}: the document in --texts has other words at this "
                "place; give the one that was imported there"
            )


def _document_and_annotator(file: LabelFile) -> tuple[str, str]:
    """Return whose answers to what: exports have a folder a document, a file an annotator."""
    parent = PurePath(file.folder).name
    return (
        (PurePath(parent).stem, file.path.stem)
        if PurePath(parent).suffix
        else (file.path.stem, file.folder)
    )


def _sentences(lines: Sequence[str]) -> Iterator[_Sentence]:
    parts: list[str] = []
    first = 0
    for number, line in enumerate(lines, 1):
        token = _TOKEN.fullmatch(line)
        if line.startswith(_TEXT):
            first = first or number
            parts.append(_unescaped(line.removeprefix(_TEXT)))
        elif token and parts:
            text = "\n".join(parts)
            indent = len(_units(text)) - len(_units(text.lstrip()))
            yield _Sentence(text, int(token[2]) - indent // 2, first)
            parts, first = [], 0


def _units(text: str) -> bytes:
    return text.encode("utf-16-le")


def _characters(text: str, units: int) -> int:
    """Return an offset in characters; Java counts UTF-16 units."""
    return len(_units(text)[: 2 * max(units, 0)].decode("utf-16-le", errors="ignore"))


def _in_characters(span: DocumentSpan, text: str) -> DocumentSpan:
    start, end = _characters(text, span.start), _characters(text, span.end)
    return DocumentSpan(start, end, span.label, span.where)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: _LETTERS.get(match[1], match[1]), text)


def _spans(lines: Sequence[str], file: LabelFile, meaning: Meaning) -> list[DocumentSpan]:
    """Return the spans of the columns with our labels; of all columns, if none has any."""
    columns = _columns(lines)
    if not columns:
        raise InputError(f"{file.path}: the file has no span layer; export the one with the labels")
    by_column: dict[int, list[DocumentSpan]] = defaultdict(list)
    runs: dict[tuple[int, str, str], DocumentSpan] = {}
    for number, line in enumerate(lines, 1):
        token = _TOKEN.fullmatch(line)
        if not token:
            continue
        start, end = int(token[2]), int(token[3])
        for column, cell in enumerate(token[5].split("\t")[:columns]):
            for label, run in _values(cell):
                key = (column, label, run or f"{number}")
                begun = runs.get(key)
                from_ = begun.start if begun else start
                where = begun.where if begun else file.where(number)
                runs[key] = DocumentSpan(from_, end, label, where)
    for (column, _, _), span in runs.items():
        by_column[column].append(span)
    known = [c for c, spans in by_column.items() if any(meaning.knows(s.label) for s in spans)]
    return [span for column in (known or by_column) for span in by_column[column]]


def _columns(lines: Sequence[str]) -> int:
    """Return how many columns the span layers have; those of relations follow."""
    layers = [line.removeprefix(_LAYER).split("|") for line in lines if line.startswith(_LAYER)]
    return sum(max(len(names) - 1, 1) for names in layers)


def _values(cell: str) -> Iterator[tuple[str, str]]:
    """Yield the labels of a cell, each with the number that joins the tokens of a span."""
    for part in _SPLIT.split(cell):
        match = _VALUE.fullmatch(part)
        if match and match[1] not in _NOTHING:
            yield _unescaped(match[1]), match[2] or ""


def _sentence_row(
    sentence: _Sentence, spans: Sequence[DocumentSpan], given: Mapping[str, object], where: str
) -> LabelRow:
    """Return the answer to a sentence, with the words of it that are marked."""
    length = len(_units(sentence.text)) // 2
    inside = [s for s in spans if s.start < sentence.start + length and s.end > sentence.start]
    marks = [
        {
            "start": _characters(sentence.text, span.start - sentence.start),
            "end": _characters(sentence.text, min(span.end - sentence.start, length)),
            "label": span.label,
        }
        for span in inside
    ]
    return LabelRow(
        where, {**given, "text": sentence.text, **({"spans": marks} if marks else {})}, ()
    )
