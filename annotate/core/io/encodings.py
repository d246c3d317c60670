"""Detect the encoding of a text file: UTF-8 as a rule, others where they are certain."""

import codecs
import re
from io import StringIO
from pathlib import Path
from typing import TextIO

from annotate.core.errors import InputError
from annotate.core.io.files import decode, plain_reading, read_bytes
from annotate.core.plurals import counted

UTF_8 = "utf-8"
_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = ("cp1252", "mac_roman")
_OTHERS = ("cp1250", "cp1251", "koi8_r", "cp1253", "cp932", "euc_jp", "gb18030", "big5", "cp949")
_DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_EASTERN = ("big5", "gb18030", "cp949", "cp932")
_TYPED = frozenset("‘’“”–—…‧·\N{IDEOGRAPHIC SPACE}")
_WIDE_LEAST = 40  # bytes
_HEAD = 4096  # bytes in which a page must declare its encoding
_CHUNK = 1 << 20
_SAMPLE = 200_000  # bytes that are looked at
_PUNCTUATION = frozenset(
    "‘’“”‚„†‡•–—…‹›«»€£¥¢§©®™°·¶¡¿´¨ºª½¼¾±×÷¹²³\N{NO-BREAK SPACE}\N{SOFT HYPHEN}"
)
_FOREIGN = 0.3  # share of accented letters that no language of western Europe reaches
_COHERENT = 0.4
_ACCENTED = re.compile("[À-ÖØ-öø-ÿŒœŠšŽžŸªº]")
_LETTERS_LEAST = 4  # of an eastern script; fewer may be two signs of another encoding
# A sign or an accented capital behind a small letter is a letter of another encoding.
_MISPLACED = re.compile("[^\\W\\d_¼½¾¹²³][¡¢£¤¥¦§¨¬¯°±²³´µ¶¸¹¼½¾¿×÷]|[a-zß-öø-ÿ][À-ÖØ-ÞŠŒŽŸ]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_READABLE = 50  # characters for each damaged place, in a file that is read
_NULS = re.compile("\0+")
_HALF_A_DASH = b"\xe2\x80"  # what a cut leaves of most punctuation; nobody writes "â€"


def read_encoded(path: Path) -> tuple[str, str]:
    """Return the text of a file and its encoding.

    A byte order mark decides, then UTF-8, then what a page declares, then what the letters say.

    Raises:
        InputError: The file cannot be read, or it is no text, or its encoding cannot be told: byte
            and line are named.
    """
    return _decoded(read_bytes(path), path)


def _decoded(raw: bytes, path: Path) -> tuple[str, str]:
    encoding = encoding_of(raw)
    if encoding == UTF_8 or not encoding:
        return decode(raw, path), UTF_8
    return raw.decode(encoding), encoding


def read_repaired(path: Path) -> tuple[str, str, str]:
    """Return the text of a file, its encoding, and what was repaired, if anything.

    A few bytes that are no text, and NULs, become U+FFFD, the sign that browsers show for them.

    Raises:
        InputError: As `read_encoded` does; so many bytes are damaged that the file is no text.
    """
    raw = read_bytes(path)
    try:
        return *_decoded(raw, path), ""
    except InputError:
        marked = next((name for mark, name in _MARKS if raw.startswith(mark)), "")
        encoding = marked or encoding_of(raw.replace(b"\0", b"")) or UTF_8
        name = "utf-8-sig" if encoding == UTF_8 else encoding
        text = _NULS.sub(REPLACEMENT, raw.decode(name, errors="replace"))
        damaged = text.count(REPLACEMENT) - raw.count(REPLACEMENT.encode())
        if not damaged or damaged * _READABLE > len(text):
            raise
        line = text.count("\n", 0, text.index(REPLACEMENT)) + 1
        places = counted(damaged, "damaged place")
        what = f"{path}:{line}: {places}, read as {REPLACEMENT} (U+FFFD)"
        return text, encoding, f"{what}; the first is on this line" if damaged > 1 else what


def open_repaired(path: Path) -> tuple[TextIO, str, bool]:
    """Open a text file as `open_encoded` does, and tell whether it was repaired.

    Raises:
        InputError: As `read_repaired` does.
    """
    encoding, damage = UTF_8, ""
    if not _is_utf_8(path):
        text, encoding, damage = read_repaired(path)
    if damage:
        return StringIO(text, newline=""), encoding, True
    return _opened(path, encoding), encoding, False


def open_encoded(path: Path) -> tuple[TextIO, str]:
    """Open a text file to be read line by line; return it and its encoding, as `read_encoded`.

    Line breaks are kept as they are. UTF-8 files are never in memory as a whole.

    Raises:
        InputError: As `read_encoded` does.
    """
    encoding = UTF_8 if _is_utf_8(path) else read_encoded(path)[1]
    return _opened(path, encoding), encoding


def _opened(path: Path, encoding: str) -> TextIO:
    return path.open(encoding="utf-8-sig" if encoding == UTF_8 else encoding, newline="")


def _is_utf_8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder(UTF_8)()
    with plain_reading(path), path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                if "\0" in decoder.decode(chunk):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def encoding_of(raw: bytes) -> str:
    """Return the encoding of a file; empty where it is uncertain.

    Args:
        raw: A whole file.
    """
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), "")
    if marked:
        return marked if _decodes(raw, marked) else ""
    if _decodes(raw, UTF_8):
        return UTF_8
    return _declared(raw) or ("" if _is_broken_utf_8(raw) else _guess(raw))


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        text = raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return "\0" not in text


def _is_broken_utf_8(raw: bytes) -> bool:
    """Check whether much of what is not ASCII is UTF-8: then only a few bytes are damaged."""
    runs = re.findall(rb"[\x80-\xff]+", raw)
    whole = [run for run in runs if _decodes(run, UTF_8) or run == _HALF_A_DASH]
    return bool(runs) and 4 * len(whole) >= len(runs)


def _declared(raw: bytes) -> str:
    """Return the encoding that a web page declares; Latin-1 is read as browsers do."""
    match = _DECLARED.search(raw[:_HEAD])
    if not match:
        return ""
    name = match.group(1).decode("ascii", "replace").lower()
    latin = name in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii")
    encoding = "cp1252" if latin else name
    return encoding if _decodes(raw, encoding) else ""


def _wide(raw: bytes) -> str:
    """Detect UTF-16 without a mark: its blanks and line breaks have a NUL, always on one side."""
    sides = [raw[at::2].count(0) for at in (0, 1)]
    if len(raw) < _WIDE_LEAST or min(sides) or sum(sides) < len(raw) / 40:
        return ""
    encoding = "utf-16-be" if sides[0] else "utf-16-le"
    return encoding if _decodes(raw, encoding) else ""


def _guess(raw: bytes) -> str:
    from charset_normalizer import from_bytes

    if 0 in raw:
        return _wide(raw)
    first = next(at for at, byte in enumerate(raw) if byte >= 0x80)
    sample = raw[max(0, first - _SAMPLE // 2) : first + _SAMPLE]
    for encoding in _WESTERN:
        if _decodes(raw, encoding) and _is_western(sample.decode(encoding)):
            return encoding
    for encoding in _EASTERN:
        if _decodes(raw, encoding) and _has_only_its_punctuation(raw.decode(encoding)):
            return encoding
    best = from_bytes(sample, cp_isolation=list(_OTHERS)).best()
    if best is None or not _decodes(raw, best.encoding):
        return ""
    if best.multi_byte_usage > 0:
        foreign = sum(c > "\x7f" and c.isalpha() for c in raw.decode(best.encoding))
        return best.encoding if foreign >= _LETTERS_LEAST else ""
    clean = not _MISPLACED.search(sample.decode(best.encoding))
    return best.encoding if clean and best.coherence >= _COHERENT else ""


def _has_only_its_punctuation(text: str) -> bool:
    """Check whether all but quotation marks and dashes is ASCII: English from an eastern system."""
    return {c for c in text if c > "\x7f"} <= _TYPED


def _is_western(text: str) -> bool:
    """Check whether the text reads as one of western Europe: few accents, and all on letters."""
    letters = [c for c in text if c.isalpha()]
    accented = [c for c in letters if c > "\x7f"]
    if not all(map(_ACCENTED.match, accented)) or len(accented) > _FOREIGN * len(letters):
        return False
    signs = {c for c in text if c > "\x7f" and not c.isalpha()}
    return signs <= _PUNCTUATION and not _MISPLACED.search(text)
