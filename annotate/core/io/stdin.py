"""Read what - stands for: text, or JSON Lines, from stdin."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from annotate.core.errors import InputError
from annotate.core.io.files import plain_os_errors

STDIN = Path("-")
_BEGIN = 64  # bytes that tell JSON Lines from text


@contextmanager
def with_stdin(inputs: Sequence[Path], stream: BinaryIO | None = None) -> Iterator[list[Path]]:
    """Yield the inputs, with a file that holds stdin in place of -; errors call it stdin."""
    if STDIN not in inputs:
        yield list(inputs)
        return
    stream = stream or sys.stdin.buffer
    begin = stream.read(_BEGIN)
    rows = begin.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "stdin.jsonl" if rows else "stdin.txt")
        with plain_os_errors(file), file.open("wb") as copy:
            copy.write(begin)
            shutil.copyfileobj(stream, copy)
        try:
            yield [file if path == STDIN else path for path in inputs]
        except InputError as error:
            raise InputError(str(error).replace(str(file), "stdin")) from error
