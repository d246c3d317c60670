"""The card's picture: how often two techniques stand in the same paragraph, as SVG.

A triangle with one label per technique at its diagonal: the row to its left and the column below
it are its paragraphs with the other techniques.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from itertools import combinations_with_replacement

PICTURE = "cooccurrence.svg"
_CELL, _MARGIN, _HEAD = 28, 16, 44  # pixels
_CHARACTER = 7  # pixels; wide enough for capitals in 12 px
_PAGE, _INK, _EMPTY, _TOTAL = "#ffffff", "#1f2328", "#f3f4f6", "#d5d9de"
_LIGHT, _DARK = (219, 234, 247), (11, 83, 148)  # of the shares from 0 to 1

Pairs = Counter[tuple[str, str]]


def pairs(rows: Iterable[Sequence[str]]) -> Pairs:
    """Count the paragraphs with both labels, in either order; (a, a) counts those with a."""
    return Counter(
        pair
        for row in rows
        for first, second in combinations_with_replacement(row, 2)
        for pair in {(first, second), (second, first)}
    )


def picture(labels: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Draw the labels that occur; empty if none does.

    Args:
        labels: In the taxonomy's order, which the picture keeps.
        rows: The labels of each paragraph.
    """
    counts = pairs(rows)
    shown = [label for label in labels if counts[label, label]]
    return _svg(shown, counts) if shown else ""


def _svg(labels: Sequence[str], counts: Pairs) -> str:
    side = _CELL * len(labels)
    name = _CHARACTER * max(map(len, labels)) + 12
    width, height = max(side + name, 520) + 2 * _MARGIN, side + _HEAD + 2 * _MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" '
        'font-family="Helvetica, Arial, sans-serif" font-size="12">',
        "<title>Techniques in the same paragraph</title>",
        f'<rect width="{width}" height="{height}" rx="6" fill="{_PAGE}"/>',
        _text(
            _MARGIN,
            _MARGIN + 11,
            "Paragraphs with both techniques; grey: all with the one.",
        ),
        _text(_MARGIN, _MARGIN + 28, "Darker: a larger share of the rarer technique's paragraphs."),
        *(line for at in range(len(labels)) for line in _row(at, labels, counts)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _row(at: int, labels: Sequence[str], counts: Pairs) -> list[str]:
    """Draw a label's cells up to the diagonal, and its name behind them."""
    label, top = labels[at], _MARGIN + _HEAD + at * _CELL
    cells = [_cell(column, top, label, labels[column], counts) for column in range(at + 1)]
    return [*cells, _text(_MARGIN + (at + 1) * _CELL + 6, top + 18, label)]


def _cell(column: int, top: int, row: str, other: str, counts: Pairs) -> str:
    count, left = counts[row, other], _MARGIN + column * _CELL
    share = count / min(counts[row, row], counts[other, other])
    fill = _TOTAL if row == other else _shade(share) if count else _EMPTY
    square = (
        f'<rect x="{left}" y="{top}" width="{_CELL - 2}" height="{_CELL - 2}" rx="3" '
        f'fill="{fill}"/>'
    )
    if not count:
        return square
    ink = _PAGE if row != other and share > 0.7 else _INK
    middle = left + _CELL // 2 - 1
    return square + _text(middle, top + 17, _short(count), ink, centred=True)


def _shade(share: float) -> str:
    mixed = (round(a + (b - a) * share) for a, b in zip(_LIGHT, _DARK, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _short(count: int) -> str:
    """Return the count in at most four characters, as a cell has room for."""
    if count < 1000:
        return str(count)
    return f"{count / 1000:.1f}k" if count < 9950 else f"{round(count / 1000)}k"


def _text(x: int, y: int, words: str, ink: str = _INK, *, centred: bool = False) -> str:
    style = ' text-anchor="middle" font-size="10"' if centred else ""
    return f'<text x="{x}" y="{y}" fill="{ink}"{style}>{escape(words)}</text>'
