"""A paragraph out of what others wrote: columns or keys that may be missing or of any type."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from annotate.core.errors import InputError
from annotate.core.records import BlockType, Paragraph, author_of, normalise

Values = Mapping[str, Any]
_TEXTS = ("title", "source", "url", "date", "previous", "next")


def given_paragraph(values: Values, name: str, place: Callable[[str, str], int]) -> Paragraph:
    """The paragraph of these values.

    Without `article_id` and `url` each text is an article of its own: nothing says what belongs
    together.

    Args:
        values: By our names; what is not there is missing.
        name: Begins the ids of articles that have none.
        place: Position by article id and text, where none is given.

    Raises:
        InputError: Which value cannot be used.
    """
    text = normalise(text_of(values, "text"))
    if not text:
        raise InputError("there is no text")
    given = {key: normalise(text_of(values, key)) for key in _TEXTS}
    own = f"{name}-{sha256(text.encode()).hexdigest()[:12]}"
    article_id = normalise(text_of(values, "article_id")) or given["url"] or own
    position = _position(values.get("position", place(article_id, text)))
    return Paragraph(
        article_id=article_id,
        position=position,
        kind=_kind(values),
        text=text,
        author=author_of(values.get("author")) or "",
        **given,
    )


def text_of(values: Values, name: str) -> str:
    """A text; empty where it is missing.

    Raises:
        InputError: It is something else; only ids may be numbers.
    """
    value = values.get(name, "")
    if type(value) is int and name == "article_id":
        return str(value)
    if not isinstance(value, str):
        raise InputError(f"{name!r} must be text, not {type(value).__name__}")
    return value


def _position(value: Any) -> int:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal():
        value = int(value[:20])
    if type(value) is not int or not 0 <= value < 2**31:
        raise InputError(f"position {value!r} is no whole number from 0")
    return value


def _kind(values: Values) -> BlockType:
    value = values.get("kind", BlockType.BODY)
    if value not in list(BlockType):
        raise InputError(f"unknown kind {value!r}; known: {', '.join(BlockType)}")
    return BlockType(value)
