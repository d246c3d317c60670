"""Read what news archives save: a text file of several articles, as from Nexis or Factiva."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from annotate.articles.article import Article, LeftOut, Unread
from annotate.articles.readers.head_lines import head_line
from annotate.articles.readers.pdf_pages import Line, numbered_lines
from annotate.articles.readers.plain_text import read_plain_text, split_lines
from annotate.core.errors import NoTextError
from annotate.core.records import BlockType, normalise

_ARCHIVE = "fields of the archive"  # the ledger's word
_BEGIN = re.compile(r"(?:Document )?\d+ of \d+(?: DOCUMENTS?)", re.IGNORECASE)
_RULE = re.compile(r"_{20,}")
_END = re.compile(r"End of Document|Document ([A-Z]{2,}[A-Z0-9]*\d{6,}\w*)")
_BODY = re.compile(r"(?:BODY:?|Body:?|Full text:)(?:\s+(.*))?")
_LABELS = {
    "headline": "title",
    "title": "title",
    "byline": "author",
    "author": "author",
    "publication title": "source",
    "publication date": "date",
}
_CODES = {"HD": "title", "BY": "author", "PD": "date", "SN": "source"}  # Factiva's
_CODE = re.compile(
    r"(SE|HD|BY|CR|WC|PD|ET|SN|SC|ED|PG|LA|CY|LP|TD|CT|RF|CO|IN|NS|RE|PUB|AN|ART)"
    r"(?:\s{2,}(.*))?"
)
_LABEL = re.compile(r"([A-Z][A-Za-z]+(?:[ -][A-Za-z]+){0,3}):(?:\s+(.*))?")
_TAIL = re.compile(
    r"Classification|(?:Load-Date|Language|Graphic|Publication-Type|Subject|Journal Code|"
    r"Correction-Date|Type|URL|Document URL|Copyright|Last updated|Database|Location|People|"
    r"Title|Publication title|ProQuest document ID):.*|(?:Copyright|\(c\)|©) .{0,120}|"
    r"All Rights Reserved\.?",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"[\d,]+ words|.*\bEdition\b.*|(?:Page|Document) \d+ of \d+|(?-i:[A-Z]{3,8})|English|"
    r"(?:Copyright|\(c\)|©) .*|"
    r".*All Rights Reserved\.?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Record:
    """An article of an archive, taken apart: its fields, the lines with them, and its text."""

    values: dict[str, str] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    text: list[Line] = field(default_factory=list)

    def set(self, name: str, value: str) -> None:
        if value and not self.values.get(name):
            self.values[name] = value


def read_text_file(text: str, path: Path) -> Article | list[Article | Unread]:
    """Read a text file: an article, or the articles of an archive."""
    return read_archive(text, path) or read_plain_text(text, path)


def read_archive(text: str, path: Path) -> list[Article | Unread]:
    """Read the articles of an archive's file; none if it is no such file.

    Nexis writes "1 of 20 DOCUMENTS" above each, or "End of Document" below; Factiva writes
    "Document" with a number below each; ProQuest draws a line between them.
    """
    lines = numbered_lines(text)
    pieces = [piece for piece in _pieces(lines) if any(normalise(line) for _, line in piece)]
    return [_article(piece, number, path) for number, piece in enumerate(pieces, 1)]


def archived(article: Article, path: Path) -> list[Article | Unread]:
    """Return the articles of an archive's document (Word, Rich Text, PDF); else the article."""
    texts = [article.title, *(block.text for block in article.blocks)]
    if not any(map(_END.fullmatch, texts)):
        return [article]
    return read_archive("\n\n".join(texts), path)


def _pieces(lines: Sequence[Line]) -> list[Sequence[Line]]:
    begins = [at for at, (_, line) in enumerate(lines) if _BEGIN.fullmatch(line)]
    ends = [at + 1 for at, (_, line) in enumerate(lines) if _END.fullmatch(line)]
    rules = [at for at, (_, line) in enumerate(lines) if _RULE.fullmatch(line)]
    texts = sum(line.startswith("Full text:") for _, line in lines)
    bounds = begins or ends or (rules if texts else [])
    if not bounds:
        return []
    return [lines[start:end] for start, end in pairwise([0, *bounds, len(lines)])]


def _article(piece: Sequence[Line], number: int, path: Path) -> Article | Unread:
    first = next(number for number, line in piece if normalise(line))
    record = _record(piece)
    blocks = tuple(chunk.block() for chunk in split_lines(record.text))
    if not blocks:
        error = NoTextError(f"{path}:{first}: this document of the archive has no text")
        return Unread.of("article", error)
    values = record.values
    return Article(
        article_id=values.get("id") or normalise(f"{path.stem}-{number}"),
        title=values.get("title", ""),
        source=values.get("source", ""),
        url="",
        date=values.get("date", ""),
        blocks=blocks,
        left_out=(LeftOut(BlockType.HEADING, _ARCHIVE, "; ".join(record.fields)),),
        origin=f"{path}:{first}",
        author=values.get("author", ""),
    )


def _record(piece: Sequence[Line]) -> _Record:
    codes = {line[:2] for _, line in piece if _CODE.fullmatch(line)}
    if "HD" in codes and codes & {"LP", "TD"}:
        return _coded(piece)
    record = _Record()
    start = next((at for at, (_, line) in enumerate(piece) if _BODY.fullmatch(line)), None)
    if start is None:
        start = _after_head(piece)
        text = piece[start:]
    else:
        inline = _BODY.fullmatch(piece[start][1])
        text = [(piece[start][0], inline[1] or "") if inline else piece[start], *piece[start + 1 :]]
    end = next((at for at, (_, line) in enumerate(text) if _is_tail(line)), len(text))
    record.text = list(text[:end])
    _read_head(record, [line for _, line in piece[:start] if normalise(line)])
    for _, line in text[end:]:
        _read_tail(record, line)
    return record


def _is_tail(line: str) -> bool:
    return bool(_TAIL.fullmatch(line) or _END.fullmatch(line))


def _after_head(piece: Sequence[Line]) -> int:
    """Return where the text begins in a document that does not say so: below the head's lines."""
    counted = [at for at, (_, line) in enumerate(piece) if re.fullmatch(r"[\d,]+ words", line)]
    start = counted[0] if counted else next(at for at, (_, line) in enumerate(piece) if line)
    blank = (at for at in range(start, len(piece)) if not normalise(piece[at][1]))
    return next(blank, len(piece))


def _read_head(record: _Record, lines: Sequence[str]) -> None:
    """Take the fields with a name; title, source and date may have none, only an order."""
    names: list[str] = []
    dated = -1  # how many names are before the date
    record.fields += lines
    for line in lines:
        label = _LABEL.fullmatch(line)
        byline, day = head_line(line)
        if label and label[1].casefold() in _LABELS:
            record.set(_LABELS[label[1].casefold()], _plain(label[2] or ""))
        elif day and dated < 0:
            record.set("date", day)
            dated = len(names)
        elif byline:
            record.set("author", byline)
        elif not (label or _NO_NAME.fullmatch(line) or _BEGIN.fullmatch(line) or "____" in line):
            names.append(line)
    _name(record, names, dated if dated >= 0 else len(names), bool(_BEGIN.fullmatch(lines[0])))


def _name(record: _Record, names: Sequence[str], dated: int, source_first: bool) -> None:
    before, after = names[:dated], names[dated:]
    if source_first:
        record.set("source", before[0] if before else "")
        record.set("title", " ".join(after or before[1:]))
    elif after or len(before) < 2:
        record.set("title", " ".join(before))
        record.set("source", after[0] if after else "")
    else:
        record.set("title", " ".join(before[:-1]))
        record.set("source", before[-1])


def _read_tail(record: _Record, line: str) -> None:
    end, label = _END.fullmatch(line), _LABEL.fullmatch(line)
    if end and end[1]:
        record.set("id", end[1])
    elif label and label[1].casefold() in _LABELS:
        record.set(_LABELS[label[1].casefold()], _plain(label[2] or ""))
    if normalise(line):
        record.fields.append(line)


def _coded(piece: Sequence[Line]) -> _Record:
    """Take apart a document whose fields stand below codes of two letters."""
    record, code = _Record(), ""
    for number, line in piece:
        field_ = _CODE.fullmatch(line)
        if field_:
            code, line = field_[1], field_[2] or ""
            record.text.append((0, ""))
        if code in ("LP", "TD") and not _is_tail(line):
            record.text.append((number, line))
        else:
            if code in _CODES:
                record.set(_CODES[code], _plain(line))
            _read_tail(record, line)
    return record


def _plain(value: str) -> str:
    byline, day = head_line(value)
    return byline or day or normalise(value)
