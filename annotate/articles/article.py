"""What an article is made of: blocks, and what was left out on the way to them."""

from dataclasses import dataclass

from annotate.core.errors import InputError
from annotate.core.records import BlockType, normalise

MAX_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an article that stands by itself, text as it was found."""

    kind: BlockType
    text: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A block of the source that is no part of the article, and why."""

    kind: BlockType
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """An article as read from a file.

    Attributes:
        article_id: URL, else the record's own id, else the file's name without suffix.
        title: Not one of the blocks; empty when there is none.
        source: The outlet; empty when not known.
        url: Where the article stands; empty when not known.
        date: As the source gives it; empty when not known.
        blocks: In the order of the article.
        left_out: What else stood in the source: page furniture, a repeated title.
        origin: File, or file:line, for messages.
        encoding: What the file was read as.
        author: As the source gives it, several with semicolons between; empty when not known.
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


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in case and white space at most."""
    return normalise(one).casefold() == normalise(other).casefold()


def with_title_apart(
    title: str, blocks: tuple[Block, ...]
) -> tuple[tuple[Block, ...], tuple[LeftOut, ...]]:
    """Take a first block that only repeats the title out of the blocks."""
    if title and blocks and same_words(blocks[0].text, title):
        first = blocks[0]
        return blocks[1:], (LeftOut(first.kind, "title", first.text),)
    return blocks, ()
