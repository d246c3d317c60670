"""The values that both halves share: paragraph, span, annotation, consensus, dataset row.

The id of a paragraph is part of every contract (paragraphs.jsonl, Label Studio's tasks, dataset
folders, predictions): `normalise` and `paragraph_id` must not change.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any

from annotate.core.errors import InputError

# Characters that are never words: controls (white space is folded first), halves of surrogate
# pairs, soft hyphen, zero-width space, word joiner, byte order mark, and the marks that reorder
# what is shown. The zero-width joiners stay: scripts and emoji need them.
_NEVER_TEXT = {
    **dict.fromkeys(range(0x20)),
    **dict.fromkeys(range(0x7F, 0xA0)),
    **dict.fromkeys(range(0x202A, 0x202F)),
    **dict.fromkeys(range(0x2066, 0x206A)),
    **dict.fromkeys(range(0xD800, 0xE000)),
    **dict.fromkeys([0x00AD, 0x200B, 0x2060, 0xFEFF]),
}


class BlockType(StrEnum):
    """What a block of an article is."""

    BODY = "body"
    QUOTE = "quote"
    CAPTION = "caption"
    HEADING = "heading"
    LIST = "list"
    EMBED = "embed"


class Status(StrEnum):
    """What an annotator did with a paragraph; the states are never mixed.

    LABELLED and NONE are answers. The others say nothing about the techniques.
    """

    LABELLED = "labelled"
    NONE = "none"
    UNUSABLE = "unusable"
    SKIPPED = "skipped"
    DRAFT = "draft"


class Origin(StrEnum):
    """How an annotation came about: an annotator's own answer, or a decision between several."""

    ANNOTATION = "annotation"
    ADJUDICATION = "adjudication"


ANSWERS = frozenset({Status.LABELLED, Status.NONE})


def normalise(text: str) -> str:
    """Return the text as it is hashed, labelled and classified: NFC, one blank between words."""
    printable = text.isprintable()
    if not printable or "  " in text or text != text.strip(" "):
        text = " ".join(text.split())
        printable = printable or text.isprintable()
    if printable and unicodedata.is_normalized("NFC", text):
        return text  # nearly always: none of what is never text is printable
    folded = text.translate(_NEVER_TEXT)
    return " ".join(unicodedata.normalize("NFC", folded).split())


@lru_cache(maxsize=64)  # a paragraph is copied several times in a row
def paragraph_id(article_id: str, text: str) -> str:
    """Digest article and words: the same words give the same id, so a second push adds nothing."""
    return sha256(f"{normalise(article_id)}\n{normalise(text)}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article: the unit that is labelled and classified.

    Attributes:
        article_id: Identifies the article; splits keep an article's paragraphs together.
        position: Place of the block in the article, from 0; blocks that are left out count too.
        kind: What the block is in the article.
        title: The article's title.
        source: The outlet.
        url: Address of the article; empty when not known.
        date: Day of publication as the source gives it; empty when not known.
        previous: The text before, as context; empty at the start.
        text: The words, normalised.
        next: The text after, as context; empty at the end.
        cluster: Near-duplicates share it; empty stands for the paragraph's own id.
        author: As the source gives it, several with semicolons between; empty when not known.
    """

    article_id: str
    position: int
    kind: BlockType
    title: str
    source: str
    url: str
    date: str
    previous: str
    text: str
    next: str
    cluster: str = ""
    author: str = ""
    id: str = field(init=False)

    def __post_init__(self) -> None:
        id_ = paragraph_id(self.article_id, self.text)
        object.__setattr__(self, "id", id_)
        if not self.cluster:
            object.__setattr__(self, "cluster", id_)

    def to_json(self) -> dict[str, Any]:
        """Return the keys of paragraphs.jsonl and of a task's data, `id` first."""
        return {key: getattr(self, key) for key in _KEYS}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Paragraph":
        """Read what `to_json` wrote; rows written before `author` existed have none.

        Raises:
            InputError: A key is missing, has the wrong type, or the id is not that of the text.
        """
        texts = ("article_id", "title", "source", "url", "date", "previous", "text", "next")
        for key in (*texts, "id", "cluster", "kind"):
            if not isinstance(row.get(key), str):
                raise InputError(f"a paragraph needs {key!r} as text")
        if row["kind"] not in list(BlockType):
            raise InputError(f"unknown kind {row['kind']!r}; known: {', '.join(BlockType)}")
        author = row.get("author", "")
        if not isinstance(author, str):
            raise InputError("a paragraph's 'author' must be text")
        position = row.get("position")
        if type(position) is not int or not 0 <= position < 2**31:
            raise InputError("a paragraph needs 'position' as a whole number from 0")
        paragraph = cls(
            position=position,
            kind=BlockType(row["kind"]),
            cluster=row["cluster"],
            author=author,
            **{key: row[key] for key in texts},
        )
        if paragraph.id != row["id"]:
            raise InputError(f"the id {row['id']!r} is not that of its text ({paragraph.id})")
        return paragraph


_KEYS = ("id", *(name for name in Paragraph.__slots__ if name != "id"))


def author_of(value: object) -> str | None:
    """Read an author given as text or as a list of names; None for other forms."""
    names = [value] if isinstance(value, str) or value is None else value
    if not isinstance(names, list) or not all(isinstance(n, str | None) for n in names):
        return None
    return "; ".join(filter(None, (normalise(name or "") for name in names)))


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Some words of a paragraph: character offsets into `text`, end exclusive, and a label."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotator's work on one paragraph.

    Attributes:
        paragraph_id: The paragraph.
        annotator: A pseudonym, never an e-mail.
        status: What kind of answer it is, or why it is none.
        labels: Technique ids, in the taxonomy's order; empty unless LABELLED or DRAFT.
        spans: Sorted; a label is a technique id or a group id.
        comment: Free text.
        seconds: Time spent, as Label Studio measured it.
        updated_at: Time of the last change, ISO 8601 in UTC.
        origin: Agreement counts annotations alone; in the gold labels an adjudication wins.
    """

    paragraph_id: str
    annotator: str
    status: Status
    labels: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    comment: str = ""
    seconds: float = 0.0
    updated_at: str = ""
    origin: Origin = Origin.ANNOTATION


@dataclass(frozen=True, slots=True)
class Consensus:
    """The annotators' answers to a paragraph, aggregated.

    Attributes:
        labels: Technique ids that hold: those whose score is above one half, and the disputed
            ones too if they count as present.
        scores: For each technique of the taxonomy the share of the answers that have it, or the
            probability that it is there; 1 or 0 where the paragraph was adjudicated.
        annotators: Number of answers, adjudications not counted.
        spans: Marked words of the labels that hold, with the number of people who marked them.
        disputed: Technique ids that the answers leave undecided, by their scores; empty where the
            paragraph was adjudicated.
    """

    labels: tuple[str, ...]
    scores: tuple[float, ...]
    annotators: int
    spans: tuple[tuple[Span, int], ...]
    disputed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A paragraph with an answer: its text, its consensus and its article's split.

    Attributes:
        fold: Its article's part in a cross-validation, from 0; None in the test split, and where
            no folds were drawn.
        corpus: The public corpus or, after a merge, the dataset that it came from; else empty.
    """

    paragraph: Paragraph
    gold: Consensus
    split: str
    fold: int | None = None
    corpus: str = ""
