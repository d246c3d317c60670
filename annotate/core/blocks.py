"""What an article is made of: blocks, and what was left out on the way to them."""

from dataclasses import dataclass

from annotate.core.errors import InputError
from annotate.core.records import Kind, normalise

MAX_CHARACTERS = 100_000
_TITLE_WORDS = 40
_BULLETS = ("- ", "* ", "•")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an article that stands by itself, text as it was found."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A block of the source that is no part of the article, and why."""

    kind: Kind
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


@dataclass(frozen=True, slots=True)
class Chunk:
    """A block of plain text: its first line's number, from 1, and its lines."""

    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @property
    def may_be_title(self) -> bool:
        return len(self.lines) == 1 and len(self.text.split()) <= _TITLE_WORDS


def split_text(text: str) -> list[Chunk]:
    """Plain text as blocks: blank lines part them; without any, each line is a block.

    Lines of a block that begin with a bullet each begin a block of their own.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    filled = [bool(normalise(line)) for _, line in lines]
    inner = "".join("x" if full else " " for full in filled).strip()
    one_each = " " not in inner
    chunks: list[list[tuple[int, str]]] = []
    parted = True
    for (number, line), full in zip(lines, filled, strict=True):
        if full and (parted or one_each or line.startswith(_BULLETS)):
            chunks.append([(number, line)])
        elif full:
            chunks[-1].append((number, line))
        parted = not full
    return [Chunk(chunk[0][0], tuple(line for _, line in chunk)) for chunk in chunks]


def is_item(text: str) -> bool:
    """Whether the text begins as an item of a list."""
    return text.startswith(_BULLETS)


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
