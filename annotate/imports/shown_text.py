"""A text as Label Studio shows it, and where the words that were marked in it are.

A HyperText shows HTML. The page counts the characters of its text, and a line break as one; the
text that we keep has a blank between blocks as well, so that words do not touch.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from annotate.core.errors import InputError

_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
        ),
        *("dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1"),
        *("h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "nav", "ol", "p"),
        *("pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_SILENT = frozenset({"script", "style", "template", "title"})
_BREAK = "br"
_HTML_MARKS = ("globalOffsets", "hypertextlabels")


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text in which words can be marked.

    Attributes:
        text: What is read; of HTML, the text in it.
        places: Offset in the page -> in `text`; empty where they are the same.
        starts: Of the parts of a dialogue, in which words are marked by part and offset.
    """

    text: str
    places: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()

    def find_words(self, value: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return the offsets of marked words in characters; a browser may count UTF-16 units.

        Args:
            value: As Label Studio stores it; what are no offsets is returned as it is.

        Raises:
            InputError: The words that it quotes are not where it says.
        """
        start, end = self._offsets(value)
        quote = value.get("text")
        places = self._places(start, end)
        if not isinstance(quote, str):
            return places[0] if places else (start, end)
        for from_, to in places:
            if _letters(self.text[from_:to]) == _letters(quote):
                return from_, to
        if (self.places or self.starts or not places) and self.text.count(quote) == 1:
            return self.text.index(quote), self.text.index(quote) + len(quote)
        raise InputError(f"bad span: {start} to {end} are not the words that it quotes")

    def _offsets(self, value: Mapping[str, Any]) -> tuple[Any, Any]:
        if self.starts:
            start = self._in_part(value.get("start"), value.get("startOffset"))
            return start, self._in_part(value.get("end"), value.get("endOffset"))
        given = value.get("globalOffsets")
        given = given if isinstance(given, Mapping) else value
        return given.get("start"), given.get("end")

    def _in_part(self, part: Any, offset: Any) -> int | None:
        """Return where the offset into a part of the dialogue, whose number is text, is."""
        number = int(part) if str(part).isdecimal() else len(self.starts)
        known = number < len(self.starts) and type(offset) is int
        return self.starts[number] + offset if known else None

    def _places(self, start: Any, end: Any) -> list[tuple[int, int]]:
        """Return where the offsets may be in the text; nothing if they are none."""
        if type(start) is not int or type(end) is not int:
            return []
        if not self.places:
            units = self.text.encode("utf-16-le")
            return [(start, end), (_characters(units, start), _characters(units, end))]
        if not 0 <= start < end < len(self.places):
            raise InputError(f"bad span: {start} to {end} in a page of {len(self.places) - 1}")
        return [(self.places[start], self.places[end - 1] + 1)]


def _letters(words: str) -> str:
    """Return the words without blanks; the page writes a line break in a quote as two letters."""
    return "".join(words.replace("\\n", " ").split())


def _characters(units: bytes, offset: int) -> int:
    return len(units[: 2 * offset].decode("utf-16-le", errors="ignore"))


def is_html_mark(value: Mapping[str, Any]) -> bool:
    """Tell whether the words were marked in HTML: by the offsets, or by a path of elements."""
    start = value.get("start")
    path = isinstance(start, str) and start.startswith("/")
    return path or ("paragraphlabels" not in value and any(key in value for key in _HTML_MARKS))


def shown_text(text: str | list[Any], *, html: bool) -> ShownText:
    """Return a task's text as annotators saw it; a list is a dialogue."""
    if isinstance(text, list):
        return _dialogue(text)
    if not html or not text.strip():
        return ShownText(text)
    parts: list[str] = []
    places: list[int] = []
    length = 0
    for part, counts in _parts(text):
        if counts:
            places += range(length, length + len(part))
        parts.append(part)
        length += len(part)
    return ShownText("".join(parts), (*places, length))


def _dialogue(items: Sequence[Any]) -> ShownText:
    """Return the texts of a dialogue, without who speaks."""
    parts = [_part(item) for item in items]
    lengths = (len(part) + 1 for part in parts[:-1])
    return ShownText("\n".join(parts), starts=tuple(accumulate(lengths, initial=0)))


def _part(item: Any) -> str:
    """Return the text of a part; the longest, if none is called so."""
    if not isinstance(item, Mapping):
        return item if isinstance(item, str) else ""
    texts = [text for text in item.values() if isinstance(text, str)]
    text = item.get("text")
    return text if isinstance(text, str) else max(texts, key=len, default="")


def _parts(html: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of text in their order, and whether the page counts their characters."""
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
    root = lxml_html.document_fromstring(f"<body><div>{html}</div></body>", parser=parser)
    body = root.find("body")
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if element.tag == _BREAK:
            if event == "start":
                yield "\n", True
        elif element.tag in _BLOCKS:
            yield "\n", False
        silent = event == "start" and element.tag in _SILENT
        text = element.text if event == "start" else element.tail
        if text and not silent and element is not body:
            yield text, True
