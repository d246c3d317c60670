"""Article files: the one door. A .txt, .html or .jsonl file, or a folder of them, to articles.

What each kind of file looks like stands at its reader. Every file must be UTF-8.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.blocks import (
    Article,
    Block,
    LeftOut,
    check_length,
    split_text,
    with_title_apart,
)
from annotate.core.errors import InputError
from annotate.core.files import read_text
from annotate.core.jsonl import read_rows
from annotate.core.kinds import kind_of
from annotate.core.pages import read_page
from annotate.core.records import Kind, normalise

__all__ = ["Article", "Block", "Found", "LeftOut", "find_files", "read_articles", "read_file"]


@dataclass(frozen=True, slots=True)
class Found:
    """The files of some inputs: those that hold articles, and those that do not."""

    files: tuple[Path, ...]
    others: tuple[Path, ...]


def read_articles(inputs: Sequence[Path]) -> Iterator[Article]:
    """The articles of files and folders, one after the other.

    Raises:
        InputError: Something cannot be read; file and line are named.
    """
    for path in find_files(inputs).files:
        yield from read_file(path)


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
            fit = [file for file in held if _suffix(file) in _READERS]
            if not fit:
                raise InputError(f"{path}: no article files in this folder ({_known()})")
            files += fit
            others += [file for file in held if _suffix(file) not in _READERS]
        elif not path.exists():
            raise InputError(f"{path}: no such file or folder")
        elif _suffix(path) not in _READERS:
            raise InputError(f"{path}: unknown kind of file {path.suffix!r}; known: {_known()}")
        else:
            files.append(path)
    return Found(tuple(files), tuple(others))


def read_file(path: Path) -> Iterator[Article]:
    """The articles of one file.

    Raises:
        InputError: The file is empty, broken, or holds a paragraph of more than 100,000 characters.
    """
    for article in _READERS[_suffix(path)](path):
        for number, block in enumerate(article.blocks, 1):
            check_length(block.text, f"{article.origin}: block {number} ({block.text[:30]!r}...)")
        yield article


def _walk(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(here, name) for name in sorted(names) if not name.startswith("."))


def _unreadable(error: OSError) -> None:
    raise InputError(f"{error.filename}: cannot be read: {error.strerror}") from error


def _suffix(path: Path) -> str:
    return path.suffix.lower()


def _known() -> str:
    return ", ".join(_READERS)


def _read_filled(path: Path) -> str:
    text = read_text(path)
    if not normalise(text):
        raise InputError(f"{path}: the file is empty")
    return text


def _read_txt(path: Path) -> Iterator[Article]:
    """Blank lines part the blocks; a short first line is the title."""
    chunks = split_text(_read_filled(path))
    for chunk in chunks:
        check_length(chunk.text, f"{path}:{chunk.line}")
    blocks = tuple(Block(kind_of(c.text, lines=len(c.lines)), c.text) for c in chunks)
    titled = len(blocks) > 1 and chunks[0].may_be_title and blocks[0].kind in _TITLE_KINDS
    yield Article(
        article_id=normalise(path.stem),
        title=normalise(blocks[0].text) if titled else "",
        source="",
        url="",
        date="",
        blocks=blocks[1:] if titled else blocks,
        origin=str(path),
    )


def _read_html(path: Path) -> Iterator[Article]:
    """A saved page; see `annotate.core.pages`."""
    yield read_page(_read_filled(path), path)


def _read_jsonl(path: Path) -> Iterator[Article]:
    """A record a line: url, id, title, source or outlet, date, and text or paragraphs."""
    number = 0
    for number, row in read_rows(path):
        yield _from_record(row, path, number)
    if not number:
        raise InputError(f"{path}: the file is empty")


def _from_record(row: Mapping[str, Any], path: Path, number: int) -> Article:
    where = f"{path}:{number}"
    texts = {key: _text_of(row, key, where) for key in ("url", "title", "source", "outlet", "date")}
    id_ = normalise(str(row["id"])) if type(row.get("id")) is int else _text_of(row, "id", where)
    blocks, left_out = with_title_apart(texts["title"], tuple(_record_blocks(row, where)))
    if not blocks:
        raise InputError(f"{where}: the record has no text; give it 'text' or 'paragraphs'")
    return Article(
        article_id=texts["url"] or id_ or normalise(f"{path.stem}-{number}"),
        title=texts["title"],
        source=texts["source"] or texts["outlet"],
        url=texts["url"],
        date=texts["date"],
        blocks=blocks,
        left_out=left_out,
        origin=where,
    )


def _text_of(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{where}: {key!r} must be text, not {type(value).__name__}")
    return normalise(value)


def _record_blocks(row: Mapping[str, Any], where: str) -> Iterator[Block]:
    text, paragraphs = row.get("text"), row.get("paragraphs")
    if text is not None and paragraphs is not None:
        raise InputError(f"{where}: 'text' and 'paragraphs' are both there; keep one of them")
    if paragraphs is None:
        yield from _text_blocks(text, where)
    elif isinstance(paragraphs, list):
        yield from filter(None, (_given_block(item, where) for item in paragraphs))
    else:
        raise InputError(f"{where}: 'paragraphs' must be a list")


def _text_blocks(text: object, where: str) -> Iterator[Block]:
    if text is None:
        return
    if not isinstance(text, str):
        raise InputError(f"{where}: 'text' must be text, not {type(text).__name__}")
    for chunk in split_text(text):
        yield Block(kind_of(chunk.text, lines=len(chunk.lines)), chunk.text)


def _given_block(item: object, where: str) -> Block | None:
    given = {"text": item} if isinstance(item, str) else item
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise InputError(f"{where}: each of 'paragraphs' must be text or {{'kind', 'text'}}")
    kind, text = given.get("kind"), given["text"]
    if kind is not None and kind not in list(Kind):
        raise InputError(f"{where}: unknown kind {kind!r}; known: {', '.join(Kind)}")
    if not normalise(text):
        return None
    return Block(Kind(kind) if kind else kind_of(text), text)


_TITLE_KINDS = (Kind.BODY, Kind.HEADING)
_READERS: dict[str, Callable[[Path], Iterator[Article]]] = {
    ".txt": _read_txt,
    ".html": _read_html,
    ".htm": _read_html,
    ".jsonl": _read_jsonl,
}
