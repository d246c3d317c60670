"""Cut HTML into paragraphs as plainly as can be, for truths and for rivals that return HTML."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from lxml import html as lxml_html

_INLINE_TAGS = """
    a abbr acronym b big cite code del dfn em font i ins kbd label mark q s samp small span
    strike strong sub sup time tt u var
"""
_INLINE = frozenset(_INLINE_TAGS.split())
_SILENT = frozenset({"script", "style", "noscript", "template"})
_BREAK = ("\n", False)
_Piece = tuple[str, bool]


def html_paragraphs(page: str) -> Iterator[_Piece]:
    """Yield each paragraph of the text, and whether it stands in a figure."""
    if not page.strip():
        return
    for at_border, group in groupby(_pieces(lxml_html.fromstring(page)), _BREAK.__eq__):
        pieces = list(group)
        text = " ".join("".join(piece for piece, _ in pieces).split())
        if text and not at_border:
            yield text, any(silent for _, silent in pieces)


def _pieces(element: Any, figure: bool = False) -> Iterator[_Piece]:
    if not isinstance(element.tag, str) or element.tag in _SILENT:
        return
    border = element.tag not in _INLINE
    figure = figure or element.tag in ("figure", "figcaption")
    if border:
        yield _BREAK
    if element.text:
        yield element.text, figure
    for child in element:
        yield from _pieces(child, figure)
        if child.tail:
            yield child.tail, figure
    if border:
        yield _BREAK
