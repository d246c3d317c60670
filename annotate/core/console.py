"""Helpers of both command lines: errors in one line, messages on stderr, progress bars."""

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


def counted(count: int, one: str, several: str = "") -> str:
    """Return the number with its noun: 1 article, 2 articles."""
    return f"{count} {one if count == 1 else several or f'{one}s'}"


def printable(text: str) -> str:
    """Replace the characters that could control a terminal."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator["Progress"]:
    """Show a progress bar on stderr; nothing if stderr is not a terminal."""
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
    """The count of a progress bar."""

    def __init__(self, bar: "rich_progress.Progress", task: "rich_progress.TaskID") -> None:
        self._bar, self._task = bar, task

    def advance(self, count: int = 1) -> None:
        self._bar.advance(self._task, count)
