"""The texts that labels are of, where a tool's file does not hold them: what --texts names."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.encodings import read_encoded
from annotate.core.io.jsonl import read_rows
from annotate.core.records import normalise

_KEYS = (
    *("text", "article_id", "position", "kind", "title", "author", "source", "url", "date"),
    *("previous", "next", "cluster"),
)


@dataclass(frozen=True, slots=True)
class Texts:
    """Articles and paragraphs.

    Attributes:
        articles: Name of the file without suffix -> its text.
        paragraphs: Text, normalised -> the rows of paragraphs.jsonl that have it.
        ids: Id -> row of paragraphs.jsonl.
    """

    articles: Mapping[str, str] = field(default_factory=dict)
    paragraphs: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    ids: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    def article(self, number: str) -> tuple[str, str] | None:
        """Return name and text of the article whose file name is, or ends in, this id."""
        if number in self.articles:
            return number, self.articles[number]
        ending = re.compile(rf"(^|\D){re.escape(number)}$")
        names = [name for name in self.articles if ending.search(name)]
        return (names[0], self.articles[names[0]]) if len(names) == 1 else None

    def complete(self, values: Mapping[str, Any], id_: Any = None) -> dict[str, Any]:
        """Return the values with what paragraphs.jsonl knows of the same paragraph.

        Args:
            values: By our names.
            id_: Of the row in the file of labels; the paragraph's if there is no text.
        """
        if "text" not in values:
            return {**_kept(self.ids.get(str(id_), {})), **values}
        rows = self.paragraphs.get(normalise(str(values["text"])), [])
        alone = len(rows) == 1 and "article_id" not in values
        return {**values, **_kept(rows[0]), "text": values["text"]} if alone else dict(values)


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in _KEYS if row.get(key) not in (None, "")}


def read_texts(path: Path | None) -> Texts:
    """Read a folder of .txt files, one such file, or a paragraphs.jsonl.

    Raises:
        InputError: It is none of these.
    """
    if path is None:
        return Texts()
    if path.suffix.lower() == ".jsonl":
        return _paragraphs(path)
    files = sorted(path.rglob("*.txt")) if path.is_dir() else [path]
    if not files:
        raise InputError(f"{path}: no .txt files; --texts names the folder of the articles")
    return Texts({file.stem: read_encoded(file)[0] for file in files})


def _paragraphs(path: Path) -> Texts:
    by_text: dict[str, list[dict[str, Any]]] = defaultdict(list)
    by_id = {}
    for line, row in read_rows(path):
        if not isinstance(row.get("text"), str):
            raise InputError(f"{path}:{line}: a paragraph needs 'text'; write it with 'prepare'")
        by_text[normalise(row["text"])].append(row)
        by_id[str(row.get("id", ""))] = row
    return Texts(paragraphs=by_text, ids=by_id)
