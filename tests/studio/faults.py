"""A push that meets a fault at a random instant, and what must hold when it is run again."""

import random
import re
import secrets
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from unittest.mock import patch

from annotate.core.errors import ServerError
from annotate.core.records import Annotation, Paragraph, Status
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.annotator_projects import SHARED, PageSettings, ensure_projects
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project
from annotate.label_studio.results import to_result
from annotate.label_studio.task_data import data_digest, task_data
from annotate.paragraphs.file import write_paragraphs
from annotate.sync.push import PushRequest, plan_push, read_snapshot, send
from tests.studio.desk import paragraphs
from tests.studio.proxy import Fault, Proxy, failing_proxy
from tests.studio.server import TAXONOMY
from tests.studio.test_command import PATIENCE, command


class Kind(StrEnum):
    """Faults that are none of a single request."""

    CLIENT_KILLED = "kill -9 of the client"
    SERVER_KILLED = "kill -9 of the server, which starts again on its data"
    TWO_AT_ONCE = "two pushes at once"


NETWORK = tuple(fault for fault in Fault if fault not in (Fault.NONE, Fault.EMPTY_AFTER))
_SILENCE = 3.0  # seconds until a client gives up a server that says nothing
_SIZES = (1, 5, 20, 50, 90)  # new paragraphs
BATCH = 40  # so that they are several batches, and doubles are soon taken away
_REQUESTS = 14  # of a push to an existing project; later instants would never come
_MOST = 600  # tasks in a project, then another one is made


@dataclass(frozen=True, slots=True)
class Place:
    """A server, and a folder for files.

    Attributes:
        restart: Kills the server and starts it again at the same address.
    """

    url: str
    token: str
    taxonomy: Taxonomy
    folder: Path
    restart: Callable[[], None] | None = None

    def seen_at(self, url: str) -> Connection:
        return Connection(url or self.url, self.token, self.url)

    def command(self, url: str, *words: str) -> dict[str, Any]:
        """How to call our command with the server at `url`, the proxy's."""
        called = command(*words, "--taxonomy", str(TAXONOMY), cwd=self.folder)
        called["env"] |= {"LABEL_STUDIO_URL": url, "LABEL_STUDIO_API_KEY": self.token}
        return called


@dataclass
class Field:
    """A project, the file that is pushed to it, and what it must hold after that.

    Attributes:
        file: Paragraph's id -> paragraph.
        expected: The same, where the server keeps another context for what was labelled.
        labelled: The paragraphs that somebody worked on.
        work: Task number -> the results on it.
    """

    place: Place
    title: str
    chance: random.Random
    file: dict[str, Paragraph] = field(default_factory=dict)
    expected: dict[str, Paragraph] = field(default_factory=dict)
    labelled: frozenset[str] = frozenset()
    work: dict[int, list[Any]] = field(default_factory=dict)
    stream: Project = field(init=False)

    def begin(self) -> None:
        """Some paragraphs, three of which are labelled."""
        self.add(40)
        self.push()
        look = PageSettings(self.place.taxonomy)
        stream = ensure_projects(self.place.seen_at(""), self.title, [], look)[SHARED]
        self.stream = stream
        some = list(stream.task_data())[3:12:3]
        for number, data in some:
            answer = Annotation(str(data["id"]), "", Status.LABELLED, labels=("Doubt",))
            result = to_result(answer, str(data["text"]), self.place.taxonomy)
            stream.annotate(number, result, seconds=1.0)
        self.labelled = frozenset(str(data["id"]) for _, data in some)
        self.work = self._work([number for number, _ in some])

    def add(self, count: int) -> None:
        first = len(self.file)
        texts = (f"{self.title}: paragraph {first + n}." for n in range(count))
        new = {row.id: row for row in paragraphs(*texts)}
        self.file |= new
        self.expected |= new

    def grow(self) -> None:
        """New paragraphs, and other context for some that are there, one of them labelled."""
        ids = list(self.file)
        self.add(self.chance.choice(_SIZES))
        for id_ in (*self.chance.sample(ids, 3), *sorted(self.labelled)[:1]):
            now = replace(self.file[id_], next=f"Now {self.chance.random()}.")
            self.file[id_] = now
            if id_ not in self.labelled:
                self.expected[id_] = now

    def push(self, url: str = "") -> None:
        """As the command does it."""
        settings = PageSettings(self.place.taxonomy)
        request = PushRequest(self.title, settings, list(self.file.values()))
        send(plan_push(request, read_snapshot(self.place.seen_at(url), request)))

    def harm(self) -> Counter[str]:
        """What is wrong on the server now; nothing, if all is well."""
        tasks = [(str(data["id"]), data) for _, data in self.stream.task_data()]
        held = dict(tasks)
        same = held.keys() & self.expected.keys()
        found = Counter(
            duplicates=len(tasks) - len(held),
            losses=len(self.expected.keys() - held.keys()),
            strangers=len(held.keys() - self.expected.keys()),
            changed=sum(
                data_digest(held[id_]) != data_digest(task_data(self.expected[id_])) for id_ in same
            ),
            annotations=sum(
                self.work[number] != results for number, results in self._work(self.work).items()
            ),
        )
        return +found

    def _work(self, numbers: Sequence[int] | Mapping[int, Any]) -> dict[int, list[Any]]:
        studio = self.stream.client
        return {
            number: [row["result"] for row in studio.get(f"api/tasks/{number}/annotations/")]
            for number in numbers
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fault did.

    Attributes:
        met: Whether it came to pass: what was aimed at may have been over by then.
        survived: Whether the push that met it ended well by itself.
        harm: What was wrong when it had been run again.
    """

    kind: str
    met: bool
    survived: bool
    harm: Mapping[str, int]
    seconds: float


def fields(place: Place, name: str, chance: random.Random) -> Iterator[Field]:
    """A project for the next fault: the same one, grown, or another one."""
    count = 0
    while True:
        count += 1
        found = Field(place, f"{name} {count} {secrets.token_hex(4)}", chance)
        found.begin()
        while len(found.file) < _MOST:
            found.grow()
            yield found


def until_met(meet: Callable[[], Outcome]) -> Iterator[Outcome]:
    """Again and again, until the fault comes to pass: its instant may be after the end."""
    for _ in range(20):
        outcome = meet()
        yield outcome
        if outcome.met:
            return


def meet(kind: Fault | Kind, there: Field) -> Outcome:
    """Push with the fault, then without, and look."""
    start = time.monotonic()
    if isinstance(kind, Fault):
        met, survived = _meet_on_the_way(kind, there)
    else:
        met, survived = _MEETINGS[kind](there)
    there.push()
    return Outcome(kind, met, survived, there.harm(), time.monotonic() - start)


def anything(path: str) -> bool:
    return True


def writes(path: str) -> bool:
    """Whether a request there changes tasks."""
    return path.endswith("/import") or bool(re.fullmatch(r"/api/tasks/\d+/", path))


def _meet_on_the_way(fault: Fault, there: Field) -> tuple[bool, bool]:
    aim, last = there.chance.choice([(anything, _REQUESTS), (writes, 5)])
    before = there.chance.randrange(last)
    faults = [*[Fault.NONE] * before, fault]
    with failing_proxy(there.place.url, *faults, aim=aim) as proxy, impatient(fault):
        survived = _goes_well(there, proxy.url)
    return not proxy.faults, survived


@contextmanager
def impatient(fault: Fault) -> Iterator[None]:
    """A client that does not wait ten minutes for a server that never answers."""
    silent = fault in (Fault.SILENT_AFTER, Fault.SILENT_BEFORE)
    with patch("annotate.label_studio.client._TIMEOUT", _SILENCE if silent else 120):
        yield


def _goes_well(there: Field, url: str) -> bool:
    try:
        there.push(url)
    except ServerError:
        return False
    return True


def _kill_the_client(there: Field) -> tuple[bool, bool]:
    write_paragraphs(there.place.folder / "p.jsonl", list(there.file.values()))
    with failing_proxy(there.place.url, aim=anything) as proxy:
        called = there.place.command(
            proxy.url, "push", "p.jsonl", "--new", "--project", there.title
        )
        return killed(called, proxy, there.chance), False


def killed(
    called: Mapping[str, Any], proxy: Proxy, chance: random.Random, last: int = _REQUESTS
) -> bool:
    """Run a command and kill it, up to a second after one of its first requests.

    Returns:
        Whether it ran still.
    """
    with subprocess.Popen(**called) as process:
        instant, until = chance.randrange(last), time.monotonic() + PATIENCE / 10
        while process.poll() is None and proxy.imports < instant and time.monotonic() < until:
            proxy.wait_for(instant, 0.2)  # in slices: a command may end before that request
        time.sleep(chance.random() ** 2)
        process.kill()
        process.communicate()
    return process.returncode < 0


def _kill_the_server(there: Field) -> tuple[bool, bool]:
    assert there.place.restart
    ended: list[bool] = []
    with failing_proxy(there.place.url, aim=anything) as proxy, impatient(Fault.NONE):
        client = threading.Thread(target=lambda: ended.append(_goes_well(there, proxy.url)))
        client.start()
        proxy.wait_for(there.chance.randrange(_REQUESTS), 10)
        time.sleep(there.chance.random() ** 2)
        met = client.is_alive()
        there.place.restart()
        client.join(PATIENCE)
    return met, ended == [True]


def _push_twice_at_once(there: Field) -> tuple[bool, bool]:
    ended: list[bool] = []

    def one() -> None:
        ended.append(_goes_well(there, ""))

    both = [threading.Thread(target=one) for _ in range(2)]
    for thread in both:
        thread.start()
        time.sleep(there.chance.random() / 2)
    for thread in both:
        thread.join(PATIENCE)
    return True, ended == [True, True]


_MEETINGS: Mapping[Kind, Callable[[Field], tuple[bool, bool]]] = {
    Kind.CLIENT_KILLED: _kill_the_client,
    Kind.SERVER_KILLED: _kill_the_server,
    Kind.TWO_AT_ONCE: _push_twice_at_once,
}
