"""Cut an article in which words are marked into its paragraphs, as `prepare` would."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.articles.readers.plain_text import split_text
from annotate.core.records import BlockType, normalise
from annotate.imports.label_rows import LabelRow


@dataclass(frozen=True, slots=True)
class DocumentSpan:
    """Marked words of an article, by offsets into its text."""

    start: int
    end: int
    label: str
    where: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph of an article.

    Attributes:
        line: Its first line in the file, from 1.
        start: Offset of its text, as is `end`.
        values: By our names of the columns.
    """

    line: int
    start: int
    end: int
    values: dict[str, Any]

    @property
    def is_title(self) -> bool:
        return bool(self.values["kind"] == BlockType.HEADING and self.values["position"] == 0)


def cut_article(
    name: str, text: str, *, at_lines: bool = False, titled: bool | None = None
) -> list[Piece]:
    """Return the paragraphs, each with the article's title and the texts around it.

    Args:
        name: The article's id.
        text: As it is in the file.
        at_lines: Every line is a paragraph.
        titled: Whether the first of several paragraphs is the title; None to tell by its form.
    """
    chunks = split_text(text)
    bounds = [(chunk.line, len(chunk.lines)) for chunk in chunks]
    if at_lines:
        bounds = [(line + n, 1) for line, count in bounds for n in range(count)]
    offsets = _line_offsets(text)
    ends = [(line, offsets[line - 1], offsets[line - 1 + count]) for line, count in bounds]
    parts = [normalise(text[start:end]) for _, start, end in ends]
    if titled is None:
        titled = len(chunks) > 1 and chunks[0].may_be_title and not parts[0].endswith(".")
    titled = titled and len(parts) > 1
    return [
        Piece(line, start, end, _values(name, text[start:end], parts, number, titled=titled))
        for number, (line, start, end) in enumerate(ends)
    ]


def _values(
    name: str, raw: str, parts: Sequence[str], number: int, *, titled: bool
) -> dict[str, Any]:
    values = {
        "article_id": name,
        "text": raw,
        "position": number,
        "kind": str(BlockType.HEADING if titled and not number else BlockType.BODY),
        "title": parts[0] if titled else "",
        "previous": parts[number - 1] if number > titled else "",
        "next": parts[number + 1] if number + 1 < len(parts) else "",
    }
    return {key: value for key, value in values.items() if value != ""}


def _line_offsets(text: str) -> list[int]:
    """Return where each line begins, and the end; `split_text` counts the same lines."""
    offsets = [0]
    for line in text.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    return offsets


def article_rows(
    pieces: Sequence[Piece],
    spans: Sequence[DocumentSpan],
    annotator: str,
    where: str,
    lost: str = "",
) -> Iterator[LabelRow]:
    """Yield an answer for each paragraph; words marked across two belong to both.

    A title counts only if words of it are marked: annotators are not asked about titles.

    Args:
        pieces: The article's.
        spans: Everything that the annotator marked in it.
        annotator: Who.
        where: Place of an answer without marked words.
        lost: Place of marked words that cannot be read: a paragraph without any may have these.
    """
    outside = [span for span in spans if not any(_overlap(span, piece) for piece in pieces)]
    for span in outside:
        yield LabelRow(span.where, {}).aside(
            f"bad span: {span.start} to {span.end} {span.label!r} has no words of the text"
        )
    lost = lost or (outside[0].where if outside else "")
    for piece in pieces:
        inside = [span for span in spans if _overlap(span, piece)]
        if inside or not piece.is_title:
            row = _row(piece, inside, annotator, where)
            yield row.aside(unmarked(lost)) if lost and not inside else row


def unmarked(lost: str) -> str:
    """Return why a paragraph without marked words is no answer."""
    return f"no marked words, but those of {lost} may belong here"


def _overlap(span: DocumentSpan, piece: Piece) -> bool:
    return span.start < piece.end and span.end > piece.start and span.start < span.end


def _row(piece: Piece, spans: Sequence[DocumentSpan], annotator: str, where: str) -> LabelRow:
    marks = [
        {
            "start": max(span.start - piece.start, 0),
            "end": min(span.end, piece.end) - piece.start,
            "label": span.label,
        }
        for span in spans
    ]
    comment = " ".join(span.comment for span in spans if span.comment)
    values = {**piece.values, "annotator": annotator, "spans": marks, "comment": comment}
    kept = {key: value for key, value in values.items() if value not in ("", [])}
    return LabelRow(spans[0].where if spans else where, kept, ())
