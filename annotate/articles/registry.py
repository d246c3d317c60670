"""Read article files and folders of them; FORMATS lists the input formats.

Each reader describes its format. The encoding of text is detected.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from annotate.articles.archives import Member, other_members, unpack_gzip, unpack_zip
from annotate.articles.article import DAMAGED, Article, Notice, Unread, check_length
from annotate.articles.content import advice, suffix_of
from annotate.articles.mangled import without_mangled_signs
from annotate.articles.readers.column_names import DEFAULT_FIELDS, Fields
from annotate.articles.readers.divided_text import read_divided
from annotate.articles.readers.documents.docx import read_docx
from annotate.articles.readers.documents.epub import read_epub
from annotate.articles.readers.documents.mail import read_message, read_saved_page
from annotate.articles.readers.documents.odt import read_odt
from annotate.articles.readers.documents.pdf import read_pdf
from annotate.articles.readers.documents.rtf import read_rtf
from annotate.articles.readers.documents.workbook import read_workbook
from annotate.articles.readers.feed import read_feed
from annotate.articles.readers.html import read_page
from annotate.articles.readers.json_records import read_json, read_json_lines
from annotate.articles.readers.markdown import read_markdown
from annotate.articles.readers.news_archives import archived, read_archive
from annotate.articles.readers.news_xml import is_xml_of_articles, read_xml
from annotate.articles.readers.plain_text import read_plain_text
from annotate.articles.readers.rows import read_csv, read_parquet, with_paragraphs_joined
from annotate.articles.readers.substack import is_substack_index
from annotate.articles.readers.xhtml import read_xhtml
from annotate.core.errors import InputError, NoTextError
from annotate.core.io.encodings import read_repaired
from annotate.core.records import normalise


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A format whose files are read as a whole: `read` takes the text and the path.

    It returns the article, or the several articles of one file.
    """

    read: Callable[[str, Path], Article | Sequence[Article | Unread]]


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """A format whose files hold one article each, and are no text: `read` takes the path."""

    read: Callable[[Path], Article]


@dataclass(frozen=True, slots=True)
class RowFormat:
    """A format whose files hold many articles and are read bit by bit."""

    read: Callable[[Path, Fields], Iterator[Article | Unread]]


@dataclass(frozen=True, slots=True)
class ArchiveFormat:
    """A format whose files hold other files, which are read like those of a folder."""

    unpack: Callable[[Path, Callable[[PurePath], bool]], Iterator[Member | Unread]]


def _read_text(text: str, path: Path) -> Article | Sequence[Article | Unread]:
    """Read plain text: the articles of an archive, several between rules, or one."""
    return read_archive(text, path) or read_divided(text, path) or read_plain_text(text, path)


FORMATS: dict[str, TextFormat | DocumentFormat | RowFormat | ArchiveFormat] = {
    ".txt": TextFormat(_read_text),
    ".text": TextFormat(_read_text),
    ".md": TextFormat(read_markdown),
    ".markdown": TextFormat(read_markdown),
    ".html": TextFormat(read_page),
    ".htm": TextFormat(read_page),
    ".xhtml": TextFormat(read_xhtml),
    ".mhtml": DocumentFormat(read_saved_page),
    ".mht": DocumentFormat(read_saved_page),
    ".eml": DocumentFormat(read_message),
    ".docx": DocumentFormat(read_docx),
    ".odt": DocumentFormat(read_odt),
    ".rtf": DocumentFormat(read_rtf),
    ".pdf": DocumentFormat(read_pdf),
    ".epub": RowFormat(read_epub),
    ".jsonl": RowFormat(read_json_lines),
    ".ndjson": RowFormat(read_json_lines),
    ".json": RowFormat(read_json),
    ".csv": RowFormat(read_csv),
    ".tsv": RowFormat(read_csv),
    ".xlsx": RowFormat(read_workbook),
    ".xls": RowFormat(read_workbook),
    ".ods": RowFormat(read_workbook),
    ".parquet": RowFormat(read_parquet),
    ".rss": RowFormat(read_feed),
    ".atom": RowFormat(read_feed),
    ".xml": RowFormat(read_xml),
    ".enex": RowFormat(read_xml),
    ".sgml": RowFormat(read_xml),
    ".sgm": RowFormat(read_xml),
    ".zip": ArchiveFormat(unpack_zip),
    ".gz": ArchiveFormat(unpack_gzip),
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
        elif not os.access(path, os.R_OK):
            raise InputError(f"{path}: cannot be read: Permission denied")
        elif not _is_readable(path):
            raise InputError(f"{path}: unknown file type {path.suffix!r}; known: {_suffixes()}")
        else:
            files.append(path)
    for path in files:
        if suffix_of(path) == ".zip":
            others += other_members(path, _is_named_as_article)
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
    try:
        format_ = _format(path)
        if isinstance(format_, ArchiveFormat):
            for member in format_.unpack(path, _is_named_as_article):
                yield from _scan_member(member, fields)
        elif isinstance(format_, RowFormat):
            yield from map(_checked, with_paragraphs_joined(format_.read(path, fields)))
        elif isinstance(format_, DocumentFormat):
            yield from map(_checked, archived(format_.read(path), path))
        else:
            yield from map(_checked, _read_text_file(path, format_))
    except InputError as error:
        yield Unread.of("file", error)


def _format(path: Path) -> TextFormat | DocumentFormat | RowFormat | ArchiveFormat:
    how = advice(path)
    if how:
        raise InputError(f"{path}: {how}")
    format_ = FORMATS.get(suffix_of(path))
    if format_ is None:
        raise InputError(
            f"{path}: cannot tell what is in it; name it by that, such as a.html or a.jsonl.gz"
        )
    return format_


def _scan_member(member: Member | Unread, fields: Fields) -> Iterator[Article | Unread]:
    if isinstance(member, Unread):
        yield member
    elif isinstance(FORMATS.get(suffix_of(member.path)), ArchiveFormat):
        error = InputError(
            f"{member.name}: an archive in an archive; unpack the outer one, and give the folder"
        )
        yield Unread.of("file", error)
    else:
        yield from map(member.named, scan_file(member.path, fields))


def _checked(article: Article | Unread) -> Article | Unread:
    """Return the article, unless it has a paragraph that nobody can label."""
    if isinstance(article, Article):
        article = without_mangled_signs(article)
        try:
            for number, block in enumerate(article.blocks, 1):
                start = f"{article.origin}: block {number} ({block.text[:30]!r}...)"
                check_length(block.text, start)
        except InputError as error:
            return Unread.of("article", error)
    return article


def holds_rows(path: Path) -> bool:
    """Tell whether the file may hold many articles, and is read bit by bit."""
    return isinstance(FORMATS.get(suffix_of(path)), RowFormat | ArchiveFormat)


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
    """Tell article files of a folder: a README is none, and not every .xml file has articles."""
    if (suffix_of(file) == ".xml" and not is_xml_of_articles(file)) or is_substack_index(file):
        return False
    return _is_readable(file) and file.stem.upper() != "README"


def _is_readable(file: Path) -> bool:
    """Tell files with text in them; some say how to convert them."""
    return suffix_of(file) in FORMATS or bool(advice(file))


def _is_named_as_article(name: PurePath) -> bool:
    return name.suffix.lower() in FORMATS and name.stem.upper() != "README"


def _unreadable(error: OSError) -> None:
    raise InputError(f"{error.filename}: cannot be read: {error.strerror}") from error


def _suffixes() -> str:
    return ", ".join(FORMATS)


def _read_text_file(path: Path, format_: TextFormat) -> Iterator[Article | Unread]:
    text, encoding, damage = read_repaired(path)
    notices = (Notice(DAMAGED, damage),) if damage else ()
    if not normalise(text):
        raise NoTextError(f"{path}: the file is empty")
    result = format_.read(text, path)
    for article in (result,) if isinstance(result, Article) else result:
        if isinstance(article, Article):
            yield replace(article, encoding=encoding, notices=article.notices + notices)
        else:
            yield article
