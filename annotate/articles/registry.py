"""Article files: the one door. Files of the kinds below, or folders of them, to articles.

What each kind of file looks like stands at its reader. JSON Lines must be UTF-8; of other files of
text the encoding is found out.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from annotate.articles.article import Article, Block, LeftOut, check_length
from annotate.articles.extraction.block_types import kind_of
from annotate.articles.readers.feed import is_feed_file, read_feed
from annotate.articles.readers.html import read_page
from annotate.articles.readers.markdown import read_markdown
from annotate.articles.readers.plain_text import split_text
from annotate.articles.readers.rows import (
    DEFAULT_FIELDS,
    Fields,
    read_csv,
    read_jsonl,
    read_parquet,
)
from annotate.core.errors import InputError
from annotate.core.io.encodings import read_encoded
from annotate.core.records import BlockType, normalise

__all__ = [
    "Article",
    "Block",
    "Found",
    "LeftOut",
    "find_files",
    "holds_rows",
    "read_articles",
    "read_file",
]


@dataclass(frozen=True, slots=True)
class Found:
    """The files of some inputs: those that hold articles, and those that do not."""

    files: tuple[Path, ...]
    others: tuple[Path, ...]


def read_articles(inputs: Sequence[Path], fields: Fields = DEFAULT_FIELDS) -> Iterator[Article]:
    """The articles of files and folders, one after the other.

    Raises:
        InputError: Something cannot be read; file and line are named.
    """
    for path in find_files(inputs).files:
        yield from read_file(path, fields)


def find_files(inputs: Sequence[Path]) -> Found:
    """The article files among `inputs`; folders are searched in full, in sorted order.

    Hidden files and folders are passed over.

    Raises:
        InputError: An input is missing, has an unknown suffix, or is a folder without articles.
    """
    files: list[Path] = []
    others: list[Path] = []
    for path in inputs:
        if path.is_dir():
            held = list(_walk(path))
            fit = [file for file in held if _is_article(file)]
            if not fit:
                raise InputError(f"{path}: no article files in this folder ({_known()})")
            files += fit
            others += [file for file in held if not _is_article(file)]
        elif not path.exists():
            raise InputError(f"{path}: no such file or folder")
        elif _suffix(path) not in _SUFFIXES:
            raise InputError(f"{path}: unknown kind of file {path.suffix!r}; known: {_known()}")
        else:
            files.append(path)
    return Found(tuple(files), tuple(others))


def read_file(path: Path, fields: Fields = DEFAULT_FIELDS) -> Iterator[Article]:
    """The articles of one file; `fields` says what its rows call their parts, if it has rows.

    Raises:
        InputError: The file is empty, broken, or holds a paragraph of more than 100,000 characters.
    """
    for article in _read(path, fields):
        for number, block in enumerate(article.blocks, 1):
            check_length(block.text, f"{article.origin}: block {number} ({block.text[:30]!r}...)")
        yield article


def _read(path: Path, fields: Fields) -> Iterator[Article]:
    read_rows_of = _ROW_READERS.get(_suffix(path))
    return read_rows_of(path, fields) if read_rows_of else _read_text_file(path)


def holds_rows(path: Path) -> bool:
    """Whether the file may hold many articles, and is read bit by bit."""
    return _suffix(path) in _ROW_READERS


def _walk(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(here, name) for name in sorted(names) if not name.startswith("."))


def _is_article(file: Path) -> bool:
    """In a folder; what is named README tells of the others, and much else than feeds is .xml."""
    if _suffix(file) == ".xml" and not is_feed_file(file):
        return False
    return _suffix(file) in _SUFFIXES and file.stem.upper() != "README"


def _unreadable(error: OSError) -> None:
    raise InputError(f"{error.filename}: cannot be read: {error.strerror}") from error


def _suffix(path: Path) -> str:
    return path.suffix.lower()


def _known() -> str:
    return ", ".join(_SUFFIXES)


def _read_text_file(path: Path) -> Iterator[Article]:
    text, encoding = read_encoded(path)
    if not normalise(text):
        raise InputError(f"{path}: the file is empty")
    yield replace(_READERS[_suffix(path)](text, path), encoding=encoding)


def _read_txt(text: str, path: Path) -> Article:
    """Blank lines part the blocks; a short first line is the title."""
    chunks = split_text(text)
    for chunk in chunks:
        check_length(chunk.text, f"{path}:{chunk.line}")
    blocks = tuple(Block(kind_of(c.text, lines=len(c.lines)), c.text) for c in chunks)
    titled = len(blocks) > 1 and chunks[0].may_be_title and blocks[0].kind in _TITLE_KINDS
    return Article(
        article_id=normalise(path.stem),
        title=normalise(blocks[0].text) if titled else "",
        source="",
        url="",
        date="",
        blocks=blocks[1:] if titled else blocks,
        origin=str(path),
    )


_TITLE_KINDS = (BlockType.BODY, BlockType.HEADING)
_READERS: dict[str, Callable[[str, Path], Article]] = {
    ".txt": _read_txt,
    ".md": read_markdown,
    ".html": read_page,
    ".htm": read_page,
}


def _read_feed(path: Path, fields: Fields) -> Iterator[Article]:
    """An article for each entry; see `annotate.articles.readers.feed`."""
    return read_feed(path)


_ROW_READERS: dict[str, Callable[[Path, Fields], Iterator[Article]]] = {
    ".jsonl": read_jsonl,
    ".csv": read_csv,
    ".parquet": read_parquet,
    ".rss": _read_feed,
    ".atom": _read_feed,
    ".xml": _read_feed,
}
_SUFFIXES = (*_READERS, *_ROW_READERS)
