"""Cut an article into paragraphs, with a ledger of what was left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from annotate.articles.article import Article, Block
from annotate.articles.language import other_language
from annotate.core.ledger import NOTICE, LedgerRow
from annotate.core.records import BlockType, Paragraph, normalise
from annotate.paragraphs.length import (
    CutRules,
    cut_long,
    group_short,
    is_too_short,
    with_short_headings,
)

NO_WORDS = "no words"
REPEATED = "repeated"
JOINED = "joined to the paragraph before"
SHORT = "short"
_BORDERS = (BlockType.HEADING, BlockType.LIST, BlockType.EMBED)  # nothing is joined across them
OTHER_LANGUAGE = "language: "  # and its code
DEFAULT_RULES = CutRules()


@dataclass(frozen=True, slots=True)
class Cut:
    """An article cut into paragraphs: each of its blocks is in one of the two.

    The ledger also has a row for each notice, which is no block.

    Attributes:
        more: How many blocks were added by splitting long ones.
    """

    paragraphs: tuple[Paragraph, ...]
    ledger: tuple[LedgerRow, ...]
    more: int = 0


def block_count(article: Article) -> int:
    """Count the blocks that were read: those of the article, and those left out before."""
    return len(article.blocks) + len(article.left_out)


def cut(article: Article, rules: CutRules = DEFAULT_RULES) -> Cut:
    """Return the article's blocks as paragraphs, each text once, and why the rest is left out."""
    id_ = normalise(article.article_id)
    ledger = [LedgerRow(id_, None, out.kind, out.reason, out.text) for out in article.left_out]
    blocks = list(cut_long(with_short_headings(article.blocks, rules), rules))
    reasons = _reasons(blocks, rules)
    wanted = [at for at, reason in reasons.items() if not reason]
    texts: dict[str, int] = {}
    borders = {at for at, block in enumerate(blocks) if reasons[at] in _BORDERS}
    apart = {
        n
        for n, (before, at) in enumerate(pairwise(wanted), 1)
        if not borders.isdisjoint(range(before, at))
    }
    for group in group_short([blocks[at] for at in wanted], rules, apart):
        first, *rest = (wanted[at] for at in group)
        text = normalise(" ".join(blocks[at].text for at in (first, *rest)))
        reasons |= dict.fromkeys(rest, JOINED)
        if text in texts:
            reasons |= dict.fromkeys((first, *rest), REPEATED)
        else:
            texts[text] = first
    ledger += [LedgerRow(id_, None, NOTICE, item.reason, item.text) for item in article.notices]
    ledger += [
        LedgerRow(id_, at, blocks[at].kind, reason, blocks[at].text)
        for at, reason in reasons.items()
        if reason
    ]
    more = len(blocks) - len(article.blocks)
    result = Cut(_paragraphs(article, blocks, texts), tuple(ledger), more)
    rows = len(result.ledger) - len(article.notices)
    if len(result.paragraphs) + rows != block_count(article) + more:
        raise RuntimeError(f"the ledger of {article.origin} does not balance")
    return result


def _reasons(blocks: Sequence[Block], rules: CutRules) -> dict[int, str]:
    """Return for each block why it is left out; empty where it is kept."""
    reasons = {at: _reason(block, rules) for at, block in enumerate(blocks)}
    if not rules.languages:
        return reasons
    wanted = [at for at, reason in reasons.items() if not reason]
    whole = " ".join(blocks[at].text for at in wanted)
    article_language = other_language(whole, rules.languages)
    for at in wanted:
        language = article_language or other_language(blocks[at].text, rules.languages)
        reasons[at] = f"{OTHER_LANGUAGE}{language}" if language else ""
    return reasons


def _reason(block: Block, rules: CutRules) -> str:
    if block.kind not in rules.kinds:
        return block.kind.value
    telling = str.isalnum if block.kind is BlockType.LIST else str.isalpha  # rows of a table
    if not any(map(telling, normalise(block.text))):
        return NO_WORDS
    return SHORT if is_too_short(block.text, rules) else ""


def _paragraphs(
    article: Article, blocks: Sequence[Block], texts: Mapping[str, int]
) -> tuple[Paragraph, ...]:
    around = ["", *texts, ""]
    names = ("article_id", "title", "source", "url", "date", "author")
    shared = {name: normalise(getattr(article, name)) for name in names}
    return tuple(
        Paragraph(
            position=position,
            kind=blocks[position].kind,
            previous=previous,
            text=text,
            next=following,
            **shared,
        )
        for position, previous, text, following in zip(
            texts.values(), around, around[1:], around[2:], strict=False
        )
    )
