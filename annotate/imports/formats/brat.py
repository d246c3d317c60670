"""brat standoff: NAME.ann with marked words beside NAME.txt with the text.

A document with a .ann file was read, so a paragraph without marked words has no technique.
"""

import re
from collections.abc import Iterator

from annotate.core.errors import InputError
from annotate.core.io.encodings import read_encoded
from annotate.core.records import normalise
from annotate.imports.documents import DocumentSpan, article_rows, cut_article
from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow, Meaning

_MARK = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t?(.*)")
_NOTE = re.compile(r"#\d*\t\S+ (T\d+)\t(.*)")


def is_brat(file: LabelFile) -> bool:
    """Tell by the suffix and the form of the lines; an empty file marks nothing."""
    if file.path.suffix.lower() != ".ann":
        return False
    lines = [line for line in file.raw.splitlines() if line.strip()]
    return all(line[0] in "AEMNRT#*" and "\t" in line for line in lines)


def read_brat(file: LabelFile, meaning: Meaning) -> Iterator[LabelRow]:
    """Yield an answer for each paragraph of the document.

    Raises:
        InputError: Its text is missing.
    """
    text = _text(file, meaning)
    entries = list(_spans(file, text))
    spans = [entry for entry in entries if isinstance(entry, DocumentSpan)]
    bad = [entry for entry in entries if isinstance(entry, LabelRow)]
    yield from bad
    pieces = cut_article(file.path.stem, text)
    lost = bad[0].where if bad else ""
    yield from article_rows(pieces, spans, file.folder, file.where(1), lost)


def _text(file: LabelFile, meaning: Meaning) -> str:
    beside = file.path.with_suffix(".txt")
    if beside.exists():
        return read_encoded(beside)[0]
    article = meaning.texts.article(file.path.stem)
    if article is None:
        raise InputError(
            f"{file.path}: brat keeps the text in {beside.name}; put it beside the file, or name "
            "its folder with --texts"
        )
    return article[1]


def _spans(file: LabelFile, text: str) -> Iterator[DocumentSpan | LabelRow]:
    lines = file.raw.splitlines()
    notes = {m[1]: m[2].strip() for m in map(_NOTE.fullmatch, lines) if m}
    for number, line in enumerate(lines, 1):
        mark = _MARK.fullmatch(line)
        if not mark:
            if line.startswith("T"):
                yield LabelRow(file.where(number), {}).aside(f"not a line of brat: {line!r}")
            continue
        name, label, offsets, quote = mark.groups()
        places = [tuple(map(int, part.split())) for part in offsets.split(";")]
        words = " ".join(text[start:end] for start, end in places)
        if quote and normalise(words) != normalise(quote):
            yield LabelRow(file.where(number), {}).aside(
                f"bad span: {offsets} are not the words that it quotes"
            )
            continue
        for start, end in places:
            note = notes.get(name, "") if (start, end) == places[0] else ""
            yield DocumentSpan(start, end, label, file.where(number), note)
