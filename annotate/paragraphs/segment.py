"""From an article to its paragraphs, with a ledger of what was left out; and paragraphs.jsonl."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.articles.article import Article, Block
from annotate.articles.language import other_language
from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.io.jsonl import read_rows, to_line
from annotate.core.records import Paragraph, normalise
from annotate.paragraphs.length import CutRules, cut_long, group_short, is_too_short

NO_WORDS = "no words"
REPEATED = "repeated"
JOINED = "joined to the paragraph before"
SHORT = "short"
DEFAULT_RULES = CutRules()
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

    @classmethod
    def of(cls, paragraph: Paragraph, reason: str) -> "LedgerRow":
        """The row of a paragraph that is left out after all."""
        at, kind = paragraph.position, paragraph.kind
        return cls(paragraph.article_id, at, kind, reason, paragraph.text)

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
    """An article cut into paragraphs: each of its blocks is in one of the two.

    Attributes:
        more: How many blocks there are beyond those that were read, because long ones were cut.
    """

    paragraphs: tuple[Paragraph, ...]
    ledger: tuple[LedgerRow, ...]
    more: int = 0


def block_count(article: Article) -> int:
    """How many blocks were read: those of the article and those left out on the way to it."""
    return len(article.blocks) + len(article.left_out)


def cut(article: Article, rules: CutRules = DEFAULT_RULES) -> Cut:
    """The article's blocks as paragraphs, each text once, and the reasons of the rest."""
    id_ = normalise(article.article_id)
    ledger = [LedgerRow(id_, None, out.kind, out.reason, out.text) for out in article.left_out]
    blocks = list(cut_long(article.blocks, rules))
    reasons = _reasons(blocks, rules)
    wanted = [at for at, reason in reasons.items() if not reason]
    texts: dict[str, int] = {}
    for group in group_short([blocks[at] for at in wanted], rules):
        first, *rest = (wanted[at] for at in group)
        text = normalise(" ".join(blocks[at].text for at in (first, *rest)))
        reasons |= dict.fromkeys(rest, JOINED)
        if text in texts:
            reasons |= dict.fromkeys((first, *rest), REPEATED)
        else:
            texts[text] = first
    ledger += [
        LedgerRow(id_, at, blocks[at].kind, reason, blocks[at].text)
        for at, reason in reasons.items()
        if reason
    ]
    more = len(blocks) - len(article.blocks)
    result = Cut(_paragraphs(article, blocks, texts), tuple(ledger), more)
    if len(result.paragraphs) + len(result.ledger) != block_count(article) + more:
        raise RuntimeError(f"the ledger of {article.origin} does not balance")
    return result


def _reasons(blocks: Sequence[Block], rules: CutRules) -> dict[int, str]:
    """For each block why it is left out; empty where it is not."""
    reasons = {at: _reason(block, rules) for at, block in enumerate(blocks)}
    if not rules.languages:
        return reasons
    wanted = [at for at, reason in reasons.items() if not reason]
    whole = " ".join(blocks[at].text for at in wanted)
    language = other_language(whole, rules.languages)
    for at in wanted:
        found = language or other_language(blocks[at].text, rules.languages)
        reasons[at] = f"language: {found}" if found else ""
    return reasons


def _reason(block: Block, rules: CutRules) -> str:
    if block.kind not in rules.kinds:
        return block.kind.value
    if not any(c.isalpha() for c in normalise(block.text)):
        return NO_WORDS
    return SHORT if is_too_short(block.text, rules) else ""


def _paragraphs(
    article: Article, blocks: Sequence[Block], texts: Mapping[str, int]
) -> tuple[Paragraph, ...]:
    around = ["", *texts, ""]
    return tuple(
        Paragraph(
            article_id=normalise(article.article_id),
            position=position,
            kind=blocks[position].kind,
            title=normalise(article.title),
            source=normalise(article.source),
            url=normalise(article.url),
            date=normalise(article.date),
            previous=previous,
            text=text,
            next=following,
            author=normalise(article.author),
        )
        for position, previous, text, following in zip(
            texts.values(), around, around[1:], around[2:], strict=False
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
    return (paragraph for _, paragraph in numbered_paragraphs(path))


def numbered_paragraphs(path: Path) -> Iterator[tuple[int, Paragraph]]:
    """The same with the numbers of their lines, from 1."""
    lines: dict[str, int] = {}
    for number, row in read_rows(path):
        paragraph = _paragraph(row, f"{path}:{number}")
        if paragraph.id in lines:
            raise InputError(
                f"{path}:{number}: paragraph {paragraph.id} stands in line {lines[paragraph.id]} "
                "already; remove one of them"
            )
        lines[paragraph.id] = number
        yield number, paragraph
    if not lines:
        raise InputError(f"{path}: no paragraphs; make the file with 'rhetoric-annotate prepare'")


def _paragraph(row: dict[str, Any], where: str) -> Paragraph:
    try:
        return Paragraph.from_json(row)
    except InputError as error:
        raise InputError(
            f"{where}: {error}; make the file again with 'rhetoric-annotate prepare'"
        ) from error
