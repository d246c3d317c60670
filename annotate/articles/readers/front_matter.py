"""Read front matter: the lines above a Markdown text that say its title, author and date."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from annotate.articles.article import Notice
from annotate.core.errors import InputError
from annotate.core.io.yaml_files import MAX_CHARACTERS, parse_yaml
from annotate.core.records import author_of, normalise

_FRONT = re.compile(
    r"(?P<lead>\s*)(?:---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)|\+\+\+[ \t]*\n(?P<toml>.*?)^\+\+\+)"
    r"[ \t]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_KEY = re.compile(r"([A-Za-z_][\w.-]{0,40})[ \t]*[:=](?:[ \t]+(.*)|)$")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.+)$")
_NAMES = {
    "title": ("title", "headline"),
    "author": ("author", "authors", "byline"),
    "source": ("source", "outlet", "publication"),
    "date": ("date", "published"),
    "url": ("url", "canonical_url", "link"),
    "id": ("id",),
}
BY_LINE = "front matter read line by line"  # the ledger's word


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says under our names, and the text below it."""

    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


def read_front_matter(text: str, path: Path) -> FrontMatter:
    """Take YAML between lines of dashes, or TOML between lines of plus signs, from a text.

    What neither of them can parse, such as a title with a colon, is read line by line.

    Raises:
        InputError: It is too long.
    """
    match = _FRONT.match(text)
    if not match:
        return FrontMatter(text)
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
    if not isinstance(values, dict) or not values or not all(map(_is_name, values)):
        return FrontMatter(text)
    return FrontMatter(text[match.end() :], _ours(values), notices)


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


def _is_name(key: Any) -> bool:
    return bool(re.fullmatch(r"[\w.-]+", str(key)))


def _value(text: str) -> Any:
    listed = re.fullmatch(r"\[(.+)\]\s*", text)
    return [_bare(item) for item in listed[1].split(",")] if listed else _bare(text)


def _bare(value: str) -> str:
    text = value.strip()
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else text


def _ours(values: Mapping[Any, Any]) -> dict[str, str]:
    named = {str(key).casefold(): value for key, value in values.items()}
    texts = {
        ours: next(filter(None, (_text(named.get(name)) for name in names)), "")
        for ours, names in _NAMES.items()
    }
    authors = (author_of(_listed(named.get(name))) for name in _NAMES["author"])
    return texts | {"author": next(filter(None, authors), texts["author"])}


def _listed(value: Any) -> Any:
    """Return names: of people who are written as a name and more, only the name."""
    if isinstance(value, list):
        return [item.get("name", "") if isinstance(item, dict) else item for item in value]
    return value.get("name", "") if isinstance(value, dict) else value


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None or isinstance(value, dict | list) else normalise(str(value))
