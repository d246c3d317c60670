"""Read front matter: the lines above a text that say its title, author and date."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from annotate.articles.article import LeftOut, Notice
from annotate.articles.web.urls import is_web_address
from annotate.core.errors import InputError
from annotate.core.io.yaml_files import MAX_CHARACTERS, parse_yaml
from annotate.core.records import BlockType, author_of, normalise

_FRONT = re.compile(
    r"(?P<lead>\s*)(?:---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)|\+\+\+[ \t]*\n(?P<toml>.*?)^\+\+\+)"
    r"[ \t]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_PANDOC = re.compile(r"%[ \t]*(.*)\n%[ \t]*(.*)\n(?:%[ \t]*(.*)\n)?")
# Of a note, or of reStructuredText, above what its program knows of it.
_TITLE = re.compile(r"\s*+(?:#[ \t]+.*\n|(?:=+\n)?.*\n=+\n)\s*?\n")
_KEY = re.compile(r"([A-Za-z_][\w.-]{0,40})[ \t]*[:=](?:[ \t]+(.*)|)$")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.+)$")
# Org mode begins its lines with #+, reStructuredText with a colon.
_LINE = re.compile(r"(?:#\+|:)?([A-Za-z][\w/() -]{0,30}?)[ \t]*:(?:[ \t]+(.*)|)$")
_END = re.compile(r"[ \t]*(?:-{3,}[ \t]*)?$")  # of a header
_TEXT_KEYS = frozenset({"text", "body", "content", "full text", "article"})
_MOST_LINES = 40
_NAMES = {
    "title": ("title", "headline"),
    "author": ("author", "authors", "byline"),
    "source": ("source", "outlet", "publication", "newspaper", "publisher"),
    "date": ("date", "published", "publication date", "created"),
    "url": ("url", "canonical_url", "link"),
    "id": ("id",),
}
_NAMED = {name for names in _NAMES.values() for name in names}
_KNOWN = _NAMED | {
    *("category", "description", "edition", "keywords", "language", "length", "modified", "page"),
    *("section", "slug", "status", "subtitle", "summary", "tags", "type", "updated", "words"),
}
_TABLES = ("extra", "params", "taxonomies")  # in which generators keep a site's own keys
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]{0,200}\|)?([^\[\]|]{0,200})\]\]")
BY_LINE = "front matter read line by line"  # the ledger's word
HEADER = "header"  # the ledger's word for lines such as "Author: Ann Weir"


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says under our names, and the text below it.

    Attributes:
        text: With an empty line in place of each line of the front matter, so that line numbers
            are the file's.
        values: By our names; empty texts for what it does not say.
        notices: What could not be parsed.
        left_out: Lines that are no front matter in any format, only a header.
    """

    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def read_front_matter(text: str, path: Path) -> FrontMatter:
    """Take YAML between lines of dashes, TOML between plus signs, JSON, or a header from a text.

    What cannot be parsed, such as a title with a colon, is read line by line. A header is lines
    such as "Title: The pier" above the first blank line or line of dashes, or pandoc's lines with a
    percent sign.

    Raises:
        InputError: It is too long.
    """
    match = _FRONT.match(text)
    if not match:
        return _json(text) or _pandoc(text) or _header(text) or FrontMatter(text)
    notices: tuple[Notice, ...] = ()
    head = match["yaml"] if match["toml"] is None else match["toml"]
    if len(head) > MAX_CHARACTERS:
        parse_yaml(head, path)
    numbered = "\n" * (match["lead"].count("\n") + 1) + head  # as the lines of the file are
    try:
        values = _toml(numbered, path) if match["yaml"] is None else parse_yaml(numbered, path)
    except InputError as error:
        values = _by_line(head)
        notices = (Notice(BY_LINE, str(error)),)
    if not isinstance(values, dict) or not _are_names(values):
        return FrontMatter(text)
    return FrontMatter(_below(text, match.end()), _ours(values), notices)


def _below(text: str, end: int) -> str:
    return "\n" * text.count("\n", 0, end) + text[end:]


def _json(text: str) -> FrontMatter | None:
    start = len(text) - len(text.lstrip())
    if not text.startswith("{", start) or len(text) > MAX_CHARACTERS:
        return None
    try:
        values, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    if not values or not normalise(text[end:]):
        return None
    return FrontMatter(_below(text, end), _ours(values))


def _pandoc(text: str) -> FrontMatter | None:
    match = _PANDOC.match(text)
    if not match:
        return None
    title, author, day = (value or "" for value in match.groups())
    return FrontMatter(
        _below(text, match.end()), _ours({"title": title, "author": author, "date": day})
    )


def _header(text: str) -> FrontMatter | None:
    """Read lines of names and values at the start of a text, or below the title of a note.

    Only where the title is named, or two others that are usual: who speaks has a colon, too.
    """
    title = _TITLE.match(text)
    start = title.end() if title else 0
    values: dict[str, str] = {}
    end = start
    lines: list[str] = []
    for line in _lines(text, start):
        if _END.match(line):
            end += len(line)
            if values:
                break
            continue
        pair = _LINE.match(line.rstrip("\r\n"))
        name = pair[1].casefold() if pair else ""
        if name in _TEXT_KEYS and values:
            end += len(line) - len((pair and pair[2]) or "") - 1
            break
        if not pair or len(lines) == _MOST_LINES:
            return None
        values.setdefault(name, (pair[2] or "").strip())
        lines.append(normalise(line))
        end += len(line)
    titled = not values.keys().isdisjoint(_NAMES["title"])
    if not (titled or (values.keys() & _NAMED and len(values.keys() & _KNOWN) > 1)):
        return None
    left_out = LeftOut(BlockType.HEADING, HEADER, "; ".join(lines))
    below = text[:start] + "\n" * text.count("\n", start, end) + text[end:]
    return FrontMatter(below, _ours(values), left_out=(left_out,))


def _lines(text: str, start: int) -> Iterator[str]:
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _toml(text: str, path: Path) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not TOML: {error}") from error


def _by_line(head: str) -> dict[str, Any]:
    """Return the keys of lines such as `title: The pier: a farewell`; none of ordinary text."""
    values: dict[str, Any] = {}
    key = ""
    strange = 0
    for line in head.splitlines():
        pair, item = _KEY.match(line), _ITEM.match(line)
        if pair:
            key = pair[1].casefold()
            values[key] = _value(pair[2] or "")
        elif item and key:
            values[key] = [*(values[key] if isinstance(values[key], list) else []), _bare(item[1])]
        else:
            strange += bool(line.strip()) and not line[0].isspace()
    return {} if 2 * strange > len(values) else values


def _are_names(keys: Mapping[Any, Any]) -> bool:
    """Tell the keys of front matter from words before a colon; notes may have blanks in theirs."""
    names = [str(key).casefold() for key in keys]
    form = r"[\w. -]+" if _KNOWN.intersection(names) else r"[\w.-]+"
    return bool(names) and all(re.fullmatch(form, name) for name in names)


def _value(text: str) -> Any:
    listed = re.fullmatch(r"\[(.+)\]\s*", text)
    return [_bare(item) for item in listed[1].split(",")] if listed else _bare(text)


def _bare(value: str) -> str:
    text = value.strip()
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else text


def _ours(values: Mapping[Any, Any]) -> dict[str, str]:
    parts = [
        {str(key).casefold(): value for key, value in part.items()}
        for part in (values, *(values.get(table) for table in _TABLES))
        if isinstance(part, Mapping)
    ]
    texts = {ours: next(filter(None, map(_text, _given(parts, ours))), "") for ours in _NAMES}
    if not texts["url"] and is_web_address(texts["source"]):
        texts |= {"url": texts["source"], "source": ""}
    authors = (author_of(_listed(value)) for value in _given(parts, "author"))
    author = next(filter(None, authors), texts["author"])
    return texts | {"author": _WIKI_LINK.sub(r"\1", author)}


def _given(parts: Sequence[Mapping[str, Any]], ours: str) -> Iterator[Any]:
    return (part[name] for part in parts for name in _NAMES[ours] if name in part)


def _listed(value: Any) -> Any:
    """Return names: of people who are written as a name and more, only the name."""
    if isinstance(value, list):
        return [item.get("name", "") if isinstance(item, dict) else item for item in value]
    return value.get("name", "") if isinstance(value, dict) else value


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None or isinstance(value, dict | list) else normalise(str(value))
