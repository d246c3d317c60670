"""A pull that meets a fault at a random instant: the last good snapshot stays readable."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from annotate.core.errors import ServerError
from annotate.core.records import Annotation, Status
from annotate.label_studio.annotator_projects import open_projects
from annotate.label_studio.project import Project
from annotate.label_studio.results import to_result
from annotate.sync.pull import PullRequest, pull
from tests.studio.faults import Field, Kind, Outcome, Place, anything, impatient
from tests.studio.proxy import Fault, Proxy, failing_proxy
from tests.studio.server import TAXONOMY
from tests.studio.test_command import PATIENCE

PULL_NETWORK = (
    Fault.CUT_BEFORE,
    Fault.CUT_WITHIN,
    Fault.TIMEOUT_AFTER,
    Fault.PAGE_AFTER,
    Fault.REFUSED_BEFORE,
    Fault.SILENT_AFTER,
    Fault.UNAUTHORISED,
)


@dataclass
class Shelf:
    """A labelled project and the dataset that is pulled from it.

    Attributes:
        good: The version that the dataset's link points at, and the digest of all its files.
        address: The proxy's, always the same: it names the server, and so the people on it.
        seconds: What a pull as a command takes from its first request to its end.
    """

    place: Place
    title: str
    chance: random.Random
    good: tuple[str, str] = ("", "")
    address: str = ""
    seconds: float = 0.0
    answers: list[int] = field(default_factory=list)
    stream: Project = field(init=False)

    @property
    def link(self) -> Path:
        return self.place.folder / "data" / "datasets" / "it"

    def begin(self) -> None:
        """Thirty paragraphs, ten of them labelled, and a first snapshot."""
        project = Field(self.place, self.title, self.chance)
        project.add(30)
        project.push()
        (self.stream,) = self._streams("")
        stream = self.stream
        for number, _ in list(stream.task_data())[:10]:
            stream.annotate(number, self._result("Doubt"), seconds=1.0)
        self.answers = [work.number for task in stream.tasks() for work in task.work]
        with (
            failing_proxy(self.place.url, aim=anything) as proxy,
            subprocess.Popen(**self.command(proxy.url)) as process,
        ):
            self.address = proxy.url
            proxy.wait_for(1, PATIENCE)
            start = time.monotonic()
            _, said = process.communicate()
        assert process.returncode == 0, said
        self.seconds = time.monotonic() - start
        self.pull()

    def proxy(self, *faults: Fault) -> AbstractContextManager[Proxy]:
        port = int(self.address.rpartition(":")[2])
        return failing_proxy(self.place.url, *faults, aim=anything, port=port)

    def command(self, url: str) -> dict[str, Any]:
        return self.place.command(url, "pull", "-o", "data/datasets/it", "--project", self.title)

    def relabel(self) -> None:
        """So that the next snapshot is another one."""
        other = self.chance.sample(self.place.taxonomy.labels, 2)
        self.stream.rewrite("annotations", self.chance.choice(self.answers), self._result(*other))

    def _result(self, *labels: str) -> list[dict[str, object]]:
        taxonomy = self.place.taxonomy
        ordered = tuple(label for label in taxonomy.labels if label in labels)
        return to_result(Annotation("", "", Status.LABELLED, labels=ordered), "", taxonomy)

    def _streams(self, url: str) -> list[Project]:
        at = replace(self.place.seen_at(url), server=self.address)
        return list(open_projects(at, self.title, self.place.taxonomy).values())

    def pull(self, url: str = "") -> None:
        key = self.place.folder / "data" / "pseudonyms.json"
        pull(self._streams(url), PullRequest(TAXONOMY, self.link, key, 13))
        if not url:
            self.good = self.state()

    def state(self) -> tuple[str, str]:
        """The version that is there, and the digest of its files, which can all be read."""
        import pyarrow.parquet as pq

        folder = self.link.resolve(strict=True)
        digest = sha256()
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
            if path.suffix == ".parquet":
                assert pq.read_table(path).num_rows
        return folder.name, digest.hexdigest()

    def loads(self) -> bool:
        """Whether `load_dataset` in a fresh process takes the dataset."""
        program = (
            "import sys; from datasets import load_dataset; "
            "[load_dataset(sys.argv[1], *name) for name in ((), ('annotations',))]"
        )
        folder = self.place.folder
        words = [sys.executable, "-W", "ignore", "-c", program, str(self.link)]
        done = subprocess.run(words, env={"HF_HOME": str(folder / "hub")}, capture_output=True)
        return done.returncode == 0


def meet_pulling(kind: Fault | Kind, there: Shelf) -> Outcome:
    """Pull with the fault and look at the snapshot; then pull without, which succeeds."""
    start = time.monotonic()
    there.relabel()
    before = there.good
    if isinstance(kind, Fault):
        met, survived = _meet_on_the_way(kind, there)
    else:
        met, survived = _kill(kind, there)
    harm: Counter[str] = Counter()
    try:
        after = there.state()
    except (OSError, ValueError):
        after, harm["unreadable"] = ("", ""), 1
    there.pull()
    harm["half written"] = int(not harm and after not in (before, there.good))
    return Outcome(f"pull: {kind}", met, survived, +harm, time.monotonic() - start)


def _meet_on_the_way(fault: Fault, there: Shelf) -> tuple[bool, bool]:
    faults: Sequence[Fault] = [*[Fault.NONE] * there.chance.randrange(8), fault]
    with there.proxy(*faults) as proxy, impatient(fault):
        try:
            there.pull(proxy.url)
        except ServerError:
            return not proxy.faults, False
    return not proxy.faults, True


def _kill(kind: Kind, there: Shelf) -> tuple[bool, bool]:
    """Some time between a pull's first request and its end."""
    with (
        there.proxy() as proxy,
        subprocess.Popen(**there.command(proxy.url)) as process,
    ):
        proxy.wait_for(1, PATIENCE)
        time.sleep(there.chance.random() * there.seconds)
        met = process.poll() is None
        if kind is Kind.SERVER_KILLED:
            assert there.place.restart
            there.place.restart()
        else:
            process.kill()
        process.communicate()
    return met, process.returncode == 0
