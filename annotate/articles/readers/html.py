"""A saved web page as an article. trafilatura finds the text; the page says of which kind it is.

The blocks come from the page itself, so each is accounted for: it is in the article, or it is left
out as page furniture.
"""

import logging
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.articles.article import Article, Block, LeftOut
from annotate.articles.extraction.dom import Element, PageBlock, page_blocks, parse
from annotate.articles.extraction.main_text import choose, kind_on_page
from annotate.articles.web.urls import saved_from
from annotate.core.errors import InputError
from annotate.core.records import normalise

FURNITURE = "page furniture"
_LONG = 40  # characters; shorter texts may stand in a paragraph by chance
# htmldate reads the clock unless told, and guesses when searching extensively.
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
_QUIET = logging.NullHandler()


@dataclass(frozen=True, slots=True)
class _Extract:
    """What trafilatura makes of a page: metadata, and its text without white space."""

    title: str = ""
    sitename: str = ""
    author: str = ""
    date: str = ""
    parts: frozenset[str] = frozenset()
    whole: str = ""


def read_page(text: str, path: Path) -> Article:
    """The article of a saved page.

    Raises:
        InputError: No article text is found.
    """
    root = parse(text, path)
    if root is None:
        raise _no_text(path)
    extract = _extract(root)
    blocks = tuple(page_blocks(root))
    source = normalise(_meta(root, "og:site_name") or extract.sitename)
    given = _meta(root, "og:title") or normalise(root.findtext(".//title") or "")
    title = _heading(blocks, given, source) or _meta(root, "og:title") or extract.title
    extracted = {i for i, block in enumerate(blocks) if _is_extracted(block, extract)}
    chosen = choose(blocks, extracted, title)
    url = _url(root) or saved_from(text)
    article = Article(
        article_id=url or normalise(path.stem),
        title=title,
        source=source,
        url=url,
        date=extract.date,
        blocks=tuple(Block(kind_on_page(blocks[i]), blocks[i].text) for i in sorted(chosen)),
        left_out=tuple(_left_out(blocks, chosen, title)),
        origin=str(path),
        author=extract.author,
    )
    if not article.blocks:
        raise _no_text(path)
    return article


def _no_text(path: Path) -> InputError:
    return InputError(
        f"{path}: no article text found in this page; save the page as your browser shows it, "
        "or its text as .txt"
    )


def _extract(root: Element) -> _Extract:
    import trafilatura

    logging.getLogger("trafilatura").addHandler(_QUIET)  # a page without text is our error to tell
    found: Any = trafilatura.bare_extraction(
        root, include_comments=False, with_metadata=True, date_extraction_params=_DATES
    )
    if found is None:
        return _Extract()
    parts = [_squeeze("".join(element.itertext())) for element in found.body.iter()]
    return _Extract(
        title=normalise(found.title or ""),
        sitename=found.sitename or "",
        author=normalise(found.author or ""),
        date=normalise(found.date or ""),
        parts=frozenset(parts),
        whole=parts[0],
    )


def _squeeze(text: str) -> str:
    return normalise(text).replace(" ", "")


def _meta(root: Element, name: str) -> str:
    found = root.xpath(f"//meta[@property='{name}' or @name='{name}']/@content")
    return normalise(found[0]) if found else ""


def _url(root: Element) -> str:
    links = [*root.xpath("//link[@rel='canonical']/@href"), _meta(root, "og:url")]
    web = (normalise(link) for link in links)
    return next((link for link in web if re.match(r"https?://[^/\s]+\S*$", link)), "")


def _heading(blocks: Sequence[PageBlock], title: str, source: str) -> str:
    """The h1 that agrees with the title in the page's head, which often has the outlet added."""
    heads = [normalise(block.text) for block in blocks if block.element.tag == "h1"]
    agreeing = [head for head in heads if head != source and _share_words(head, title)]
    return max(agreeing, key=len, default="")


def _share_words(one: str, other: str) -> bool:
    """Whether one of the two has all the words of the other in a row."""
    one, other = f" {one} ", f" {other} "
    return bool(one.strip() and other.strip()) and (one in other or other in one)


def _is_extracted(block: PageBlock, extract: _Extract) -> bool:
    words = _squeeze(block.text)
    return words in extract.parts or (len(words) >= _LONG and words in extract.whole)


def _left_out(blocks: Sequence[PageBlock], chosen: Set[int], title: str) -> Iterator[LeftOut]:
    """A row for each block that is not the article's; the title itself needs none."""
    headed = False
    for i, block in enumerate(blocks):
        if not headed and normalise(block.text) == title:
            headed = True
        elif i not in chosen:
            yield LeftOut(kind_on_page(block), FURNITURE, block.text)
