"""Convert what other tools wrote into our paragraphs and annotation results.

The results are those that our own labeling interface would have sent, so that one parser checks
them all: `annotate.label_studio.results`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.articles.web.urls import is_web_address
from annotate.core.errors import InputError
from annotate.core.records import BlockType, Paragraph, author_of, normalise
from annotate.core.taxonomy import NONE_ID, UNUSABLE_ID, Taxonomy
from annotate.imports.earlier_articles import article_without_id
from annotate.label_studio.results import Item, build_result, span_item

Values = Mapping[str, Any]  # by our names of the columns; any type, any of them may be missing

_TEXTS = ("title", "source", "url", "date", "previous", "next")
_WHOLE = re.compile(r"[0-9]+(\.0*)?")  # a table writes 3.0 where another row has none
_PLACEHOLDER = "\ue000"  # of the private use area: no word, and normalising leaves it alone


def to_paragraph(values: Values, name: str, place: Callable[[str, str], int]) -> Paragraph:
    """Build the paragraph of these values.

    Without `article_id` and `url` each text is an article by itself, because nothing says which
    paragraphs belong together.

    Args:
        values: By our names.
        name: Prefix for the ids of articles that have none.
        place: Returns the position for an article id and a text, where none is given.

    Raises:
        InputError: A value cannot be used; the message says which.
    """
    text = normalise(text_of(values, "text"))
    if not text:
        raise InputError("there is no text")
    if " " not in text and is_web_address(text):
        raise InputError("there is an address in place of the text")
    texts = {key: normalise(text_of(values, key)) for key in _TEXTS}
    article_id = article_of(values, name)
    return Paragraph(
        article_id=article_id,
        position=_position(values.get("position", place(article_id, text))),
        kind=_block_type(values.get("kind", BlockType.BODY)),
        text=text,
        author=author_of(values.get("author")) or "",
        cluster=text_of(values, "cluster"),
        **texts,
    )


def article_of(values: Values, name: str) -> str:
    """Return the id of the article of these values; see `to_paragraph`.

    Raises:
        InputError: A value is no text.
    """
    given = (normalise(text_of(values, key)) for key in ("article_id", "url"))
    text = normalise(text_of(values, "text"))
    return next(filter(None, given), article_without_id(name, text))


def text_of(values: Values, name: str) -> str:
    """Return a text, empty if it is missing.

    Raises:
        InputError: It is something else. Tools make numbers of what looks like one.
    """
    value = values.get(name, "")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if value == value // 1 else str(value)
    if not isinstance(value, str):
        raise InputError(f"{name!r} must be text, not {type(value).__name__}")
    return value


def _position(value: Any) -> int:
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        value = int(value.strip().partition(".")[0][:20])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or not 0 <= value < 2**31:
        raise InputError(f"position {value!r} is not a whole number from 0")
    return value


def _block_type(value: Any) -> BlockType:
    if value not in list(BlockType):
        raise InputError(f"unknown kind {value!r}; known: {', '.join(BlockType)}")
    return BlockType(value)


@dataclass(frozen=True, slots=True)
class Mark:
    """Marked words, as another tool has them.

    Attributes:
        start: Offset into the text as it was written there; unchecked, as is `end`.
        labels: Our techniques and groups.
    """

    start: Any
    end: Any
    labels: tuple[str, ...]


def to_results(
    labels: Iterable[str], marks: Sequence[Mark], comment: str, text: str, taxonomy: Taxonomy
) -> list[Item]:
    """Build the annotation result for these labels.

    Words marked with a technique mean that the paragraph has it: other tools do not ask for a tick
    as well.

    Args:
        labels: Our techniques, `NONE_ID`, `UNUSABLE_ID`; groups are ignored, because they say
            nothing about a whole paragraph.
        marks: Marked words.
        comment: Free text.
        text: The paragraph as it was written there.
        taxonomy: Ours.
    """
    chosen = {*labels, *(label for mark in marks for label in mark.labels)}
    verdicts = [verdict for verdict in (NONE_ID, UNUSABLE_ID) if verdict in chosen]
    spans = [_span(mark, text) for mark in marks if mark.labels]
    return build_result(chosen, verdicts, spans, comment, taxonomy)


def _span(mark: Mark, text: str) -> Item:
    start, end = mark.start, mark.end
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        return span_item(start, end, mark.labels)
    words = normalise(text[start:end])
    return span_item(*move_span(text, start, end), mark.labels, text=words)


def move_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where `text[start:end]`, without blanks around it, is in `normalise(text)`."""
    while start < end and not normalise(text[start]):
        start += 1
    while start < end and not normalise(text[end - 1]):
        end -= 1
    return _moved(text, start), _moved(text, end)


def _moved(text: str, offset: int) -> int:
    return len(normalise(text[:offset] + _PLACEHOLDER)) - 1
