"""Read XHTML, in which any element may be closed as it is opened."""

import re
from pathlib import Path

from annotate.articles.article import Article
from annotate.articles.readers.html import read_page

_VOID = re.compile(
    "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr", re.IGNORECASE
)
_EMPTY = re.compile(r"""<([A-Za-z][\w:-]*+)((?>[^<>"'/]+|"[^"]*"|'[^']*'|/(?!>))*+)/>""")


def read_xhtml(text: str, path: Path) -> Article:
    """Read the article of a saved page.

    Raises:
        InputError: There is no article text.
    """
    return read_page(as_html(text), path)


def as_html(text: str) -> str:
    """Return XHTML as HTML: a browser takes `<script/>` for the beginning of a script."""
    return _EMPTY.sub(_opened_and_closed, text)


def _opened_and_closed(match: re.Match[str]) -> str:
    name, attributes = match[1], match[2]
    return match[0] if _VOID.fullmatch(name) else f"<{name}{attributes}></{name}>"
