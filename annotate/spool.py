"""What people left on tasks, on disk while a pull sorts it out: as objects it fills the memory."""

import json
import tempfile
from pathlib import Path

from annotate.core.files import plain_os_errors
from annotate.store import Work


class Spool:
    """A file without a name, which is gone with the process whatever happens to it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- `close` closes it
        self._end = 0

    def add(self, task: int, work: Work) -> int:
        """Keep a piece of work; returns where it stands."""
        at = self._end
        # Escapes keep halves of surrogate pairs, which UTF-8 cannot.
        line = json.dumps([task, *work.fields()]).encode() + b"\n"
        with plain_os_errors(Path(tempfile.gettempdir())):
            self._file.seek(at)
            self._end += self._file.write(line)
        return at

    def read(self, at: int) -> tuple[int, Work]:
        """The task's number and the work."""
        self._file.seek(at)
        task, *work = json.loads(self._file.readline())
        return task, Work(*work)

    def close(self) -> None:
        self._file.close()
