"""The part of a prediction that is done, in a file beside the output: a killed run goes on there.

The first line says what was asked for. Then come the lines of the output, in chunks; a line with
their digest closes each chunk, so that one that was not written to its end counts as not done.
"""

import fcntl
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from annotate.core.errors import InputError, RhetoricError
from annotate.core.io.files import plain_os_errors
from annotate.core.io.jsonl import to_line


@dataclass(frozen=True, slots=True)
class Chunk:
    """The lines of some paragraphs.

    Attributes:
        windowed: Number of paragraphs longer than the model reads.
    """

    lines: tuple[str, ...]
    windowed: int

    def closing(self) -> str:
        """Return the line behind them."""
        digest = sha256("".join((*self.lines, str(self.windowed))).encode()).hexdigest()
        return to_line({"digest": digest, "windowed": self.windowed})


@dataclass(frozen=True, slots=True)
class Part:
    """The open file: first everything is taken that an earlier run did, then the rest is added."""

    file: BinaryIO
    begin: int  # behind the first line

    def take(self, ids: Sequence[str]) -> Chunk | None:
        """Return the chunk of these paragraphs; None if it is not done, or not to its end."""
        start = self.file.tell()
        chunk = _chunk(list(islice(self.file, len(ids) + 1)), ids)
        if chunk is None:
            self.file.seek(start)
            self.file.truncate()
        return chunk

    def add(self, chunk: Chunk) -> None:
        """Write the next chunk, so that it outlives the process."""
        self.file.write("".join((*chunk.lines, chunk.closing())).encode())
        self.file.flush()

    def lines(self) -> Iterator[str]:
        """Yield the lines of all chunks."""
        self.file.seek(self.begin)
        for line in self.file:
            if not line.startswith(b'{"digest"'):
                yield line.decode()


def part_path(out: Path) -> Path:
    """Return the file beside an output."""
    return out.with_name(f".{out.name}.part")


@contextmanager
def open_part(out: Path, request: Mapping[str, Any]) -> Iterator[Part]:
    """Open what an earlier run with the same request left, or begin anew.

    The file goes when the prediction ends, or ends in an error that the user must fix first. It
    stays after Ctrl-C, or if the process is killed.

    Raises:
        InputError: Another process is writing the same output, or it cannot be written.
    """
    path, first = part_path(out), to_line(request).encode()
    with plain_os_errors(out):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise InputError(
                    f"{out}: another prediction is writing it; wait for it, or name another output"
                ) from error
            try:
                file.seek(0)
                if file.readline() != first:
                    file.truncate(0)
                    file.write(first)
                    file.flush()
                yield Part(file, len(first))
            except (RhetoricError, OSError):
                path.unlink(missing_ok=True)
                raise
        path.unlink(missing_ok=True)


def _chunk(raw: list[bytes], ids: Sequence[str]) -> Chunk | None:
    """Return the chunk, if its lines are those of the paragraphs and its digest is right."""
    if len(raw) != len(ids) + 1:
        return None
    try:
        *lines, closing = [line.decode() for line in raw]
        chunk = Chunk(tuple(lines), json.loads(closing)["windowed"])
        same = closing == chunk.closing() and [json.loads(line)["id"] for line in lines] == [*ids]
    except (ValueError, TypeError, KeyError):
        return None
    return chunk if same else None
