"""Keep the splits that rows come with, such as the official ones of a corpus."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from annotate.core.dataset_folder import SPLITS
from annotate.core.errors import InputError
from annotate.core.records import normalise
from annotate.imports.convert import article_of, text_of
from annotate.imports.earlier_articles import EarlierArticles, part_of
from annotate.imports.label_rows import LabelRow

_WORDS = {
    "train": ("train", "training"),
    "validation": ("validation", "valid", "val", "development", "devel", "dev"),
    "test": ("test", "testing"),
}
_SPLIT_OF = {word: split for split, words in _WORDS.items() for word in words}
_Key = tuple[str, str]  # article and text
_NONE = EarlierArticles()
_NO_LETTERS = re.compile(r"[\W\d_]+")


def split_named(word: str) -> str | None:
    """Return the split that a word means; None for another word."""
    letters = _NO_LETTERS.sub("", word.casefold())  # "dev-set", "test_1"
    return _SPLIT_OF.get(letters.removesuffix("set").removesuffix("split"))


@dataclass(frozen=True, slots=True)
class SplitRows:
    """Rows whose articles stand in one split each.

    Attributes:
        rows: All of them; those whose split is no split are set aside.
        given: Article id -> split; empty if no row has a split. Of an article of the dataset that
            has rows with other splits, one of those.
        parted: Number of articles with rows in several splits.
    """

    rows: Sequence[LabelRow]
    given: Mapping[str, str] = field(default_factory=dict)
    parted: int = 0


def split_rows(rows: Sequence[LabelRow], name: str, earlier: EarlierArticles = _NONE) -> SplitRows:
    """Find the split of each row, and part articles that have rows in several.

    The parts of an article become articles of their own, named after article and split, because the
    splits that were given are kept as they are. A row without a split goes where other rows of its
    paragraph are, else where its article is; without either it goes to train, so that validation
    and test hold what was given alone. What the dataset has already stays in its article.

    Args:
        rows: The answers.
        name: Prefix for the ids of articles that have none.
        earlier: What the dataset has.
    """
    checked = [_checked(row) for row in rows]
    keys = [_key(row, name) for row in checked]
    splits = _Splits()
    for row, key in zip(checked, keys, strict=True):
        if key and "split" in row.values:
            splits.add(key, row.values["split"])
    given: dict[str, str] = {}
    parts: dict[str, set[str]] = defaultdict(set)
    placed = []
    for row, key in zip(checked, keys, strict=True):
        if key:
            article, split, now = _place(row, key, splits, earlier)
            if split and (now != split or article not in given):
                given[article] = split
            parts[key[0]].add(article)
            row = replace(row, values={**row.values, "article_id": article})
        placed.append(row)
    return SplitRows(placed, given, sum(len(articles) > 1 for articles in parts.values()))


def _place(
    row: LabelRow, key: _Key, splits: "_Splits", earlier: EarlierArticles
) -> tuple[str, str, str]:
    """Return a row's article, its split, and the one where the dataset has the paragraph."""
    split = row.values.get("split") or splits.of(key)
    if known := earlier.find(key, split):
        return known[0], split, known[1]
    article = key[0] if key[0] in earlier.ids else splits.part(key[0], split)
    return article, split, ""


@dataclass(frozen=True, slots=True)
class _Splits:
    """The splits that were given.

    Attributes:
        of_paragraph: Article and text -> the first split of such a row.
        of_article: Article -> all splits of its rows, in order.
    """

    of_paragraph: dict[_Key, str] = field(default_factory=dict)
    of_article: dict[str, list[str]] = field(default_factory=dict)

    def add(self, key: _Key, split: str) -> None:
        self.of_paragraph.setdefault(key, split)
        splits = self.of_article.setdefault(key[0], [])
        if split not in splits:
            splits.append(split)

    def of(self, key: _Key) -> str:
        """Return where a row without a split goes; empty if no row has one."""
        if not self.of_paragraph:
            return ""
        splits = self.of_article.get(key[0], [])
        return self.of_paragraph.get(key) or (splits[0] if len(splits) == 1 else SPLITS[0])

    def part(self, article: str, split: str) -> str:
        """Return the name of the part of an article that is in this split."""
        parted = len(self.of_article.get(article, ())) > 1
        return part_of(article, split) if parted else article


def _checked(row: LabelRow) -> LabelRow:
    """Return the row with the name of its split; set aside if it is none."""
    if row.problem or "split" not in row.values:
        return row
    word = str(row.values["split"])
    split = split_named(word)
    if split is None:
        known = ", ".join(SPLITS)
        return row.aside(f"unknown split {word!r}: use {known}, or another usual word for these")
    return replace(row, values={**row.values, "split": split})


def _key(row: LabelRow, name: str) -> _Key | None:
    """Return the article and the text; None for a row that cannot be used."""
    if row.problem:
        return None
    try:
        return article_of(row.values, name), normalise(text_of(row.values, "text"))
    except InputError:
        return None  # whoever makes a paragraph of it says why
