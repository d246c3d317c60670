"""From an article to its paragraphs, with a ledger of what was left out; and paragraphs.jsonl."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.blocks import Article
from annotate.core.errors import InputError
from annotate.core.files import writing
from annotate.core.jsonl import read_rows, to_line
from annotate.core.records import Kind, Paragraph, normalise, paragraph_id

PARAGRAPH_KINDS = frozenset({Kind.BODY, Kind.QUOTE})
NO_WORDS = "no words"
REPEATED = "repeated"
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A block that did not become a paragraph.

    Attributes:
        article_id: The article; empty for a file that holds none.
        position: Place among the article's blocks; None for what is no block of the article.
        kind: The block's kind, or "file".
        reason: Why; for a kind that was not asked for, the kind.
        text: The first 200 characters, or the file's path.
    """

    article_id: str
    position: int | None
    kind: str
    reason: str
    text: str

    def to_json(self) -> dict[str, Any]:
        """The keys of the ledger's lines."""
        return {
            "article_id": self.article_id,
            "position": self.position,
            "kind": self.kind,
            "reason": self.reason,
            "text": normalise(self.text)[:_SHOWN],
        }


@dataclass(frozen=True, slots=True)
class Cut:
    """An article cut into paragraphs: each of its blocks is in one of the two."""

    paragraphs: tuple[Paragraph, ...]
    ledger: tuple[LedgerRow, ...]


def block_count(article: Article) -> int:
    """How many blocks were read: those of the article and those left out on the way to it."""
    return len(article.blocks) + len(article.left_out)


def cut(article: Article, kinds: frozenset[Kind] = PARAGRAPH_KINDS) -> Cut:
    """The article's blocks of these kinds as paragraphs, each text once, and the rest's reasons."""
    id_ = normalise(article.article_id)
    kept: dict[str, int] = {}
    ledger = [LedgerRow(id_, None, out.kind, out.reason, out.text) for out in article.left_out]
    for position, block in enumerate(article.blocks):
        key = paragraph_id(id_, block.text)
        reason = _reason(block.kind, block.text, kinds) or (REPEATED if key in kept else "")
        if reason:
            ledger.append(LedgerRow(id_, position, block.kind, reason, block.text))
        else:
            kept[key] = position
    result = Cut(_paragraphs(article, list(kept.values())), tuple(ledger))
    if len(result.paragraphs) + len(result.ledger) != block_count(article):
        raise RuntimeError(f"the ledger of {article.origin} does not balance")
    return result


def _reason(kind: Kind, text: str, kinds: frozenset[Kind]) -> str:
    if kind not in kinds:
        return kind.value
    return "" if any(c.isalpha() for c in normalise(text)) else NO_WORDS


def _paragraphs(article: Article, positions: list[int]) -> tuple[Paragraph, ...]:
    texts = ["", *(normalise(article.blocks[position].text) for position in positions), ""]
    return tuple(
        Paragraph(
            article_id=normalise(article.article_id),
            position=position,
            kind=article.blocks[position].kind,
            title=normalise(article.title),
            source=normalise(article.source),
            url=normalise(article.url),
            date=normalise(article.date),
            previous=previous,
            text=text,
            next=following,
        )
        for position, previous, text, following in zip(
            positions, texts, texts[1:], texts[2:], strict=False
        )
    )


def write_paragraphs(path: Path, paragraphs: Iterable[Paragraph]) -> None:
    """Write paragraphs.jsonl, whole or not at all."""
    with writing(path) as file:
        file.writelines(to_line(paragraph.to_json()) for paragraph in paragraphs)


def read_paragraphs(path: Path) -> Iterator[Paragraph]:
    """The paragraphs of a paragraphs.jsonl, one after the other.

    Raises:
        InputError: A line is no paragraph, an id stands twice (both lines are named), or the file
            is empty.
    """
    lines: dict[str, int] = {}
    for number, row in read_rows(path):
        paragraph = _paragraph(row, f"{path}:{number}")
        if paragraph.id in lines:
            raise InputError(
                f"{path}:{number}: paragraph {paragraph.id} stands in line {lines[paragraph.id]} "
                "already; remove one of them"
            )
        lines[paragraph.id] = number
        yield paragraph
    if not lines:
        raise InputError(f"{path}: no paragraphs; make the file with 'rhetoric-annotate prepare'")


def _paragraph(row: dict[str, Any], where: str) -> Paragraph:
    try:
        return Paragraph.from_json(row)
    except InputError as error:
        raise InputError(
            f"{where}: {error}; make the file again with 'rhetoric-annotate prepare'"
        ) from error
