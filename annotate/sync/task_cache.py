"""What the last pull read, so that the next one asks the server for what changed alone.

It is kept for its owner alone, beside the key to the pseudonyms and outside every dataset: it has
the numbers of accounts. Losing it costs time, nothing else.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.io.files import locked, plain_os_errors
from annotate.core.records import Origin
from annotate.label_studio.tasks import Task, TaskSource, TaskState, WatchedSource, Work

_FORMAT = 1
_TABLES = """
CREATE TABLE streams (key TEXT PRIMARY KEY, people TEXT NOT NULL);
CREATE TABLE tasks (
    stream TEXT, number INTEGER, mark TEXT, drafted INTEGER, task TEXT,
    PRIMARY KEY (stream, number)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What was read of a stream.

    Attributes:
        source: Its tasks as they are now.
        total: How many they are.
        read: How many of them came from the server.
        why_all: Why all did; empty where only what changed was asked for.
    """

    source: TaskSource
    total: int
    read: int
    why_all: str


def memory_file(dataset: Path, key_file: Path) -> Path:
    """Where it is kept what the pulls of this dataset read."""
    place = sha256(str(dataset.absolute()).encode()).hexdigest()[:8]
    return key_file.with_name("pulled") / f"{dataset.name}-{place}.sqlite3"


@contextmanager
def last_pull(path: Path) -> Iterator["LastPull"]:
    """Open what is kept; one that is broken or of another format begins anew."""
    with locked(path), plain_os_errors(path):
        path.touch(mode=0o600)
        path.chmod(0o600)
        try:
            database = _opened(path)
        except sqlite3.DatabaseError:
            path.write_bytes(b"")
            database = _opened(path)
        with closing(database):
            yield LastPull(database, path)


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    try:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok" or version not in (0, _FORMAT):
            raise sqlite3.DatabaseError
        if version == 0:
            database.executescript(f"BEGIN;{_TABLES}PRAGMA user_version = {_FORMAT};COMMIT;")
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database


class LastPull:
    """The tasks of some streams, as they were when they were last read."""

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self._database, self._path = database, path

    def refresh(self, store: WatchedSource, *, anew: bool) -> Refreshed:
        """Bring what is kept of a stream up to date: all at once, or nothing when it fails."""
        # States before tasks: what changes in between has another mark next time.
        people = json.dumps(sorted(store.people()))
        states = {state.number: state for state in store.states()}
        known, why = ({}, "") if anew else self._known(store.key, people)
        with self._changing():
            if known:
                wanted = sorted(_changed(states.values(), known))
                self._forget(store.key, {*wanted, *(known.keys() - states.keys())})
                read = self._keep(store.key, store.some_tasks(wanted), states)
            else:
                self._database.execute("DELETE FROM tasks WHERE stream = ?", [store.key])
                read = self._keep(store.key, store.tasks(), states)
            row = (store.key, people)
            self._database.execute("INSERT OR REPLACE INTO streams VALUES (?, ?)", row)
        source = _Kept(self._database, store)
        return Refreshed(source, source.count(), read, why)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """All of it or nothing, whenever the process ends."""
        try:
            self._database.execute("BEGIN IMMEDIATE")
            with self._database:
                yield
        except sqlite3.OperationalError as error:
            raise InputError(f"{self._path}: cannot be written: {error}") from error

    def _known(self, key: str, people: str) -> tuple[dict[int, TaskState], str]:
        """Task number -> state when it was read; or none, and why all are to be read."""
        row = self._database.execute("SELECT people FROM streams WHERE key = ?", [key]).fetchone()
        if row is None:
            return {}, "nothing is kept of an earlier pull"
        if row[0] != people:
            return {}, "accounts were opened or deleted"
        query = "SELECT number, mark, drafted FROM tasks WHERE stream = ?"
        rows = self._database.execute(query, [key])
        return {number: TaskState(number, mark, bool(d)) for number, mark, d in rows}, ""

    def _forget(self, key: str, numbers: Iterable[int]) -> None:
        rows = ((key, number) for number in numbers)
        self._database.executemany("DELETE FROM tasks WHERE stream = ? AND number = ?", rows)

    def _keep(self, key: str, tasks: Iterable[Task], states: Mapping[int, TaskState]) -> int:
        def rows() -> Iterator[tuple[str, int, str, bool, str]]:
            for task in tasks:
                # One that came since has no mark, so that it is read again next time.
                state = states.get(task.number, TaskState(task.number, "", drafted=False))
                yield key, task.number, state.mark, state.drafted, _to_text(task)

        query = "INSERT OR REPLACE INTO tasks VALUES (?, ?, ?, ?, ?)"
        return self._database.executemany(query, rows()).rowcount


def _changed(states: Iterable[TaskState], known: Mapping[int, TaskState]) -> Iterator[int]:
    """Whose task is to be read; drafts come, change and go without a mark."""
    for state in states:
        if state.drafted or known.get(state.number) != state:
            yield state.number


@dataclass(frozen=True, slots=True)
class _Kept:
    """A stream's tasks from what is kept, which can be read again and again."""

    database: sqlite3.Connection
    store: WatchedSource

    @property
    def server(self) -> str:
        return self.store.server

    @property
    def annotator(self) -> str:
        return self.store.annotator

    @property
    def owner(self) -> int | None:
        return self.store.owner

    @property
    def origin(self) -> Origin:
        return self.store.origin

    def place(self, number: int) -> str:
        return self.store.place(number)

    def count(self) -> int:
        query = "SELECT COUNT(*) FROM tasks WHERE stream = ?"
        return int(self.database.execute(query, [self.store.key]).fetchone()[0])

    def tasks(self) -> Iterator[Task]:
        query = "SELECT task FROM tasks WHERE stream = ? ORDER BY number"
        for (text,) in self.database.execute(query, [self.store.key]):
            yield _from_text(text)


def _to_text(task: Task) -> str:
    # Escapes keep halves of surrogate pairs, which UTF-8 cannot.
    return json.dumps([task.number, task.data, [work.fields() for work in task.work]])


def _from_text(text: str) -> Task:
    number, data, done = json.loads(text)
    return Task(number, data, tuple(Work(*fields) for fields in done))
