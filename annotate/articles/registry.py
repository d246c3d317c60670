"""Read article files and folders of them; FORMATS lists the input formats.

Each reader describes its format. JSON Lines must be UTF-8; the encoding of other text is detected.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from annotate.articles.article import Article, Unread, check_length
from annotate.articles.readers.feed import is_feed_file, read_feed
from annotate.articles.readers.html import read_page
from annotate.articles.readers.markdown import read_markdown
from annotate.articles.readers.plain_text import read_plain_text
from annotate.articles.readers.rows import (
    DEFAULT_FIELDS,
    Fields,
    read_csv,
    read_jsonl,
    read_parquet,
)
from annotate.articles.readers.substack import is_substack_index
from annotate.core.errors import InputError, NoTextError
from annotate.core.io.encodings import read_encoded
from annotate.core.records import normalise


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A format whose files hold one article each: `read` takes the text and the path."""

    read: Callable[[str, Path], Article]


@dataclass(frozen=True, slots=True)
class RowFormat:
    """A format whose files hold many articles and are read bit by bit."""

    read: Callable[[Path, Fields], Iterator[Article | Unread]]


FORMATS: dict[str, TextFormat | RowFormat] = {
    ".txt": TextFormat(read_plain_text),
    ".md": TextFormat(read_markdown),
    ".html": TextFormat(read_page),
    ".htm": TextFormat(read_page),
    ".jsonl": RowFormat(read_jsonl),
    ".csv": RowFormat(read_csv),
    ".parquet": RowFormat(read_parquet),
    ".rss": RowFormat(read_feed),
    ".atom": RowFormat(read_feed),
    ".xml": RowFormat(read_feed),
}


@dataclass(frozen=True, slots=True)
class InputFiles:
    """The files of some inputs: `files` hold articles, `others` do not."""

    files: tuple[Path, ...]
    others: tuple[Path, ...]


def read_articles(inputs: Sequence[Path], fields: Fields = DEFAULT_FIELDS) -> Iterator[Article]:
    """Read the articles of files and folders, one after the other.

    Raises:
        InputError: Something cannot be read; file and line are named.
    """
    for path in find_files(inputs).files:
        yield from read_file(path, fields)


def find_files(inputs: Sequence[Path]) -> InputFiles:
    """Find the article files among `inputs`, and recursively in folders, in sorted order.

    Hidden files and folders are skipped.

    Raises:
        InputError: An input is missing, has an unknown suffix, or is a folder without articles.
    """
    files: list[Path] = []
    others: list[Path] = []
    for path in inputs:
        if path.is_dir():
            articles, rest = _find_in(path)
            files += articles
            others += rest
        elif not path.exists():
            raise InputError(f"{path}: no such file or folder")
        elif _suffix(path) not in FORMATS:
            raise InputError(f"{path}: unknown file type {path.suffix!r}; known: {_suffixes()}")
        elif not os.access(path, os.R_OK):
            raise InputError(f"{path}: cannot be read: Permission denied")
        else:
            files.append(path)
    return InputFiles(tuple(files), tuple(others))


def read_file(path: Path, fields: Fields = DEFAULT_FIELDS) -> Iterator[Article]:
    """Read the articles of one file; `fields` names the columns of its rows, if it has rows.

    Raises:
        InputError: The file is empty, broken, or has a paragraph of more than 100,000 characters.
    """
    for article in scan_file(path, fields):
        if isinstance(article, Unread):
            raise article.error
        yield article


def scan_file(path: Path, fields: Fields = DEFAULT_FIELDS) -> Iterator[Article | Unread]:
    """Yield the articles of one file as `read_file` does, and what cannot be read in its place."""
    format_ = FORMATS[_suffix(path)]
    try:
        if isinstance(format_, RowFormat):
            for article in format_.read(path, fields):
                yield _checked(article)
        else:
            yield _checked(_read_text_file(path, format_))
    except InputError as error:
        yield Unread.of("file", error)


def _checked(article: Article | Unread) -> Article | Unread:
    """Return the article, unless it has a paragraph that nobody can label."""
    if isinstance(article, Article):
        try:
            for number, block in enumerate(article.blocks, 1):
                start = f"{article.origin}: block {number} ({block.text[:30]!r}...)"
                check_length(block.text, start)
        except InputError as error:
            return Unread.of("article", error)
    return article


def holds_rows(path: Path) -> bool:
    """Tell whether the file may hold many articles, and is read bit by bit."""
    return isinstance(FORMATS.get(_suffix(path)), RowFormat)


def _find_in(folder: Path) -> tuple[list[Path], list[Path]]:
    files = list(_walk(folder))
    articles = [file for file in files if _is_article(file)]
    if not articles:
        raise InputError(f"{folder}: no article files in this folder ({_suffixes()})")
    return articles, [file for file in files if not _is_article(file)]


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))


def _is_article(file: Path) -> bool:
    """Tell article files of a folder: a README is none, and not every .xml file is a feed."""
    if (_suffix(file) == ".xml" and not is_feed_file(file)) or is_substack_index(file):
        return False
    return _suffix(file) in FORMATS and file.stem.upper() != "README"


def _unreadable(error: OSError) -> None:
    raise InputError(f"{error.filename}: cannot be read: {error.strerror}") from error


def _suffix(path: Path) -> str:
    return path.suffix.lower()


def _suffixes() -> str:
    return ", ".join(FORMATS)


def _read_text_file(path: Path, format_: TextFormat) -> Article:
    text, encoding = read_encoded(path)
    if not normalise(text):
        raise NoTextError(f"{path}: the file is empty")
    return replace(format_.read(text, path), encoding=encoding)
