"""Read what news archives save: a text file of several articles, as from Nexis or Factiva."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from annotate.articles.article import Article, LeftOut, Unread
from annotate.articles.readers.head_lines import head_line
from annotate.articles.readers.pdf_pages import Line, numbered_lines
from annotate.articles.readers.plain_text import split_lines
from annotate.core.errors import NoTextError
from annotate.core.records import BlockType, normalise

_ARCHIVE = "fields of the archive"  # the ledger's word
_BEGIN = re.compile(  # in the language of the archive's pages
    r"Do[ck]ument (\d+) (?:of|von|de|sur) \d+|(\d+) (?:of|von|de|sur) \d+ Do[ck]ument\w{0,3}|"
    r"Record: (\d{1,5})",
    re.IGNORECASE,
)
_RULE = re.compile(r"_{20,}")
_BESIDE = re.compile(rf"{_RULE.pattern}|Search Summary")
_COVER = re.compile(  # of a download from Nexis: who asked for what
    r"(?:User Name|Date and Time|Job Number|Client/Matter|Search (?:Terms|Type)|Narrowed by)\b.*|"
    r"Documents? \(\d+\)"
)
_CITATION = re.compile(r"Citation \(\w+ Style\)", re.IGNORECASE)  # the lines below cite the article
_END = re.compile(
    r"End of Document|Gale Document Number:.*|Document ([A-Z]{2,}[A-Z0-9]*\d{6,}\w*)|"
    rf"Record: (?=\D*\d)(\w{{8,}})|Record Number: (\S{{4,40}})|{_CITATION.pattern}"
)
_FULL_TEXT = re.compile(r"(?:Full [Tt]ext:|FULL TEXT:?)(?:\s+(.*))?")
_BODY = re.compile(rf"(?:BODY:?|Body:?)(?:\s+(.*))?|{_FULL_TEXT.pattern}")
_LABELS = {
    "headline": "title",
    "title": "title",
    "byline": "author",
    "author": "author",
    "author(s)": "author",
    "authors": "author",
    "author/byline": "author",
    "paper": "source",
    "publication title": "source",
    "publication date": "date",
}
# Only these: many a headline has a colon.
_OTHER_LABELS = frozenset(
    (
        *("abstract", "column", "correction", "dateline", "distribution", "document type"),
        *(
            "accession number",
            "database",
            "edition",
            "graphic",
            "highlight",
            "journal code",
            "language",
            "length",
            "links",
        ),
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
_LABEL = re.compile(r"([^\W\d_][\w()]*(?:[ /-][\w()]+){0,3}) ?:(?:\s+(.*))?")
_COUNT = re.compile(r"(?:(?:Length|Länge|Longueur) ?:\s*)?[\d,.]+ \w+", re.IGNORECASE)
_WORDS = re.compile(r"words|Wörter|mots", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?][\"'”’)]*$")
_COPYRIGHT_LINE = re.compile(
    r"(?:Copyright:? |\(c\) |© ).{0,120}|All Rights Reserved\.?", re.IGNORECASE
)
_TAIL = re.compile(
    r"Classification|Graphic|DETAILS|(?:Load-Date|Language|Graphic|Publication-Type|Subject|"
    r"Journal Code|Correction-Date|Type|URL|Document URL|Copyright|Last updated|Database|Location|"
    r"People|Title|Publication title|ProQuest document ID|Sprache|Update):.*|"
    r"(?:Copyright|\(c\)|©) .{0,120}|Copyright of .*|~{4,}|Source Citation.*|"
    r"All Rights Reserved\.?",
    re.IGNORECASE,
)
_PERSON = re.compile(r"[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){1,3}(?:, .{3,40})?")
_WRAPPED = 60  # characters: a title that goes on in the next line has so many
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


def read_archive(text: str, path: Path) -> list[Article | Unread]:
    """Read the articles of an archive's file; none if it is no such file.

    Nexis writes "1 of 20 DOCUMENTS" above each, in any of its languages, or "End of Document"
    below; Factiva writes "Document" with a number below each, Gale "Gale Document Number";
    ProQuest writes "Document 1 of 20" above each, or only draws a line between them; EBSCO writes
    "Record: 1" above, NewsBank "Record Number" or how to cite the article below.
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
    ends = list(_ends(lines))
    rules = [at for at, (_, line) in enumerate(lines) if _RULE.fullmatch(line)]
    texts = any(_FULL_TEXT.fullmatch(line) for _, line in lines)
    # What stands above the first document, such as a list of all, goes with it.
    bounds = begins[1:] if begins else ends or (rules if texts else [])
    if not (begins or bounds):
        return []
    return [lines[start:end] for start, end in pairwise([0, *bounds, len(lines)])]


def _ends(lines: Sequence[Line]) -> Iterator[int]:
    end = 0
    for at, (_, line) in enumerate(lines):
        if at >= end and _END.fullmatch(line):
            end = _end(lines, at)
            yield end


def _end(lines: Sequence[Line], at: int) -> int:
    """Return where a document ends: below its last line, a citation and a copyright."""
    cites = bool(_CITATION.fullmatch(lines[at][1]))
    end = at + 1
    for number in range(end, len(lines)):
        line = lines[number][1]
        if not normalise(line):
            cites = cites and end == at + 1
        elif cites or _COPYRIGHT_LINE.fullmatch(line) or _END.fullmatch(line):
            end = number + 1
        else:
            break
    return end


def _begins(lines: Sequence[Line]) -> list[int]:
    """Return where documents begin; a line that is repeated within one counts no documents."""
    matches = [
        (at, match) for at, (_, line) in enumerate(lines) if (match := _BEGIN.fullmatch(line))
    ]
    # "Record: 3" alone may be a team's
    matches = [(at, match) for at, match in matches if not match[3] or _label(_below(lines, at))]
    numbers = [int(match[1] or match[2] or match[3]) for _, match in matches]
    return [at for at, _ in matches] if all(a < b for a, b in pairwise(numbers)) else []


def _below(lines: Sequence[Line], at: int) -> str:
    below = (lines[number][1] for number in range(at + 1, len(lines)))
    return next(filter(normalise, below), "")


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
    head = [line for _, line in piece[:start] if normalise(line)]
    counted = any(map(_BEGIN.fullmatch, head))
    full_text = any(_FULL_TEXT.fullmatch(line) for _, line in piece)
    _read_head(record, head, source_first=_cites(piece) or (counted and not full_text))
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
            break
        at = following
    if not _cites(piece) or following is None:
        return at
    end = next((n for n in range(following, len(piece)) if not normalise(piece[n][1])), len(piece))
    titled = not _SENTENCE_END.search(piece[end - 1][1])  # NewsBank sets the title below the fields
    return end if titled else at


def _cites(piece: Sequence[Line]) -> bool:
    return any(_CITATION.fullmatch(line) for _, line in piece)


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


def _read_head(record: _Record, lines: Sequence[str], *, source_first: bool) -> None:
    """Take the fields with a name; title, source and date may have none, only an order.

    Nexis and NewsBank name the source above the title, archives that write "Full text" do not.
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
            names += [line] if line not in names[-1:] else []
    dated = dated if dated >= 0 else len(names)
    if cover and begin is None:  # of what else it has, no line tells that it is no title
        names, dated = names[max(0, dated - 2) :], min(dated, 2)
    _name(record, names, dated, source_first)


def _name(record: _Record, names: Sequence[str], dated: int, source_first: bool) -> None:
    before, after = names[:dated], names[dated:]
    if source_first:
        record.set("source", before[0] if before else "")
        titles = after or before[1:]
    elif after or len(before) < 2:
        record.set("source", after[0] if after else "")
        titles = before
    else:
        record.set("source", before[-1])
        titles = before[:-1]
    if len(titles) > 1 and len(titles[-2]) < _WRAPPED and _PERSON.fullmatch(titles[-1]):
        record.set("author", titles[-1])
        titles = titles[:-1]
    record.set("title", " ".join(titles))


def _read_tail(record: _Record, line: str) -> None:
    end = _END.fullmatch(line)
    if end:
        record.set("id", next(filter(None, end.groups()), ""))
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
