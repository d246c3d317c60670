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
_BEGIN = re.compile(  # in the language of the archive's pages
    r"Do[ck]ument (\d+) (?:of|von|de|sur) \d+|(\d+) (?:of|von|de|sur) \d+ Do[ck]ument\w{0,3}",
    re.IGNORECASE,
)
_RULE = re.compile(r"_{20,}")
_BESIDE = re.compile(rf"{_RULE.pattern}|Search Summary")
_COVER = re.compile(  # of a download from Nexis: who asked for what
    r"(?:User Name|Date and Time|Job Number|Client/Matter|Search (?:Terms|Type)|Narrowed by)\b.*|"
    r"Documents? \(\d+\)"
)
_END = re.compile(r"End of Document|Gale Document Number:.*|Document ([A-Z]{2,}[A-Z0-9]*\d{6,}\w*)")
_FULL_TEXT = re.compile(r"(?:Full [Tt]ext:|FULL TEXT:?)(?:\s+(.*))?")
_BODY = re.compile(rf"(?:BODY:?|Body:?)(?:\s+(.*))?|{_FULL_TEXT.pattern}")
_LABELS = {
    "headline": "title",
    "title": "title",
    "byline": "author",
    "author": "author",
    "author(s)": "author",
    "publication title": "source",
    "publication date": "date",
}
# Only these: many a headline has a colon.
_OTHER_LABELS = frozenset(
    (
        *("abstract", "column", "correction", "dateline", "distribution", "document type"),
        *("edition", "graphic", "highlight", "journal code", "language", "length", "links"),
        *("load-date", "page", "pages", "publication info", "publication-type", "section"),
        *("series", "source", "subject", "time of request", "type", "update", "url"),
        *("länge", "longueur", "rubrik", "rubrique", "sprache"),
    )
)
_CODES = {"HD": "title", "BY": "author", "PD": "date", "SN": "source"}  # Factiva's
_CODE = re.compile(
    r"(SE|HD|BY|CR|WC|PD|ET|SN|SC|ED|PG|LA|CY|LP|TD|CT|RF|CO|IN|NS|RE|PUB|AN|ART)"
    r"(?:\s{2,}(.*))?"
)
_LABEL = re.compile(r"([^\W\d_][\w()]*(?:[ -][\w()]+){0,3}) ?:(?:\s+(.*))?")
_COUNT = re.compile(r"(?:(?:Length|Länge|Longueur) ?:\s*)?[\d,.]+ \w+", re.IGNORECASE)
_WORDS = re.compile(r"words|Wörter|mots", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?][\"'”’)]*$")
_TAIL = re.compile(
    r"Classification|Graphic|DETAILS|(?:Load-Date|Language|Graphic|Publication-Type|Subject|"
    r"Journal Code|Correction-Date|Type|URL|Document URL|Copyright|Last updated|Database|Location|"
    r"People|Title|Publication title|ProQuest document ID|Sprache|Update):.*|"
    r"(?:Copyright|\(c\)|©) .{0,120}|Source Citation.*|"
    r"All Rights Reserved\.?",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"[\d,]+ words|.*\bEdition\b.*|(?:Page|Document) \d+ of \d+|(?-i:[A-Z]{3,8})|English|"
    r"(?:Copyright|\(c\)|©) .*|ProQuest document link|https?://\S+|"
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

    Nexis writes "1 of 20 DOCUMENTS" above each, in any of its languages, or "End of Document"
    below; Factiva writes "Document" with a number below each, Gale "Gale Document Number";
    ProQuest writes "Document 1 of 20" above each, or only draws a line between them.
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
    begins = _begins(lines)
    ends = [at + 1 for at, (_, line) in enumerate(lines) if _END.fullmatch(line)]
    rules = [at for at, (_, line) in enumerate(lines) if _RULE.fullmatch(line)]
    texts = any(_FULL_TEXT.fullmatch(line) for _, line in lines)
    # What stands above the first document, such as a list of all, goes with it.
    bounds = begins[1:] if begins else ends or (rules if texts else [])
    if not (begins or bounds):
        return []
    return [lines[start:end] for start, end in pairwise([0, *bounds, len(lines)])]


def _begins(lines: Sequence[Line]) -> list[int]:
    """Return where documents begin; a line that is repeated within one counts no documents."""
    matches = [
        (at, match) for at, (_, line) in enumerate(lines) if (match := _BEGIN.fullmatch(line))
    ]
    numbers = [int(match[1] or match[2]) for _, match in matches]
    return [at for at, _ in matches] if all(a < b for a, b in pairwise(numbers)) else []


def _article(piece: Sequence[Line], number: int, path: Path) -> Article | Unread:
    first = next(number for number, line in piece if normalise(line))
    record = _record(piece)
    blocks = tuple(chunk.block() for chunk in split_lines(record.text))
    if not blocks and not _is_beside(piece):
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


def _is_beside(piece: Sequence[Line]) -> bool:
    """Tell what stands between two lines of an archive and is no document: a list, a notice."""
    first = next(line for _, line in piece if normalise(line))
    return bool(_BESIDE.fullmatch(first)) and not any(map(_is_field, piece))


def _is_field(line: Line) -> bool:
    return _label(line[1]) != "" or bool(_BODY.fullmatch(line[1]))


def _label(line: str) -> str:
    """Return the name of the field that a line holds, in small letters; empty if it holds none."""
    match = _LABEL.fullmatch(line)
    name = match[1].casefold() if match else ""
    return name if name in _LABELS or name in _OTHER_LABELS else ""


def _value(line: str) -> str:
    return _plain(line.partition(":")[2])


def _record(piece: Sequence[Line]) -> _Record:
    if _is_beside(piece):
        return _Record(fields=[line for _, line in piece if normalise(line)])
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
        first = (inline[1] or inline[2] or "") if inline else ""
        text = [(piece[start][0], first), *piece[start + 1 :]]
    end = next((at for at, (_, line) in enumerate(text) if _is_tail(line)), len(text))
    record.text = list(text[:end])
    full_text = any(_FULL_TEXT.fullmatch(line) for _, line in piece)
    _read_head(record, [line for _, line in piece[:start] if normalise(line)], full_text=full_text)
    for _, line in text[end:]:
        _read_tail(record, line)
    return record


def _is_tail(line: str) -> bool:
    return bool(_TAIL.fullmatch(line) or _END.fullmatch(line))


def _after_head(piece: Sequence[Line]) -> int:
    """Return where the text begins in a document that does not say so: below the head's lines."""
    at = _last_of_head(piece)
    while True:
        at = next((n for n in range(at, len(piece)) if not normalise(piece[n][1])), len(piece))
        following = next((n for n in range(at, len(piece)) if normalise(piece[n][1])), None)
        if following is None or not _label(piece[following][1]):
            return at
        at = following


def _last_of_head(piece: Sequence[Line]) -> int:
    """Return a line of the head: the count of words, else the last field above a sentence."""
    first = next(at for at, (_, line) in enumerate(piece) if normalise(line))
    last = first
    for at, (_, line) in enumerate(piece):
        if _COUNT.fullmatch(line) and _WORDS.search(line):
            return at
        if _label(line):
            last = at
        elif at > first and _SENTENCE_END.search(line) and not _TAIL.fullmatch(line):
            break
    return last


def _read_head(record: _Record, lines: Sequence[str], *, full_text: bool) -> None:
    """Take the fields with a name; title, source and date may have none, only an order.

    Nexis names the source above the title, the archives that write "Full text" do not.
    """
    names: list[str] = []
    dated = -1  # how many names are before the date
    record.fields += lines
    begin = next((at for at, line in enumerate(lines) if _BEGIN.fullmatch(line)), None)
    cover = max((at + 1 for at, line in enumerate(lines) if _COVER.fullmatch(line)), default=0)
    for line in lines[begin or cover :]:
        label = _label(line)
        byline, day = head_line(line)
        if label in _LABELS:
            record.set(_LABELS[label], _value(line))
        elif day and dated < 0:
            record.set("date", day)
            dated = len(names)
        elif byline:
            record.set("author", byline)
        elif not (label or _NO_NAME.fullmatch(line) or _BEGIN.fullmatch(line) or "____" in line):
            names.append(line)
    dated = dated if dated >= 0 else len(names)
    if cover and begin is None:  # of what else it has, no line tells that it is no title
        names, dated = names[max(0, dated - 2) :], min(dated, 2)
    _name(record, names, dated, begin is not None and not full_text)


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
    end = _END.fullmatch(line)
    if end and end[1]:
        record.set("id", end[1])
    elif _label(line) in _LABELS:
        record.set(_LABELS[_label(line)], _value(line))
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
