"""The tasks of a pull on disk: read once from the server, and kept for the next pull.

The kept file is for its owner alone, beside the key to the pseudonyms and outside every dataset: it
has the numbers of accounts. Losing it costs time, nothing else.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from annotate.core.io.database import kept_database, temporary_database
from annotate.label_studio.tasks import (
    DerivedSource,
    Task,
    TaskSource,
    TaskState,
    WatchedSource,
    Work,
)

_VERSION = 2
_TABLES = """
CREATE TABLE projects (key TEXT PRIMARY KEY, people TEXT NOT NULL);
CREATE TABLE tasks (
    project TEXT, number INTEGER, mark TEXT, drafted INTEGER, task TEXT,
    PRIMARY KEY (project, number)
) WITHOUT ROWID;
"""
_KEEP = "INSERT OR REPLACE INTO tasks VALUES (?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A project whose cached tasks are up to date.

    Attributes:
        source: The tasks as they are now.
        total: Number of tasks.
        read: How many of them came from the server.
        why_full: Why all of them did; empty where only changes were asked for.
    """

    source: TaskSource
    total: int
    read: int
    why_full: str


def cache_file(dataset: Path, key_file: Path) -> Path:
    """Return where the tasks of this dataset's pulls are kept."""
    place = sha256(str(dataset.absolute()).encode()).hexdigest()[:8]
    return key_file.with_name("pulled") / f"{dataset.name}-{place}.sqlite3"


@contextmanager
def open_task_cache(path: Path) -> Iterator["TaskCache"]:
    """Open what earlier pulls kept; a file that is broken or of another format is emptied."""
    with kept_database(path, _TABLES, _VERSION) as database:
        yield TaskCache(database)


@contextmanager
def temporary_copies(sources: Iterable[TaskSource]) -> Iterator[Sequence[TaskSource]]:
    """Read each source once; the copies on disk can be read again and again.

    Raises:
        ServerError: A source cannot be read.
    """
    with temporary_database(_TABLES) as database:
        yield [_copy(source, str(at), database) for at, source in enumerate(sources)]


def _copy(source: TaskSource, key: str, database: sqlite3.Connection) -> TaskSource:
    # In the order of the source, in which a number may stand twice.
    rows = ((key, at, "", False, _to_text(task)) for at, task in enumerate(source.tasks()))
    database.executemany(_KEEP, rows)
    return _CachedSource(source, database, key)


class TaskCache:
    """The tasks of some projects, as they were when they were last read."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def refresh(self, project: WatchedSource, *, full: bool) -> Refreshed:
        """Bring a project's tasks up to date: all of them, or none when reading fails.

        Args:
            project: The project on the server.
            full: Read every task, not only the changed ones.
        """
        # States before tasks: what changes in between has another mark next time.
        people = json.dumps(sorted(project.people()))
        states = {state.number: state for state in project.states()}
        cached, why = ({}, "") if full else self._cached(project.key, people)
        self._database.execute("BEGIN IMMEDIATE")
        with self._database:
            if cached:
                wanted = sorted(_changed(states.values(), cached))
                self._forget(project.key, {*wanted, *(cached.keys() - states.keys())})
                read = self._keep(project.key, project.some_tasks(wanted), states)
            else:
                self._database.execute("DELETE FROM tasks WHERE project = ?", [project.key])
                read = self._keep(project.key, project.tasks(), states)
            row = (project.key, people)
            self._database.execute("INSERT OR REPLACE INTO projects VALUES (?, ?)", row)
        query = "SELECT COUNT(*) FROM tasks WHERE project = ?"
        (total,) = self._database.execute(query, [project.key]).fetchone()
        return Refreshed(_CachedSource(project, self._database, project.key), total, read, why)

    def _cached(self, key: str, people: str) -> tuple[dict[int, TaskState], str]:
        """Return task number -> state when it was read; or nothing, and why all are to be read."""
        row = self._database.execute("SELECT people FROM projects WHERE key = ?", [key]).fetchone()
        if row is None:
            return {}, "nothing is kept of an earlier pull"
        if row[0] != people:
            return {}, "accounts were opened or deleted"
        query = "SELECT number, mark, drafted FROM tasks WHERE project = ?"
        rows = self._database.execute(query, [key])
        return {number: TaskState(number, mark, bool(d)) for number, mark, d in rows}, ""

    def _forget(self, key: str, numbers: Iterable[int]) -> None:
        rows = ((key, number) for number in numbers)
        self._database.executemany("DELETE FROM tasks WHERE project = ? AND number = ?", rows)

    def _keep(self, key: str, tasks: Iterable[Task], states: Mapping[int, TaskState]) -> int:
        def rows() -> Iterator[tuple[str, int, str, bool, str]]:
            for task in tasks:
                # One that came since has no mark, so that it is read again next time.
                state = states.get(task.number, TaskState(task.number, "", drafted=False))
                yield key, task.number, state.mark, state.drafted, _to_text(task)

        return self._database.executemany(_KEEP, rows()).rowcount


def _changed(states: Iterable[TaskState], cached: Mapping[int, TaskState]) -> Iterator[int]:
    """Yield the tasks that are to be read; drafts come, change and go without a mark."""
    for state in states:
        if state.drafted or cached.get(state.number) != state:
            yield state.number


@dataclass(frozen=True, slots=True)
class _CachedSource(DerivedSource):
    """A source whose tasks are on disk."""

    database: sqlite3.Connection
    key: str

    def tasks(self) -> Iterator[Task]:
        query = "SELECT task FROM tasks WHERE project = ? ORDER BY number"
        for (text,) in self.database.execute(query, [self.key]):
            yield _from_text(text)


def _to_text(task: Task) -> str:
    # Escapes keep halves of surrogate pairs, which UTF-8 cannot.
    return json.dumps([task.number, task.data, [w.fields() for w in task.work], task.problem])


def _from_text(text: str) -> Task:
    number, data, works, problem = json.loads(text)
    return Task(number, data, tuple(Work(*fields) for fields in works), problem)
