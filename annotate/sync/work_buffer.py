"""What people left on tasks, on disk while a pull sorts it out: as objects it fills the memory."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from annotate.core.io.files import plain_os_errors
from annotate.label_studio.tasks import Work


@dataclass(frozen=True, slots=True)
class Left:
    """A piece of work, the number of its task, and where a person finds that."""

    where: str
    task: int
    work: Work


class Spool:
    """A file without a name, which is gone with the process whatever happens to it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- `close` closes it
        self._end = 0

    def add(self, left: Left) -> int:
        """Keep it; returns where it stands."""
        at = self._end
        # Escapes keep halves of surrogate pairs, which UTF-8 cannot.
        line = json.dumps([left.where, left.task, *left.work.fields()]).encode() + b"\n"
        with plain_os_errors(Path(tempfile.gettempdir())):
            self._file.seek(at)
            self._end += self._file.write(line)
        return at

    def read(self, at: int) -> Left:
        self._file.seek(at)
        where, task, *work = json.loads(self._file.readline())
        return Left(where, task, Work(*work))

    def close(self) -> None:
        self._file.close()
