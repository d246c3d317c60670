"""Find the articles of rows in the dataset that an import writes over.

The splits of a dataset go by its articles. But an article without an id is named after its file,
and one with rows in several splits is parted, so that another file, or another split of a row,
would make a new article of a paragraph that has a place: the test set would not stay.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from annotate.core.dataset_folder import SPLITS, open_dataset
from annotate.core.records import DatasetRow

_PART = re.compile(rf" \(({'|'.join(SPLITS)})\)$")
_Key = tuple[str, str]  # article and text


def part_of(article: str, split: str) -> str:
    """Return the id of the part of an article that is in one of several splits."""
    return f"{article} ({split})"


def article_without_id(name: str, text: str) -> str:
    """Return the id of an article that has none; `name` is a prefix."""
    return f"{name}-{sha256(text.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class EarlierArticles:
    """The articles that a dataset has.

    Attributes:
        ids: Of all of them.
        of_paragraph: Article as rows name it, and text -> split -> article.
    """

    ids: Collection[str] = frozenset()
    of_paragraph: Mapping[_Key, Mapping[str, str]] = field(default_factory=dict)

    def find(self, key: _Key, split: str) -> tuple[str, str] | None:
        """Return the article in which a paragraph stands, and its split; None if it is new.

        Args:
            key: Article and text of a row.
            split: What it says; decides where a paragraph stands in several.
        """
        parts = self.of_paragraph.get(_unnamed(key)) or {}
        at = split if split in parts else next((s for s in SPLITS if s in parts), None)
        return (parts[at], at) if at else None


def earlier_articles(output: Path) -> EarlierArticles:
    """Read the articles of the dataset `output`; none if it is to be written.

    Raises:
        InputError: It cannot be read.
    """
    if not (output.is_symlink() and output.exists()):
        return EarlierArticles()
    return articles_of(open_dataset(output).answered())


def articles_of(rows: Iterable[DatasetRow]) -> EarlierArticles:
    """Return the articles of a dataset's rows."""
    ids = set[str]()
    of_paragraph: dict[_Key, dict[str, str]] = defaultdict(dict)
    for row in rows:
        article, text = row.paragraph.article_id, row.paragraph.text
        ids.add(article)
        for name in {article, _PART.sub("", article)}:
            of_paragraph[_unnamed((name, text))].setdefault(row.split, article)
    return EarlierArticles(ids, of_paragraph)


def _unnamed(key: _Key) -> _Key:
    """Return the key without the name of a file, for an article that has no id."""
    article, text = key
    return ("" if article.endswith(article_without_id("", text)) else article, text)
