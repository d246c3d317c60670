"""The ledger: what was left out, and why."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.plurals import counted
from annotate.core.records import Paragraph, normalise

_SHOWN = 200
_SHOWN_MESSAGE = 1000
NOTICE = "notice"  # the kind of a row about what was read, though not as it stands in the file
_WHOLE = ("file", "record", "article", "page", NOTICE)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A block that did not become a paragraph, or a whole file or record.

    Attributes:
        article_id: The article; empty for a file or record that holds none.
        position: Place among the article's blocks; None for what is no block of the article.
        kind: The block's kind; file, record, article or page for what is left out as a whole;
            notice for what was read after a repair, which is not left out.
        reason: Why; for a kind that was not asked for, the kind.
        text: The first 200 characters; of a whole file or record, where it is and what is wrong.
    """

    article_id: str
    position: int | None
    kind: str
    reason: str
    text: str

    @classmethod
    def of(cls, paragraph: Paragraph, reason: str) -> "LedgerRow":
        """Return the row of a paragraph that is left out after all."""
        at, kind = paragraph.position, paragraph.kind
        return cls(paragraph.article_id, at, kind, reason, paragraph.text)

    def to_json(self) -> dict[str, Any]:
        """Return the keys of the ledger's lines."""
        return {
            "article_id": self.article_id,
            "position": self.position,
            "kind": self.kind,
            "reason": self.reason,
            "text": normalise(self.text)[: _SHOWN_MESSAGE if self.kind in _WHOLE else _SHOWN],
        }


def ledger_path(output: Path) -> Path:
    """Return the ledger of a file of paragraphs or predictions, beside it."""
    return output.with_name(f"{output.stem}.ledger.jsonl")


def notice_warning(count: int, ledger: Path) -> str:
    """Return the line about files or records that were read after a repair."""
    was = "was" if count == 1 else "were"
    return (
        f"warning: {counted(count, 'file or record', 'files or records')} {was} read after a "
        f"repair; {ledger} says where and what"
    )


def unread_warning(count: int, ledger: Path) -> str:
    """Return the line that ends a run which left out files or records."""
    return (
        f"warning: {counted(count, 'file or record', 'files or records')} could not be used; "
        f"{ledger} says where and why (--strict stops at the first)"
    )
