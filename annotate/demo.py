"""The first half of `make demo`: the sample articles through a real Label Studio.

The three annotators are simulated (data/samples/README.md says how), but what they do is real:
each answer is sent under the annotator's own account, as the labelling page would send it.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from annotate.core.console import Progress, progress, say
from annotate.core.io.jsonl import read_rows
from annotate.core.records import Annotation, Span, Status
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.label_studio.project import Project
from annotate.label_studio.results import to_result
from annotate.label_studio.tasks import Task
from annotate.paragraphs.file import read_paragraphs
from annotate.paragraphs.prepare import prepare
from annotate.server.process import StudioConfig
from annotate.server.studio import open_studio
from annotate.sync.pull import PullReport, PullRequest, pull
from annotate.sync.upload import push
from annotate.workspace import DEMO, PSEUDONYM_KEY

PROJECT = "demo"
PARAGRAPHS = DEMO / "paragraphs.jsonl"


@dataclass(frozen=True, slots=True)
class Job:
    """One answer to send: whose, to which task."""

    project: Project
    task: int
    text: str
    answer: Annotation


def demo(samples: Path, taxonomy_file: Path, dataset: Path, seed: int) -> PullReport:
    """Prepare, push, label and pull the samples; what an interrupted run did is not done again.

    Raises:
        RhetoricError: As the steps do.
    """
    taxonomy = load_taxonomy(taxonomy_file)
    passes = sorted((samples / "annotators").glob("*.jsonl"))
    names = [path.stem for path in passes]
    prepared = prepare([samples / "articles"], PARAGRAPHS)
    say(f"prepared {prepared.paragraphs} paragraphs of {prepared.articles} articles")
    say("starting Label Studio (the first start takes up to a minute) ...")
    with open_studio(StudioConfig(), PROJECT, names, taxonomy) as opened:
        say(f"Label Studio runs at {opened.studio.url}")
        streams = {path: opened.projects[path.stem] for path in passes}
        rows = list(read_paragraphs(PARAGRAPHS))
        pushed = [push(rows, stream) for stream in streams.values()]
        say(f"pushed {sum(p.added for p in pushed)}, {sum(p.skipped for p in pushed)} were there")
        sent = label(streams, taxonomy)
        say(f"the annotators {', '.join(names)} sent {sent} answers")
        return pull(streams.values(), PullRequest(taxonomy_file, dataset, PSEUDONYM_KEY, seed))


def label(streams: Mapping[Path, Project], taxonomy: Taxonomy) -> int:
    """Send each person's answers under the own account, all people at once.

    Args:
        streams: File of answers -> the stream of the person.
        taxonomy: Of the project.

    Returns:
        How many answers were sent; those that are there already are not.
    """
    queues = []
    for path, own in streams.items():
        tasks = {str(task.data["id"]): task for task in own.tasks()}
        answers = [answer for answer in read_answers(path) if answer.paragraph_id in tasks]
        jobs = (_job(own, tasks[answer.paragraph_id], answer) for answer in answers)
        done = {task.number for task in tasks.values() for w in task.work if w.user == own.owner}
        queues.append([job for job in jobs if job.task not in done])
    _send_all(queues, taxonomy)
    return sum(map(len, queues))


def _job(project: Project, task: Task, answer: Annotation) -> Job:
    return Job(project, task.number, str(task.data["text"]), answer)


def read_answers(path: Path) -> Iterator[Annotation]:
    """A simulated annotator's answers, one a line."""
    for _, row in read_rows(path):
        yield Annotation(
            paragraph_id=row["id"],
            annotator=path.stem,
            status=Status(row["status"]),
            labels=tuple(row["labels"]),
            spans=tuple(Span(**span) for span in row["spans"]),
            comment=row["comment"],
            seconds=row["seconds"],
        )


def _send_all(queues: Sequence[Sequence[Job]], taxonomy: Taxonomy) -> None:
    stop = Event()
    total = sum(map(len, queues))
    with progress("labelling", total) as bar, ThreadPoolExecutor(len(queues) or 1) as pool:
        running = [pool.submit(_send_queue, queue, taxonomy, bar, stop) for queue in queues]
        try:
            for future in running:
                future.result()
        finally:
            stop.set()  # after Ctrl-C or an error the others end with the answer that they send


def _send_queue(jobs: Sequence[Job], taxonomy: Taxonomy, bar: Progress, stop: Event) -> None:
    for job in jobs:
        if stop.is_set():
            return
        _send(job, to_result(job.answer, job.text, taxonomy))
        bar.advance()


def _send(job: Job, result: list[dict[str, Any]]) -> None:
    seconds = job.answer.seconds
    if job.answer.status is Status.SKIPPED:
        job.project.skip(job.task, seconds)
    elif job.answer.status is Status.DRAFT:
        job.project.save_draft(job.task, result, seconds)
    else:
        job.project.annotate(job.task, result, seconds)
