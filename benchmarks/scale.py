"""How long, and with how much memory: prepare, push and pull, beside what the server's SDK does.

Machines are noisy: what is compared runs in turn in one run, and ratios are what counts.
"""

import argparse
import json
import math
import os
import random
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from annotate.core.records import Paragraph
from annotate.label_config.guidelines import instruction
from annotate.label_config.labeling_page import label_config
from annotate.label_studio.annotator_projects import PageSettings
from annotate.label_studio.client import ONCE, LabelStudio
from annotate.label_studio.task_data import task_data
from annotate.paragraphs.file import read_paragraphs
from annotate.sync.push import PushRequest, plan_push, read_snapshot, send
from benchmarks.faults import place
from tests.studio.faults import Place
from tests.studio.server import ROOT

BATCH = 1000
ONE_BY_ONE = 100  # tasks; more of them would only take longer
EACH = 10  # paragraphs an article


@dataclass(frozen=True, slots=True)
class Run:
    """What a command cost: seconds, CPU seconds of it and its helpers, most megabytes of one."""

    seconds: float
    cpu: float
    megabytes: float


def write_articles(path: Path, count: int, seed: int) -> None:
    """Articles of `count` paragraphs in all: the words of the samples, drawn at random."""
    chance = random.Random(seed)
    texts = [p.read_text("utf-8") for p in sorted((ROOT / "data/samples/articles").iterdir())]
    words = sorted({word for text in texts for word in re.findall(r"[a-z]{2,}", text)})
    with path.open("w", encoding="utf-8") as file:
        for number in range(count // EACH):
            bodies = (" ".join(_sentences(words, chance)) for _ in range(EACH))
            row = {"id": f"article {number}", "title": f"Article {number}"}
            file.write(json.dumps(row | {"text": "\n\n".join(bodies)}) + "\n")


def _sentences(words: Sequence[str], chance: random.Random) -> Iterator[str]:
    for _ in range(chance.randint(3, 8)):
        yield " ".join(chance.choices(words, k=chance.randint(8, 20))).capitalize() + "."


def measured(called: dict[str, Any]) -> Run:
    """Run a command of ours to its end."""
    start, most = time.monotonic(), 0.0
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(**called | {"stdout": subprocess.DEVNULL, "stderr": said})
        done = 0
        while not done:
            # What wait4 says of memory counts this process too, from before it became another.
            most = max(most, *map(_megabytes, (process.pid, *_children(process.pid))))
            time.sleep(0.02)
            done, status, usage = os.wait4(process.pid, os.WNOHANG)
        took = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        assert process.returncode == 0, said.read()
    return Run(took, usage.ru_utime + usage.ru_stime, most)


def _megabytes(pid: int) -> float:
    """The most that a process had in memory since it began."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:  # it ended
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


def _children(pid: int) -> list[int]:
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def prepare(where: Place, count: int, seed: int) -> tuple[Run, Run]:
    """Prepare, and push as a command to a project of its own."""
    write_articles(where.folder / f"{count}.jsonl", count, seed)
    out = f"{count}.paragraphs.jsonl"
    called = where.command(where.url, "prepare", f"{count}.jsonl", "-o", out)
    called["args"] = called["args"][:-2]  # prepare knows no taxonomy
    first = measured(called)
    title = f"command {count} {seed}"
    return first, measured(where.command(where.url, "push", out, "--new", "--project", title))


def ours(where: Place, rows: Sequence[Paragraph], title: str) -> None:
    request = PushRequest(title, PageSettings(where.taxonomy), rows)
    send(plan_push(request, read_snapshot(where.seen_at(""), request)))


def raw(where: Place, rows: Sequence[Paragraph], title: str) -> None:
    """As many tasks by the SDK alone, in batches of the same size; nothing is looked up."""
    studio = LabelStudio(where.url, where.token)
    told = instruction(where.taxonomy)  # as ours has it: it is long
    number = studio.make_project(title, label_config(where.taxonomy), told)
    for start in range(0, len(rows), BATCH):
        data = [{"data": task_data(row)} for row in rows[start : start + BATCH]]
        studio.sdk.projects.import_tasks(number, request=data, request_options=ONCE)


def one_by_one(where: Place, rows: Sequence[Paragraph], title: str) -> None:
    studio = LabelStudio(where.url, where.token)
    number = studio.make_project(title, label_config(where.taxonomy), "")
    for row in rows:
        studio.sdk.tasks.create(data=task_data(row), project=number, request_options=ONCE)


def timed(act: Callable[[], None]) -> float:
    start = time.monotonic()
    act()
    return time.monotonic() - start


def compare(where: Place, rows: Sequence[Paragraph], times: int) -> tuple[list[float], list[float]]:
    """Seconds of our pushes into empty projects, and of raw imports, in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    ways = ((ours, found[0]), (raw, found[1]))
    for turn in range(times):
        for way, took in ways[:: -1 if turn % 2 else 1]:
            title = f"{way.__name__} {len(rows)} {turn}"
            took.append(timed(lambda w=way, t=title: w(where, rows, t)))  # type: ignore[misc]
    return found


def filled(where: Place, rows: Sequence[Paragraph], times: int) -> list[float]:
    """Seconds of pushes of 1,000 new paragraphs each into a project that holds all the others."""
    title, new = f"filled {len(rows)}", times * BATCH
    ours(where, rows[new:], title)
    parts = [rows[start : start + BATCH] for start in range(0, new, BATCH)]
    return [timed(lambda p=part: ours(where, p, title)) for part in parts]  # type: ignore[misc]


def read(where: Place, count: int, seed: int) -> tuple[Run, float]:
    """Pull as a command, with ten answers; and the SDK's export of the same project."""
    title = f"command {count} {seed}"
    studio = LabelStudio(where.url, where.token)
    number = studio.projects(title)[title][0]
    tasks = studio.get("api/tasks", project=number, page_size=10, fields="task_only", include="id")
    for task in tasks["tasks"]:
        verdict = {"from_name": "verdict", "to_name": "text", "type": "choices"}
        result = [verdict | {"value": {"choices": ["none"]}}]
        studio.sdk.annotations.create(task["id"], result=result, request_options=ONCE)
    words = ("pull", "-o", f"data/datasets/d{count}", "--project", title)
    pulled = measured(where.command(where.url, *words))
    return pulled, timed(lambda: _export(studio, number))


def _export(studio: LabelStudio, number: int) -> None:
    studio.sdk.projects.exports.as_json(number)


def row(count: int, runs: Sequence[Run]) -> str:
    seconds = statistics.median(run.seconds for run in runs)
    cpu = statistics.median(run.cpu for run in runs)
    most = max(run.megabytes for run in runs)
    return f"{count} | {seconds:.1f} | {count / seconds:.0f} | {cpu:.1f} | {most:.0f} |"


def exponents(points: Sequence[tuple[int, float]]) -> str:
    """How cost grows from each size to the next: 1 is in proportion, a start costs less."""
    found = []
    for (size, cost), (larger, more) in pairwise(points):
        grown = math.log(more / cost) / math.log(larger / size)
        found.append(f"{grown:.2f} from {size} to {larger}")
    return ", ".join(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--times", type=int, default=3, help="repetitions below 10,000")
    parser.add_argument("--data", type=Path, help="the server's; a folder of its own without it")
    options = parser.parse_args()
    costs: dict[str, list[tuple[int, float]]] = {}
    print("| what | paragraphs | s | a second | CPU s | MB |\n|---|---|---|---|---|---|")
    with place(options.data) as where:
        for count in options.sizes:
            times = options.times if count < 10_000 else 1
            seeds = range(options.seed, options.seed + times)
            runs = [prepare(where, count, seed) for seed in seeds]
            pulled, export = read(where, count, options.seed)
            rows = list(read_paragraphs(where.folder / f"{count}.paragraphs.jsonl"))
            for name, some in (
                ("prepare", [first for first, _ in runs]),
                ("push", [second for _, second in runs]),
                ("pull", [pulled]),
            ):
                print(f"| {name} | {row(count, some)}", flush=True)
                costs.setdefault(name, []).append((count, min(run.seconds for run in some)))
            for line in beside(where, rows, options.times if count <= 10_000 else 1):
                print(f"\n{line}", flush=True)
            print(f"\n{count}: exports.as_json {export:.1f} s, pull {pulled.seconds:.1f} s\n")
    for name, points in costs.items():
        print(f"{name} grows with the power of {exponents(points)}")


def beside(where: Place, rows: Sequence[Paragraph], times: int) -> Iterator[str]:
    """Our push into an empty project beside the raw import, one by one, and into a filled one."""
    count = len(rows)
    own, plain = compare(where, rows, times)
    share = statistics.median(p / o for o, p in zip(own, plain, strict=True))
    seconds = [f"{statistics.median(some):.1f}" for some in (own, plain)]
    yield f"{count} into an empty project: ours {seconds[0]} s, raw {seconds[1]} s: {share:.0%}"
    some = rows[:ONE_BY_ONE]
    single = timed(lambda: one_by_one(where, some, f"single {count}")) / len(some)
    yield f"{count} one by one: {single * count:.0f} s, extrapolated from {len(some)}"
    if count > 3 * BATCH:
        took = statistics.median(filled(where, rows, 3))
        yield f"{BATCH} into a project that holds about {count}: {took:.1f} s"


if __name__ == "__main__":
    main()
