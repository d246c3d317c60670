import re
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.errors import ServerError
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.label_studio.task_data import task_data
from annotate.label_studio.tasks import Task, TaskState, Work
from annotate.sync.collect import collect
from annotate.sync.pull import PullRequest, pull_projects
from annotate.sync.task_cache import Refreshed, cache_file, open_task_cache
from tests.annotate.samples import TAXONOMY, paragraph, result, work
from tests.annotate.stores import ListStore
from tests.annotate.sync.test_pull import everything, three_people


@dataclass
class WatchedList(ListStore):
    """A list whose tasks have marks as the real server gives them: drafts leave none.

    Attributes:
        read: Task numbers that were read from it.
        breaks: The connection does, at the second task.
    """

    key: str = "studio#1"
    marks: dict[int, int] = field(default_factory=dict)
    read: list[int] = field(default_factory=list)
    clock: int = 0
    breaks: bool = False
    known: frozenset[int] = frozenset({1, 2, 3})

    def people(self) -> frozenset[int]:
        return self.known

    def states(self) -> Iterator[TaskState]:
        for task in self.held:
            drafted = any(one.draft for one in task.work)
            yield TaskState(task.number, str(self.marks.get(task.number, 0)), drafted)

    def some_tasks(self, numbers: Sequence[int]) -> Iterator[Task]:
        for task in self.held:
            if task.number in numbers:
                if self.breaks and self.read:
                    raise ServerError("the connection broke")
                self.read.append(task.number)
                yield task

    def tasks(self) -> Iterator[Task]:
        yield from self.some_tasks([task.number for task in self.held])

    def put(self, at: int, *done: Work, marked: bool = True, **changes: Any) -> None:
        """Change the task at this place in the list, as somebody does on the server."""
        task = self.held[at]
        self.held[at] = replace(task, work=done, **changes)
        self.clock += marked
        if marked:
            self.marks[task.number] = self.clock


def watched(*texts: str) -> WatchedList:
    held = [
        Task(number, task_data(paragraph(text, f"article {number}")))
        for number, text in enumerate(texts, 1)
    ]
    return WatchedList(held=held)


def refreshed(
    memory: Path, store: WatchedList, *, full: bool = False
) -> tuple[Refreshed, list[Task]]:
    store.read.clear()
    with open_task_cache(memory) as last:
        found = last.refresh(store, full=full)
        return found, list(found.source.tasks())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(TAXONOMY)
    return path


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return cache_file(tmp_path / "sets" / "pilot", tmp_path / "data" / "pseudonyms.json")


def test_only_what_changed_is_read_again(memory: Path) -> None:
    store = watched(*(f"Text {n}." for n in range(6)))
    refreshed(memory, store)
    store.put(1, work(1, "an answer", number=7))
    store.put(3, work(2, "half", number=8, draft=True), marked=False)
    store.held.pop(5)
    store.held.append(Task(9, task_data(paragraph("New."))))

    found, tasks = refreshed(memory, store)

    assert store.read == [2, 4, 9]
    assert (found.total, found.read, found.why_full) == (6, 3, "")
    assert tasks == store.held


def test_a_draft_that_changed_or_went_is_noticed(memory: Path) -> None:
    store = watched("One.", "Two.")
    store.put(0, work(1, "half", draft=True), marked=False)
    refreshed(memory, store)

    store.put(0, work(1, "half and more", draft=True), marked=False)
    assert refreshed(memory, store)[1] == store.held
    store.put(0, marked=False)
    assert refreshed(memory, store)[1] == store.held
    assert refreshed(memory, store)[0].read == 0


def test_a_pull_in_full_reads_all_even_where_nothing_changed(memory: Path) -> None:
    store = watched("One.", "Two.")
    refreshed(memory, store)
    store.put(0, work(1, "changed behind the server's back"), marked=False)

    assert refreshed(memory, store)[0].read == 0
    found, tasks = refreshed(memory, store, full=True)

    assert (found.read, found.why_full, tasks) == (2, "", store.held)


@pytest.mark.parametrize(
    ("why", "spoil"),
    [
        ("nothing is kept of an earlier pull", lambda path, store: path.unlink()),
        ("nothing is kept of an earlier pull", lambda path, store: path.write_bytes(b"junk" * 99)),
        (
            "nothing is kept of an earlier pull",
            lambda path, store: sqlite3.connect(path).execute("PRAGMA user_version = 99").close(),
        ),
        (
            "nothing is kept of an earlier pull",
            lambda path, store: setattr(store, "key", "https://labels.example.org#1"),
        ),
        (
            "accounts were opened or deleted",
            lambda path, store: setattr(store, "known", frozenset({1})),
        ),
    ],
    ids=["missing", "broken", "another format", "another server", "an account is gone"],
)
def test_without_what_was_kept_all_is_read_and_the_reason_told(
    memory: Path, why: str, spoil: Callable[[Path, WatchedList], None]
) -> None:
    store = watched("One.", "Two.")
    refreshed(memory, store)
    spoil(memory, store)

    found, tasks = refreshed(memory, store)

    assert (found.read, found.why_full, tasks) == (2, why, store.held)


def test_a_read_that_breaks_off_leaves_what_was_kept(memory: Path) -> None:
    store = watched("One.", "Two.", "Three.")
    _, before = refreshed(memory, store)
    for at in range(3):
        store.put(at, work(1, "answer"))
    store.breaks = True

    for full in (False, True):
        with pytest.raises(ServerError):
            refreshed(memory, store, full=full)
    store.breaks = False
    with open_task_cache(memory) as last:
        query = "SELECT COUNT(*) FROM tasks WHERE mark = '0'"
        assert last._database.execute(query).fetchone() == (3,)

    assert refreshed(memory, store)[1] == store.held != before


def test_what_is_kept_is_for_its_owner_alone_and_of_one_dataset(
    tmp_path: Path, memory: Path
) -> None:
    refreshed(memory, watched("One."))

    assert stat.S_IMODE(memory.stat().st_mode) == 0o600
    assert memory.parent == tmp_path / "data" / "pulled"
    assert re.fullmatch(r"pilot-[0-9a-f]{8}\.sqlite3", memory.name)
    assert memory != cache_file(tmp_path / "other" / "pilot", tmp_path / "data" / "key.json")


def test_a_pull_since_the_last_writes_the_bytes_of_a_full_one(
    file: Path,
    small: Taxonomy,
    tmp_path: Path,
) -> None:
    made = three_people(small)
    store = WatchedList(held=made.held[:-1])
    key_file = tmp_path / "key.json"
    pulled(file, tmp_path / "sets" / "pilot", key_file, store)
    store.held.append(made.held[-1])
    store.put(0, work(1, result(small, "", "Fear"), number=77), work(2, "junk", number=78))

    since = pulled(file, tmp_path / "sets" / "pilot", key_file, store)
    full = pulled(file, tmp_path / "full" / "sets" / "pilot", key_file, store)

    assert (since.read, full.read) == (2, 9)
    assert everything(tmp_path / "sets" / "pilot") == everything(
        tmp_path / "full" / "sets" / "pilot"
    )


def pulled(file: Path, out: Path, key_file: Path, store: WatchedList) -> Refreshed:
    request = PullRequest(file, out, key_file, 13, project="mine")
    _, (refreshed,) = pull_projects([store], request, since_last=True)
    return refreshed


RESULTS = st.sampled_from([[], "junk", [{"from_name": "verdict", "value": {"choices": ["none"]}}]])
DONE = st.lists(
    st.builds(
        work,
        user=st.integers(1, 3),
        result=RESULTS,
        number=st.integers(1, 99),
        skipped=st.booleans(),
    ),
    max_size=2,
)
DRAFTS = st.lists(
    st.builds(work, user=st.integers(4, 5), result=RESULTS, draft=st.just(True)), max_size=1
)
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "draft", "data", "delete", "add"]),
        st.integers(0, 9),
        DONE,
        DRAFTS,
    ),
    max_size=4,
)


def edit(store: WatchedList, kind: str, at: int, done: list[Work], drafts: list[Work]) -> None:
    at %= max(len(store.held), 1)
    if kind == "add" or not store.held:
        store.clock += 1  # a number may come again, its time of change never does
        number = max((task.number for task in store.held), default=0) + 1
        store.marks[number] = store.clock
        store.held.append(Task(number, task_data(paragraph(f"Text {at}."))))
    elif kind == "delete":
        store.held.pop(at)
    elif kind == "data":
        store.put(at, *store.held[at].work, data={"text": "changed"})
    elif kind == "answer":
        store.put(at, *done, *(one for one in store.held[at].work if one.draft))
    else:
        kept = [one for one in store.held[at].work if not one.draft]
        store.put(at, *kept, *drafts, marked=False)


@settings(deadline=None, max_examples=15)
@given(st.lists(EDITS, min_size=1, max_size=4))
def test_after_any_edits_what_is_kept_is_what_the_server_has(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[Any, ...]]]
) -> None:
    folder = tmp_path_factory.mktemp("edits")
    (folder / "taxonomy.yaml").write_text(TAXONOMY)
    taxonomy = load_taxonomy(folder / "taxonomy.yaml")
    store = watched("One.", "Two.", "Three.")
    for edits in rounds:
        for one in edits:
            edit(store, *one)
        with open_task_cache(folder / "memory") as last:
            source = last.refresh(store, full=False).source
            assert list(source.tasks()) == store.held
            found = collect([source], taxonomy, folder / "key.json")
        assert found == collect([store], taxonomy, folder / "key.json")
