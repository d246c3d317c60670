"""Tell by its first bytes what a file is, whatever it is called."""

import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

_HEAD = 512
_ROWS = 65536  # bytes in which a table shows that it is one
_NAME = 3  # words of a column's name
_MARKS = (
    (b"\x1f\x8b\x08", ".gz"),
    (b"%PDF-", ".pdf"),
    (b"{\\rtf", ".rtf"),
    (b"PAR1", ".parquet"),
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
_REFUSED_MARKS = (
    (_OLD_OFFICE, _OFFICE),
    (b"Rar!", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", _UNPACK),
    (b"BZh", _UNPACK),
    (b"\xfd7zXZ", _UNPACK),
    (b"\x28\xb5\x2f\xfd", _UNPACK),
)
_REFUSED = {
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
    return next((suffix for mark, suffix in _MARKS if head.startswith(mark)), "")


def advice(path: Path) -> str:
    """Return how to make a file readable that holds text, but in no form that is read here."""
    head = _head(path)
    by_content = next((how for mark, how in _REFUSED_MARKS if head.startswith(mark)), "")
    if by_content == _OFFICE and path.suffix.lower() == ".xls":
        return ""
    return by_content or _REFUSED.get(content_suffix(path) or path.suffix.lower(), "")


def is_tab_separated(path: Path) -> bool:
    """Tell whether a text file is a spreadsheet's: short names, and as many cells below them."""
    head = _head(path, _ROWS)
    if b"\t" not in head:
        return False
    encoding = "utf-16" if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    lines = head.decode(encoding, errors="replace").split("\n")
    names = [name.strip(' "\r') for name in lines[0].split("\t")]
    short = all(names) and all(len(name.split()) <= _NAME for name in names)
    return short and len(lines) > 1 and lines[1].count("\t") == len(names) - 1 > 0


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
