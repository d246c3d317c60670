"""What both command lines share: errors as one line, messages on stderr, progress on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from annotate.core.errors import RhetoricError

if TYPE_CHECKING:
    from rich import progress as rich_progress


@contextmanager
def plain_errors() -> Iterator[None]:
    """A mistake that the user can mend is one line on stderr and exit code 1."""
    try:
        yield
    except RhetoricError as error:
        line = " ".join(str(error).splitlines())  # a file's name may hold a line break
        typer.echo(f"error: {printable(line)}", err=True)
        raise typer.Exit(1) from error


def say(message: str) -> None:
    """A message for the person who waits; stdout is for data."""
    typer.echo(printable(message), err=True)


def printable(text: str) -> str:
    """The text without what could steer a terminal."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator["Progress"]:
    """A bar on stderr; nothing at all where stderr is no terminal."""
    from rich import progress as rich_progress
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with rich_progress.Progress(
        *columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True
    ) as bar:
        yield Progress(bar, bar.add_task(title, total=total))


class Progress:
    """Counts what is done."""

    def __init__(self, bar: "rich_progress.Progress", task: "rich_progress.TaskID") -> None:
        self._bar, self._task = bar, task

    def advance(self, count: int = 1) -> None:
        self._bar.advance(self._task, count)
