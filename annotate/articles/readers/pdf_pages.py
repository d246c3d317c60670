"""Take the pages of a printed text apart: running heads and page numbers are not its text."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median

from annotate.core.records import normalise

Line = tuple[int, str]  # its number, from 1, and its text without the white space around it

_GUTTER = re.compile(r"(?<=\S) {2,}(?=\S)")
_LEAST_LINES = 15  # with words in both columns
_LEAST_WORDS = 3  # in each of these: a table has fewer
_MOST_ENDED = 1 / 4  # of the lines on the left: more end so in lists, and where they are sentences
_EDGE = 3  # lines at the top and bottom of a page that may be furniture
_LONGEST = 100  # characters of a running head
_APART = 5  # lines between two page numbers
_NUMBER = re.compile(
    r"(?:page |seite |p\. ?|[-–—\[] ?)?(\d{1,3})(?: ?(?:/|of|von|\|) ?(?:\d{1,4}|page))?"
    r"(?: ?[-–—\]])?",
    re.IGNORECASE,
)
_HEAD = re.compile(r"(\d{1,4}) +(\D{3,80})|(\D{3,80}?) +(\d{1,4})")  # with the page's number
_LEAST_HEADS = 3
_EVERY_OTHER = 2
_ROMAN = re.compile(r"(?:[-–—] ?)?[ivxl]{1,6}(?: ?[-–—])?")
_OPEN_END = re.compile(r"[^.!?…:\"'”’)\]]$")
_FULL = 0.8
_LEAST_INDENTED = 3  # lines
SENTENCE_END = re.compile(r"[.!?…:][\"'”’)\]]*$")


def numbered_lines(text: str) -> list[Line]:
    """Return the lines of a text, with a blank one above each that is indented as a paragraph."""
    raw = text.splitlines()
    begins = _indented(raw)
    lines = []
    for number, line in enumerate(raw, 1):
        lines += [(0, "")] if number in begins else []
        lines.append((number, line.strip()))
    return lines


def _indented(lines: Sequence[str]) -> frozenset[int]:
    """Return the lines whose indentation begins a paragraph: no other lines have it.

    What is set apart, such as a quotation or a verse, is indented in several lines.
    """
    full = [(number, line.expandtabs()) for number, line in enumerate(lines, 1) if line.strip()]
    depths = [len(line) - len(line.lstrip()) for _, line in full]
    margin = min(depths, default=0)
    inside = [at for at, depth in enumerate(depths) if depth > margin]
    if len(inside) < _LEAST_INDENTED or 2 * len(inside) > len(full):
        return frozenset()
    alone = sum(at + 1 == len(full) or depths[at + 1] == margin for at in inside)
    below = [at for at in inside if at and full[at][0] == full[at - 1][0] + 1]
    ended = sum(bool(SENTENCE_END.search(full[at - 1][1].rstrip())) for at in below)
    if alone < _FULL * len(inside) or ended < _FULL * len(below):
        return frozenset()
    return frozenset(full[at][0] for at in below)


def without_page_furniture(text: str) -> tuple[list[Line], list[str]]:
    """Return the lines of a text without those that a page repeats, and these.

    Form feeds, lines that count the pages, or running heads with the page's number divide a text
    into pages; without any of them all lines are returned. A paragraph that goes on after a page's
    end is in one piece.
    """
    text = in_one_column(text)
    lines = numbered_lines(text)
    pages = (
        _at_form_feeds(text, lines)
        if "\f" in text
        else _at_page_numbers(lines) or _at_running_heads(lines)
    )
    if not pages:
        return lines, []
    shapes = Counter(shape for page in pages for shape in {_shape(line) for line in _edges(page)})
    heads = {shape for shape, count in shapes.items() if count > 1}
    bodies = [_body(page, heads, first=not at) for at, page in enumerate(pages)]
    kept = list(_joined([body for body in bodies if body]))
    numbers = {number for number, _ in kept}
    return kept, [line for number, line in lines if normalise(line) and number not in numbers]


def in_one_column(text: str) -> str:
    """Return a text of two columns side by side with each column as a page of its own."""
    return "\f".join(map(_column_below_column, text.split("\f"))) if _GUTTER.search(text) else text


def _column_below_column(page: str) -> str:
    lines = [line.expandtabs() for line in page.split("\n")]
    starts = Counter(gap.end() for line in lines for gap in _GUTTER.finditer(line))
    gutter, count = max(starts.items(), key=lambda start: start[1], default=(0, 0))
    pairs = [(line[:gutter].split(), line[gutter:].split()) for line in lines]
    beside = [pair for pair in pairs if all(pair)]
    words = min((median(map(len, side)) for side in zip(*beside, strict=True)), default=0)
    few = count < max(_LEAST_LINES, sum(map(any, pairs)) / 2) or words < _LEAST_WORDS
    ended = sum(bool(SENTENCE_END.search(left[-1])) for left, _ in beside)
    if few or ended > _MOST_ENDED * len(beside):
        return page
    bands = groupby(lines, lambda line: bool(line[gutter - 2 : gutter].strip()))
    return "\n".join(_columns(list(band), gutter, full=full) for full, band in bands)


def _columns(lines: Sequence[str], gutter: int, *, full: bool) -> str:
    """Return the left column and then the right one; lines across the whole page as they are."""
    right = [line[gutter:] for line in lines]
    if full or not any(right):
        return "\n".join(lines)
    return "\n".join(line[:gutter].rstrip() for line in lines) + "\f" + "\n".join(right)


def _at_form_feeds(text: str, lines: Sequence[Line]) -> list[list[Line]]:
    ends = [at for at, line in enumerate(text.splitlines(keepends=True), 1) if line[-1] == "\f"]
    return _divided(lines, ends)


def _at_page_numbers(lines: Sequence[Line]) -> list[list[Line]]:
    matches = [(at, _NUMBER.fullmatch(line)) for at, (_, line) in enumerate(lines, 1)]
    counts = [(at, int(match[1])) for at, match in matches if match]
    steps = [(b[0] - a[0] > _APART, b[1] - a[1] == 1) for a, b in pairwise(counts)]
    return _divided(lines, [at for at, _ in counts]) if steps and all(map(all, steps)) else []


def _at_running_heads(lines: Sequence[Line]) -> list[list[Line]]:
    """Divide where the same words return with a number that counts up by one or two."""
    matches = [
        (at, match) for at, (_, line) in enumerate(lines) if (match := _HEAD.fullmatch(line))
    ]
    words = [normalise(match[2] or match[3]).casefold() for _, match in matches]
    counts = Counter(words)
    heads = [
        (at, int(match[1] or match[4]))
        for (at, match), head in zip(matches, words, strict=True)
        if counts[head] > 1 and " " in head  # "Chapter 1" is none
    ]
    steps = [b[0] - a[0] > _APART and 1 <= b[1] - a[1] <= _EVERY_OTHER for a, b in pairwise(heads)]
    if len(heads) < _LEAST_HEADS or not all(steps):
        return []
    return _divided(lines, [at for at, _ in heads if at])


def _divided(lines: Sequence[Line], ends: Sequence[int]) -> list[list[Line]]:
    """Return the pages, each up to one of the places; none if there is no such place."""
    bounds = [0, *ends, len(lines)] if ends else []
    return [list(lines[start:end]) for start, end in pairwise(bounds)]


def _edges(page: Sequence[Line]) -> Iterator[str]:
    full = [line for _, line in page if normalise(line)]
    yield from full[:_EDGE]
    yield from full[_EDGE:][-_EDGE:]


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", normalise(line).casefold())


def _is_furniture(line: str, heads: set[str]) -> bool:
    words = normalise(line)
    numbered = _NUMBER.fullmatch(words) or _ROMAN.fullmatch(words)
    return not words or bool(numbered) or (len(words) <= _LONGEST and _shape(words) in heads)


def _body(page: Sequence[Line], heads: set[str], *, first: bool) -> list[Line]:
    """Return a page without furniture; the first keeps a head which is its only title."""
    start, end = 0, len(page)
    while end and _is_furniture(page[end - 1][1], heads):
        end -= 1
    while start < end and _is_furniture(page[start][1], heads):
        start += 1
    if first and start and not _begins_with_title(page[start:end]):
        start = next(at for at, (_, line) in enumerate(page) if normalise(line))
    return list(page[start:end])


def _begins_with_title(lines: Sequence[Line]) -> bool:
    return len(lines) > 1 and not lines[1][1] and bool(_OPEN_END.search(lines[0][1]))


def _joined(pages: Sequence[list[Line]]) -> Iterator[Line]:
    """Yield the lines of all pages, with a blank one where a page ends a paragraph."""
    longest = max((len(line) for page in pages for _, line in page), default=0)
    yield from pages[0] if pages else ()
    for page, following in pairwise(pages):
        line, begins = page[-1][1], following[0][1][0]
        full = len(line) >= _FULL * longest
        if not (_OPEN_END.search(line) and (begins.islower() or line[-1] == "-" or full)):
            yield 0, ""
        yield from following
