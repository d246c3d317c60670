"""The ledger: what was left out, and why."""

from dataclasses import dataclass
from typing import Any

from annotate.core.records import Paragraph, normalise

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
            "text": normalise(self.text)[:_SHOWN],
        }
