"""Tell by its first bytes what a file is, whatever it is called."""

import csv
import re
import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from annotate.articles.readers.column_names import DEFAULT_FIELDS, names_in

_HEAD = 512
_ROWS = 65536  # bytes in which a table shows that it is one
_NAME = 3  # words of a column's name
_FEW_ROWS = 3
_MARKS = (
    (b"\x1f\x8b\x08", ".gz"),
    (b"%PDF-", ".pdf"),
    (b"{\\rtf", ".rtf"),
    (b"PAR1", ".parquet"),
)
_PLAIN = (".txt", ".text")
_MARKDOWN = (".md", ".markdown")
_TEXTS = (*_PLAIN, *_MARKDOWN, ".html", ".htm", ".xls")
_PAGE = re.compile(r"(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_ATTRIBUTES = r"(?:\s[^<>=]*+=[^<>]*+|\s*+)>"  # "<div class of 2024>" has none
_FRAGMENT = re.compile(rf"<(?:p|div|h[1-6]|article|section|blockquote){_ATTRIBUTES}", re.IGNORECASE)
_XML = re.compile(rf"<\?xml\s|<doc{_ATTRIBUTES}", re.IGNORECASE)
_SAVED_PAGE = re.compile(
    r"(?:[\w-]+:.*\n(?:[ \t].*\n)*)*Content-Type: multipart/related", re.IGNORECASE
)
_MAILBOX_START = re.compile(rb"From \S+ [^\r\n]*\d{4}\r?\n[\w-]+: ")
_DATA = re.compile(  # the first key of a record, or a list of texts
    r"\[?\s*\{\s*\"[^\"\n]*\"\s*:|\[\s*\"(?:[^\"\\]|\\.)*+\"\s*(?:,\s*\"|\])"
)
_ZIP = b"PK\x03\x04"
_PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "ppt/presentation.xml": ".pptx"}
_TYPES = {
    b"application/epub+zip": ".epub",
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE = (
    "an old Office file, or protected with a password; open it and save it as .docx (a table as "
    ".xlsx) without a password"
)
_UNPACK = "a packed file of a kind that is not read; unpack it, and give the folder"
_MARKUP = "markup of a kind that is not read; convert it to Markdown, such as with pandoc"
_TABLE = (
    "a table or database of a kind that is not read; save its table as .csv, .parquet or .jsonl"
)
_CRAWL = "a crawl's archive, which is not read; save its pages as .html, or its texts as .jsonl"
_WEB_ARCHIVE = "a page as Safari saves it; open it and save its source, as .html"
_MAILBOX = "a mailbox of several messages; save each message as .eml"
_REFUSED_MARKS = (
    (_OLD_OFFICE, _OFFICE),
    (b"Rar!", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", _UNPACK),
    (b"BZh", _UNPACK),
    (b"\xfd7zXZ", _UNPACK),
    (b"\x28\xb5\x2f\xfd", _UNPACK),
    (b"WARC/", _CRAWL),
    (b"bplist", _WEB_ARCHIVE),
    (b"SQLite format 3", _TABLE),
)
_REFUSED = {
    **dict.fromkeys((".rst", ".org", ".adoc", ".asciidoc", ".tex", ".textile", ".wiki"), _MARKUP),
    **dict.fromkeys((".sqlite", ".sqlite3", ".db", ".mdb", ".accdb"), _TABLE),
    **dict.fromkeys((".pkl", ".pickle", ".rds", ".rdata", ".feather", ".arrow"), _TABLE),
    **dict.fromkeys((".dta", ".sas7bdat", ".orc", ".avro"), _TABLE),
    **dict.fromkeys((".warc", ".wacz", ".wet", ".wat"), _CRAWL),
    ".webarchive": _WEB_ARCHIVE,
    **dict.fromkeys((".doc", ".dot", ".wpd", ".wps", ".pages"), "save it as .docx"),
    **dict.fromkeys((".pptx", ".ppt", ".odp", ".key"), "save its text as .txt"),
    **dict.fromkeys((".xlsb", ".numbers"), "save the table as .xlsx or .csv"),
    **dict.fromkeys((".tar", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar"), _UNPACK),
    **dict.fromkeys((".mobi", ".azw", ".azw3"), "convert it to .epub"),
    **dict.fromkeys((".msg", ".mbox"), "save each message as .eml"),
}


def content_suffix(path: Path) -> str:
    """Return the suffix that belongs to a file's content; empty if the first bytes do not say."""
    head = _head(path)
    if head.startswith(_ZIP):
        return _suffix_of_zip(path)
    marked = next((suffix for mark, suffix in _MARKS if head.startswith(mark)), "")
    return marked or _suffix_of_text(path)


def suffix_of(path: Path) -> str:
    """Return the suffix that a file should have, by its content, else by its name."""
    return content_suffix(path) or path.suffix.lower()


def advice(path: Path) -> str:
    """Return how to make a file readable that holds text, but in no form that is read here."""
    head = _head(path)
    by_content = next((how for mark, how in _REFUSED_MARKS if head.startswith(mark)), "")
    if by_content == _OFFICE and path.suffix.lower() == ".xls":
        return ""
    if path.suffix.lower() in _PLAIN and _MAILBOX_START.match(head):
        return _MAILBOX
    return by_content or _REFUSED.get(suffix_of(path), "")


def _suffix_of_text(path: Path) -> str:
    """Recognise a page, data or a table in a file named .txt; empty for other files."""
    name = path.suffix.lower()
    if name not in _TEXTS:
        return ""
    text = _text(path)
    if _SAVED_PAGE.match(text):
        return ".mhtml"
    if name in _PLAIN + _MARKDOWN and _PAGE.match(text):
        return ".html"
    if name in _PLAIN and (markup := _XML.match(text) or _FRAGMENT.match(text)):
        return ".xml" if markup.re is _XML else ".html"
    if name in _PLAIN and _DATA.match(text) and _tail(path).endswith((b"}", b"]")):
        return ".jsonl"
    if name in (*_PLAIN, ".xls") and "\t" in text and is_tab_separated(text):
        return ".tsv"
    return ".csv" if name in _PLAIN and _is_table(text) else ""


def is_tab_separated(text: str) -> bool:
    """Tell a spreadsheet: short names, and as many cells below them."""
    lines = text.split("\n", 2)
    names = [name.strip(' "\r') for name in lines[0].split("\t")]
    short = all(names) and all(len(name.split()) <= _NAME for name in names)
    return short and len(lines) > 1 and lines[1].count("\t") == len(names) - 1 > 0


def _is_table(text: str) -> bool:
    """Tell a table with other signs between the cells by the names of its columns."""
    lines = text.splitlines()
    signs = (sign for sign in ",;|" if all(sign in line for line in lines[:2]))
    return len(lines) > 1 and any(_is_divided_by(sign, lines) for sign in signs)


def _is_divided_by(sign: str, lines: Sequence[str]) -> bool:
    """Tell a table, which has a column of texts, from prose that begins "Body, mind and soul".

    Two of three must hold: a second usual name, no blanks between the names, and as many cells in
    the next rows.
    """
    head, *rows = islice(csv.reader(lines, delimiter=sign, skipinitialspace=True), 1 + _FEW_ROWS)
    names = [name.strip() for name in head]
    columns = names_in(names, DEFAULT_FIELDS)
    if columns.text not in names or any(len(name.split()) > _NAME for name in names):
        return False
    several = len(set(asdict(columns).values()) & set(filter(None, names))) > 1
    whole = all(len(row) == len(names) for row in rows)
    return [several, f"{sign} " not in lines[0], whole].count(True) > 1


def _text(path: Path) -> str:
    """Return the beginning of a text."""
    head = _head(path, _ROWS)
    encoding = "utf-16" if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    return head.decode(encoding, errors="replace").lstrip()


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _HEAD))
        return file.read().replace(b"\0", b"").rstrip()


def _head(path: Path, size: int = _HEAD) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:  # reading the file itself tells it
        return b""


def _mimetype(archive: zipfile.ZipFile) -> bytes:
    with archive.open("mimetype") as file:
        return file.read(_HEAD).strip()


def _suffix_of_zip(path: Path) -> str:
    """Tell documents, which are zip archives too, from others."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            type_ = _mimetype(archive) if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return ""
    part = next((suffix for name, suffix in _PARTS.items() if name in names), "")
    return _TYPES.get(type_, part) or ("" if path.suffix else ".zip")
