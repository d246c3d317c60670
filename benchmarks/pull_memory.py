"""How much memory a pull takes, by number of tasks; see benchmarks/README.md.

Run as PYTHONPATH=. python benchmarks/pull_memory.py [TASKS ...]: each size in a process of its own.
"""

import importlib
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from annotate.aggregation.methods import Method
from annotate.core.records import Annotation, BlockType, Origin, Paragraph, Status
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.label_studio.results import to_result
from annotate.label_studio.task_data import task_data
from annotate.label_studio.tasks import Task, Work
from annotate.sync.pull import PullRequest, pull

TAXONOMY = Path(__file__).parents[1] / "label_config" / "taxonomy.yaml"
SIZES = (10_000, 50_000, 100_000)
PEOPLE = 6
PER_ARTICLE = 12


@dataclass(frozen=True, slots=True)
class LazyStore:
    """Makes each task when it is asked for, as a server's pages do: nothing is kept here."""

    count: int
    taxonomy: Taxonomy
    server: str = "benchmark"
    annotator: str = ""
    owner: int | None = None
    administrator: int | None = None
    origin: Origin = Origin.ANNOTATION

    def tasks(self) -> Iterator[Task]:
        for number in range(self.count):
            paragraph = made(number)
            pair = random.Random(-number - 1).sample(range(1, PEOPLE + 1), 2)
            work = tuple(self._work(number, user, paragraph.text) for user in pair)
            yield Task(number + 1, task_data(paragraph), work)

    def place(self, number: int) -> str:
        return str(number)

    def _work(self, number: int, user: int, text: str) -> Work:
        chance = random.Random(number * PEOPLE + user)
        true = random.Random(number).sample(self.taxonomy.labels, 2)
        labels = tuple(x for x in self.taxonomy.labels if x in true and chance.random() < 0.5)
        status = Status.LABELLED if labels else Status.NONE
        said = to_result(Annotation("", "", status, labels), text, self.taxonomy)
        at = f"2026-11-22T04:{number % 60:02}:{user:02}.{number:06}Z"
        return Work(number * 10 + user, user, said, False, False, chance.uniform(2, 60), at)


def made(number: int) -> Paragraph:
    """A paragraph of 100 words, between others of an article of twelve."""
    article, position = divmod(number, PER_ARTICLE)
    return Paragraph(
        article_id=f"https://example.org/{article}",
        position=position,
        kind=BlockType.BODY,
        title=f"What happened on day {article}",
        source="The Brindle Post",
        url=f"https://example.org/{article}",
        date="2026-11-02",
        previous=words(number - 1) if position else "",
        text=words(number),
        next=words(number + 1) if position < PER_ARTICLE - 1 else "",
    )


def words(number: int) -> str:
    """100 words of six letters."""
    return random.Random(number).randbytes(300).hex(" ", 3)


def measure(tasks: int, method: Method) -> None:
    """One pull in this process, and a line of the table."""
    for library in ("label_studio_sdk.client", "datasets"):
        importlib.import_module(library)
    before, began = peak(), time.perf_counter()
    store = LazyStore(tasks, load_taxonomy(TAXONOMY))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "pulled")
        request = PullRequest(TAXONOMY, out, Path(folder, "key.json"), 13, method)
        report = pull([store], request)
        assert report.ledger["tasks"] == tasks
        size = sum(path.stat().st_size for path in report.folder.rglob("*.parquet"))
    took = time.perf_counter() - began
    cells = (method, f"{tasks:,}", f"{peak() - before:.0f}", f"{peak():.0f}", f"{took:.0f}")
    print("|", " | ".join((*cells, f"{size / 1e6:.0f}")), "|", flush=True)


def peak() -> float:
    """MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        measure(int(sys.argv[2]), Method(sys.argv[3]))
        return
    print("| method | tasks | growth, MB | peak, MB | s | parquet, MB |\n|---|---|---|---|---|---|")
    sys.stdout.flush()
    for method in (Method.MAJORITY, Method.DAWID_SKENE):
        for size in map(int, sys.argv[1:] or SIZES):
            command = [sys.executable, __file__, "--one", str(size), str(method)]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
