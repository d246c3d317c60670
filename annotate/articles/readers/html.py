"""Read saved web pages, of which trafilatura finds the text.

The blocks come from the page itself, so each is accounted for: it is either part of the article or
left out as boilerplate.
"""

import logging
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotate.articles.article import Article, LeftOut, with_title_apart
from annotate.articles.extraction.article_blocks import article_blocks
from annotate.articles.extraction.dom import Element, PageBlock, page_blocks, parse, shown_source
from annotate.articles.extraction.main_text import block_type_on_page, choose
from annotate.articles.readers.body_html import BOILERPLATE, read_text_or_html
from annotate.articles.readers.scripted import scripted_text
from annotate.articles.readers.substack import with_substack_title
from annotate.articles.web.urls import original_address, saved_from
from annotate.core.errors import NoTextError
from annotate.core.records import normalise

_LONG = 40  # characters; shorter texts may be in a paragraph by chance
# By default htmldate reads the clock, and its extensive search guesses.
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
_BETWEEN_PARTS = re.compile(r"\s+[-–—|·]\s+")  # of a page's title, of which one is the outlet
_DASHED = re.compile(r"\s[-–—]\s")
# What trafilatura takes from a byline with the names: "Mara Voss Jan 9", "Mara Voss View profile".
_NEVER_NAMES = r"(?:January|February|July|September|October|November|December|\w+day)"
_MONTH = r"(?:March|April|May|June|August|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
_DAY = rf"(?:{_NEVER_NAMES}\b.*|{_MONTH}\W+\d.*|\d+ ?(?:min|hour|day|week|month|year)\w*\b.*)"
_BESIDE_NAME = (
    r"(?:[·•|].*|(?:https?|www|updated|published|see full|more stories|link copied)\b.*|"
    r"view (?:all|author|full|more|my|profile)\b.*|follow(?: (?:@|on|me|us|this)\b.*)?)"
)
_NAME = re.compile(
    rf"(?:(?:posted |written )?by )?(?:(\S+ \S.*?) +{_DAY}|(.+?) +{_BESIDE_NAME}|(.*))",
    re.IGNORECASE,
)
_NO_NAME = re.compile(rf"{_BESIDE_NAME}|(?:by|more|{_DAY}|{_MONTH})?[\W\d]*", re.IGNORECASE)
_QUIET = logging.NullHandler()


@dataclass(frozen=True, slots=True)
class _Extract:
    """What trafilatura extracts: metadata, and the text without white space."""

    title: str = ""
    sitename: str = ""
    author: str = ""
    date: str = ""
    parts: frozenset[str] = frozenset()
    whole: str = ""


def read_page(text: str, path: Path) -> Article:
    """Read the article of a saved page.

    Raises:
        InputError: There is no article text.
    """
    root = parse(text)
    source_code = shown_source(root)
    if source_code:
        return read_page(source_code, path)
    extract = _extract(root)
    blocks = tuple(page_blocks(root))
    source = normalise(_meta(root, "og:site_name") or extract.sitename)
    page_title = _meta(root, "og:title") or normalise(root.findtext(".//title") or "")
    title = (
        _heading(blocks, page_title, source)
        or _without_outlet(_meta(root, "og:title"), blocks, source)
        or (extract.title if _share_words(extract.title, page_title) else "")
        or _without_outlet(page_title, blocks, source)
        or extract.title
    )
    extracted = frozenset(i for i, b in enumerate(blocks) if _is_extracted(b, extract))
    summary = _meta(root, "og:description") or _meta(root, "description")
    choice = choose(blocks, extracted, title, summary)
    chosen = choice.numbers
    url = original_address(_url(root) or saved_from(text))
    article = Article(
        article_id=url or normalise(path.stem),
        title=title,
        source=source,
        url=url,
        date=extract.date,
        blocks=article_blocks(
            (replace(blocks[i], standfirst=i in choice.standfirst) for i in sorted(chosen)),
            extract.author,
        ),
        left_out=tuple(_left_out(blocks, chosen, title)),
        origin=str(path),
        author=extract.author,
    )
    article = _with_scripted_text(article, blocks, root)
    if not article.blocks:
        raise _no_text(path)
    return with_substack_title(article, path)


def _with_scripted_text(article: Article, blocks: Sequence[PageBlock], root: Element) -> Article:
    """Return the article with the text of the page's data, if the page shows less than half."""
    scripted = scripted_text(root, any_key=not article.blocks)
    parts, boilerplate = read_text_or_html(scripted)
    shown, whole = (sum(len(block.text.split()) for block in b) for b in (article.blocks, parts))
    if whole <= 2 * shown:
        return article
    left_out = (*_left_out(blocks, frozenset(), article.title), *boilerplate)
    parts, repeated = with_title_apart(article.title, parts)
    return replace(article, blocks=parts, left_out=(*repeated, *left_out))


def _no_text(path: Path) -> NoTextError:
    return NoTextError(
        f"{path}: no article text found in this page; save the page as your browser shows it, "
        "or its text as .txt"
    )


def _extract(root: Element) -> _Extract:
    import trafilatura

    logging.getLogger("trafilatura").addHandler(_QUIET)  # we report pages without text ourselves
    document: Any = trafilatura.bare_extraction(
        root, include_comments=False, with_metadata=True, date_extraction_params=_DATES
    )
    if document is None:
        return _Extract()
    parts = [_squeeze("".join(element.itertext())) for element in document.body.iter()]
    return _Extract(
        title=normalise(document.title or ""),
        sitename=document.sitename or "",
        author=_names(normalise(document.author or "")),
        date=normalise(document.date or ""),
        parts=frozenset(parts),
        whole=parts[0],
    )


def _names(author: str) -> str:
    """Return the author's names without what stands beside them in the byline: a date, a link."""
    parts = (part.strip() for part in author.split(";"))
    bylines = (_NAME.fullmatch(part) for part in parts if not _NO_NAME.fullmatch(part))
    return "; ".join(name[name.lastindex or 0] for name in bylines if name)


def _squeeze(text: str) -> str:
    return normalise(text).replace(" ", "")


def _meta(root: Element, name: str) -> str:
    values = root.xpath(f"//meta[@property='{name}' or @name='{name}']/@content")
    return normalise(values[0]) if values else ""


def _url(root: Element) -> str:
    links = [*root.xpath("//link[@rel='canonical']/@href"), _meta(root, "og:url")]
    web = (normalise(link) for link in links)
    return next((link for link in web if re.match(r"https?://[^/\s]+\S*$", link)), "")


def _heading(blocks: Sequence[PageBlock], title: str, source: str) -> str:
    """Return the h1 that agrees with the title in the page's head, which often names the outlet."""
    heads = [normalise(block.text) for block in blocks if block.element.tag == "h1"]
    agreeing = [head for head in heads if head != source and _share_words(head, title)]
    return max(agreeing, key=len, default="")


def _without_outlet(title: str, blocks: Sequence[PageBlock], source: str) -> str:
    """Return the title without the outlet's name, which the page shows elsewhere.

    The headline is the longest part: if the page shows it, or shows all others, which then stand
    behind it or are divided from it by a bar. A dash may also be one of the headline.
    """
    parts = [part for part in _BETWEEN_PARTS.split(title) if part.casefold() != source.casefold()]
    if len(parts) < 2:
        return parts[0] if parts else title
    shown = {normalise(block.text) for block in blocks}
    longest = max(parts, key=len)
    first = parts[0] == longest or not _DASHED.search(title)
    others = all(part in shown for part in parts if part != longest)
    return longest if longest in shown or (first and others) else title


def _share_words(text: str, other: str) -> bool:
    """Tell whether one of the two has all the words of the other in a row."""
    text, other = f" {text} ", f" {other} "
    return bool(text.strip() and other.strip()) and (text in other or other in text)


def _is_extracted(block: PageBlock, extract: _Extract) -> bool:
    words = _squeeze(block.text)
    return words in extract.parts or (len(words) >= _LONG and words in extract.whole)


def _left_out(blocks: Sequence[PageBlock], chosen: Set[int], title: str) -> Iterator[LeftOut]:
    """Yield each block that is not the article's, except for the title itself."""
    headed = False
    for i, block in enumerate(blocks):
        if not headed and normalise(block.text) == title:
            headed = True
        elif i not in chosen:
            yield LeftOut(block_type_on_page(block), BOILERPLATE, block.text)
