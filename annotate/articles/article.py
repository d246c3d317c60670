"""The article: its blocks, and what of its source was left out."""

from dataclasses import dataclass

from annotate.core.errors import InputError, NoTextError
from annotate.core.ledger import LedgerRow
from annotate.core.records import BlockType, normalise

MAX_CHARACTERS = 100_000
NO_TEXT, UNREADABLE = "no text", "cannot be read"
DAMAGED = "damaged bytes"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or other piece of an article; the text is as in the source."""

    kind: BlockType
    text: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A block of the source that is not part of the article, and why."""

    kind: BlockType
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What was read otherwise than as it stands in the file: the ledger's word, and where."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """An article as read from a file.

    Attributes:
        article_id: URL, else the record's id, else the file's name without suffix.
        title: Not one of the blocks; empty if there is none.
        source: The outlet; empty if unknown.
        url: The article's address; empty if unknown.
        date: As the source gives it; empty if unknown.
        blocks: In the order of the article.
        left_out: What else the source had: boilerplate, a repeated title.
        origin: File, or file:line, for messages.
        encoding: What the file was read as.
        author: As the source gives it, several separated by semicolons; empty if unknown.
        notices: What of the file was repaired.
    """

    article_id: str
    title: str
    source: str
    url: str
    date: str
    blocks: tuple[Block, ...]
    left_out: tuple[LeftOut, ...] = ()
    origin: str = ""
    encoding: str = "utf-8"
    author: str = ""
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A file, record or article that is left out as a whole.

    Attributes:
        kind: One of these three words.
        error: What is wrong, where, and how to fix it.
        reason: The ledger's word for it.
    """

    kind: str
    error: InputError
    reason: str = UNREADABLE

    @classmethod
    def of(cls, kind: str, error: InputError) -> "Unread":
        return cls(kind, error, NO_TEXT if isinstance(error, NoTextError) else UNREADABLE)

    def row(self) -> LedgerRow:
        return LedgerRow("", None, self.kind, self.reason, str(self.error))


def check_length(text: str, where: str) -> None:
    """Refuse a paragraph that nobody can label.

    Raises:
        InputError: More than MAX_CHARACTERS characters.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"{where}: a paragraph of {len(text):,} characters (at most {MAX_CHARACTERS:,}); "
            "separate paragraphs by blank lines"
        )


def _same_words(text: str, other: str) -> bool:
    """Tell whether two texts differ at most in case and white space."""
    return normalise(text).casefold() == normalise(other).casefold()


def with_title_apart(
    title: str, blocks: tuple[Block, ...]
) -> tuple[tuple[Block, ...], tuple[LeftOut, ...]]:
    """Move a first block that only repeats the title from the blocks to what is left out."""
    if title and blocks and _same_words(blocks[0].text, title):
        first = blocks[0]
        return blocks[1:], (LeftOut(first.kind, "title", first.text),)
    return blocks, ()
