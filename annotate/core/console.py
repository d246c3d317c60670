"""Helpers of both command lines: errors in one line, messages on stderr, progress."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import typer

from annotate.core.errors import RhetoricError

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

EVERY = 60.0  # seconds between two lines of a log


@contextmanager
def plain_errors() -> Iterator[None]:
    """Print an error that the user can fix as one line on stderr and exit with code 1."""
    try:
        yield
    except RhetoricError as error:
        line = " ".join(str(error).splitlines())  # a file's name may hold a line break
        typer.echo(f"error: {printable(line)}", err=True)
        raise typer.Exit(1) from error


def say(message: str) -> None:
    """Print a message for the user on stderr; stdout is for data."""
    typer.echo(printable(message), err=True)


def printable(text: str) -> str:
    """Replace the characters that could control a terminal."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


class Progress(Protocol):
    """Counts what is done; threads may share it."""

    def advance(self, count: int = 1) -> None:
        """Count what was done just now."""

    def skip(self, count: int) -> None:
        """Count what an earlier run did, which says nothing about the speed of this one."""


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator[Progress]:
    """Show on stderr how much of a step is done, and how long the rest will take."""
    if sys.stderr.isatty():
        with _rich() as rich:
            yield _Bar(rich, title, total)
    else:
        log = Log(title, total)
        yield log
        log.finish()


def _rich() -> "RichProgress":
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
    )
    return progress.Progress(*columns, console=Console(stderr=True), transient=True)


class _Bar:
    """The count of a bar on a terminal."""

    def __init__(self, rich: "RichProgress", title: str, total: int | None) -> None:
        self._rich, self._task = rich, rich.add_task(title, total=total)

    def advance(self, count: int = 1) -> None:
        self._rich.advance(self._task, count)

    def skip(self, count: int) -> None:
        self._rich.advance(self._task, count)


class Log:
    """The lines of a log: one a minute, and one at the end of a step that took longer."""

    def __init__(
        self, title: str, total: int | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._title, self._total, self._clock = title, total, clock
        self._start = self._shown = clock()
        self._done = self._skipped = 0
        self._lock = Lock()

    def advance(self, count: int = 1) -> None:
        with self._lock:
            self._done += count
            now = self._clock()
            if now - self._shown < EVERY:
                return
            self._shown = now
            say(self._line(now - self._start))

    def skip(self, count: int) -> None:
        with self._lock:
            self._done += count
            self._skipped += count

    def finish(self) -> None:
        seconds = self._clock() - self._start
        if seconds >= EVERY:
            say(f"{self._title}: {self._done} done in {duration(seconds)}")

    def _line(self, seconds: float) -> str:
        if self._total is None:
            return f"{self._title}: {self._done} done after {duration(seconds)}"
        left = max(self._total - self._done, 0) * seconds / max(self._done - self._skipped, 1)
        return (
            f"{self._title}: {self._done} of {self._total} done after {duration(seconds)}, "
            f"about {duration(left)} left"
        )


def duration(seconds: float) -> str:
    """Return a rough duration, such as "40 s", "12 min" or "3 h 5 min"."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
