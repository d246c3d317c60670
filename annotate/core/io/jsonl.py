"""Read and write JSON Lines: one object a line, UTF-8; errors name the line."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.encodings import REPLACEMENT
from annotate.core.io.files import plain_reading

_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of `path` with their line numbers, from 1; skip blank lines.

    Reads line by line, so memory grows with the longest line and not with the file.

    Raises:
        InputError: The file cannot be read, or a line is no JSON object: the line is named.
    """
    for number, row in scan_rows(path):
        if isinstance(row, InputError):
            raise row
        yield number, row


def scan_rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | InputError]]:
    """Yield what `read_rows` does, and in place of a line that is no JSON object the error.

    Raises:
        InputError: The file cannot be read.
    """
    yield from scan_lines((raw for _, raw in _raw_lines(path)), path)


def scan_lines(
    lines: Iterable[str | bytes], path: Path, *, checked: bool = True
) -> Iterator[tuple[int, dict[str, Any] | InputError]]:
    """Yield what `scan_rows` does, from the lines of `path`, which may be decoded already.

    Args:
        lines: Of the file.
        path: For messages.
        checked: Whether invalid characters, such as half of a surrogate pair, are errors.
    """
    for number, line in enumerate(lines, 1):
        where = f"{path}:{number}"
        try:
            text = line if isinstance(line, str) else _decode(line, where)
            row = _row(text, where, checked=checked)
        except InputError as error:
            yield number, error
        else:
            if row is not None:
                yield number, row


def json_problem(error: ValueError | RecursionError) -> str:
    """Say in a few words why a text is no JSON, and in which column; messages name the line."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.removesuffix(' at')} at column {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _row(line: str, where: str, *, checked: bool) -> dict[str, Any] | None:
    """Return the object of a line; None for a blank one."""
    line = line.removeprefix("\ufeff")
    if not line.strip():
        return None
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:  # also numbers too long and nests too deep
        problem = f"{where}: not JSON: {json_problem(error)}"
        python = "; Python wrote it: write it again with json.dumps" if line[:2] == "{'" else ""
        raise InputError(f"{problem}{python or '; fix or remove the line'}") from error
    if not isinstance(row, dict):
        raise InputError(f'{where}: a line must be a JSON object, such as {{"text": "..."}}')
    if checked and "\\u" in line:  # nothing else writes them
        check_characters(row, where)
    return row


def to_line(row: Mapping[str, Any]) -> str:
    """Return the object as one line, with its newline; the same object gives the same bytes."""
    return json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a UTF-8 file with their numbers, from 1, line breaks kept.

    Raises:
        InputError: The file cannot be read, or is not UTF-8: line and byte are named.
    """
    for number, raw in _raw_lines(path):
        yield number, _decode(raw, f"{path}:{number}")


def _raw_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with plain_reading(path), path.open("rb") as file:
        yield from enumerate(file, 1)


def _decode(raw: bytes, where: str) -> str:
    nul = raw.find(b"\0")
    if nul >= 0:
        raise InputError(
            f"{where}: NUL character at byte {nul} of the line: not plain text, or UTF-16; "
            "save the file as UTF-8"
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at, byte = error.start, error.object[error.start]
        raise InputError(
            f"{where}: not UTF-8 at byte {at} of the line (0x{byte:02x}); save the file as UTF-8"
        ) from error


def with_characters(value: Any) -> Any:
    """Return a value with U+FFFD for NULs and halves of surrogate pairs, which escapes can write.

    The same value, if there are none.
    """
    if isinstance(value, str):
        return _NO_CHARACTER.sub(REPLACEMENT, value) if _NO_CHARACTER.search(value) else value
    if isinstance(value, dict):
        pairs = {with_characters(key): with_characters(inner) for key, inner in value.items()}
        return value if all(pairs.get(key) is value[key] for key in value) else pairs
    if isinstance(value, list):
        items = [with_characters(item) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value


def check_characters(row: dict[str, Any], where: str) -> None:
    """Refuse halves of surrogate pairs and NUL, which JSON's escapes can write.

    Raises:
        InputError: There is one.
    """
    text = json.dumps(row, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{where}: half of a surrogate pair (\\u{ord(text[error.start]):04x}), which is no "
            "character; write the file again as UTF-8"
        ) from error
    if "\\u0000" in text.replace("\\\\", ""):
        raise InputError(f"{where}: NUL character (\\u0000) in the text; remove it")
