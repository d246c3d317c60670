"""Find the text of an article in the data that a page carries for search engines and its scripts.

Some pages show their text by a script alone, or only its start until the reader has paid.
"""

import json
import re
from collections.abc import Iterator, Set
from itertools import chain, islice
from typing import Any

from annotate.articles.extraction.dom import Element

_BODY = frozenset({"articlebody"})  # the name that search engines ask for
_KEYS = _BODY | {
    *("body", "bodyhtml", "body_html", "content", "contenthtml", "content_html", "html", "text")
}
# <![CDATA[ ... ]]>, also commented out
_WRAPPING = re.compile(
    r"^\s*(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?|(?://|/\*)?\s*\]\]>\s*(?:\*/)?\s*$"
)
_VALUE = re.compile(r"[=(]\s*(?=[\[{])")  # where the value of a statement begins
_STATEMENTS = 50  # of a script: what is no JSON is read up to its first fault
_DECODER = json.JSONDecoder(strict=False)
_STREAM = "__next_f"
_STREAMED = re.compile(rb"(?:^|\n)[0-9a-f]+:T([0-9a-f]{1,6}),")
_LEAST_WORDS = 40
_DEPTH = 40


def scripted_text(root: Element, *, any_key: bool) -> str:
    """Return the longest text of the page's data: plain or HTML; empty if there is none.

    Args:
        root: The page.
        any_key: Whether to read what a site's own scripts call "body", "content" or the like,
            which may also be an advertisement or another article.
    """
    keys = _KEYS if any_key else _BODY
    data = chain(_data(root), _assigned(root) if any_key else ())
    texts = (text for value in data for text in _texts(value, keys))
    longest = max(texts, key=len, default="")
    return longest if len(longest.split()) >= _LEAST_WORDS else ""


def _data(root: Element) -> Iterator[Any]:
    """Yield the data of the scripts that hold JSON: JSON-LD, __NEXT_DATA__, __NUXT_DATA__."""
    for script in root.iter("script"):
        if "json" in script.get("type", "").lower():
            try:
                yield json.loads(_WRAPPING.sub("", script.text or ""), strict=False)
            except (ValueError, RecursionError):
                continue


def _assigned(root: Element) -> Iterator[Any]:
    """Yield the data in the statements of scripts: `window.state = {...}`, `queue.push([...])`."""
    streamed = ""
    for script in root.iter("script"):
        text, at = script.text or "", 0
        for start in islice(_VALUE.finditer(text), _STATEMENTS):
            if start.end() < at:  # within the value before
                continue
            try:
                value, at = _DECODER.raw_decode(text, start.end())
            except (ValueError, RecursionError):
                continue
            yield value
            if _STREAM in text[: start.start()] and isinstance(value, list):
                streamed += "".join(part for part in value if isinstance(part, str))
    yield from ({"html": text} for text in _streamed_texts(streamed))


def _streamed_texts(streamed: str) -> Iterator[str]:
    """Yield the long texts that Next.js streams: `24:T1b7b,` and so many bytes, in hexadecimals."""
    content = streamed.encode()
    for row in _STREAMED.finditer(content):
        size = int(row[1], 16)
        yield content[row.end() : row.end() + size].decode(errors="ignore")


def _texts(data: Any, keys: Set[str], depth: int = 0) -> Iterator[str]:
    """Yield the texts that have one of the keys; those of a list of paragraphs together."""
    if depth > _DEPTH:
        return
    if isinstance(data, dict):
        yield from _named(data, keys)
        for value in data.values():
            yield from _texts(value, keys, depth + 1)
    elif isinstance(data, list):
        yield "\n\n".join(text for item in data for text in _named(item, keys)[:1])
        for value in data:
            yield from _texts(value, keys, depth + 1)


def _named(item: Any, keys: Set[str]) -> list[str]:
    named = item.items() if isinstance(item, dict) else ()
    texts = (value for key, value in named if key.lower() in keys)
    return ["\n\n".join(text) if _is_strings(text) else text for text in texts if _is_text(text)]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or _is_strings(value)


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
