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
from annotate.core.jsonl import read_rows
from annotate.core.paragraphs import read_paragraphs
from annotate.core.records import Annotation, Span, Status
from annotate.core.taxonomy import Taxonomy, load_taxonomy
from annotate.interface import to_result
from annotate.labelstudio import LabelStudio, Project
from annotate.prepare import prepare
from annotate.pseudonyms import KEY_FILE
from annotate.pull import PullReport, pull
from annotate.push import push
from annotate.server import StudioConfig, accounts
from annotate.studio import open_studio

PROJECT = "demo"
PARAGRAPHS = Path("data/demo/paragraphs.jsonl")


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
        project = opened.project
        pushed = push(read_paragraphs(PARAGRAPHS), project)
        say(f"pushed {pushed.added} paragraphs, {pushed.skipped} were there already")
        known = accounts(opened.studio.folder)
        people = {path: LabelStudio(opened.studio.url, known[path.stem].token) for path in passes}
        sent = label(project, people, taxonomy)
        say(f"the annotators {', '.join(names)} sent {sent} answers")
        return pull([project], taxonomy_file, dataset, KEY_FILE, seed)


def label(project: Project, people: Mapping[Path, LabelStudio], taxonomy: Taxonomy) -> int:
    """Send each person's answers under the own account, all people at once.

    Args:
        project: Where the paragraphs are.
        people: File of answers -> the server as that person sees it.
        taxonomy: Of the project.

    Returns:
        How many answers were sent; those that are there already are not.
    """
    tasks = list(project.tasks())
    number = {str(task.data["id"]): task.number for task in tasks}
    text = {str(task.data["id"]): str(task.data["text"]) for task in tasks}
    done = {(work.user, task.number) for task in tasks for work in task.work}
    queues = []
    for path, studio in people.items():
        own = Project(studio, project.number, project.server)
        answers = [answer for answer in read_answers(path) if answer.paragraph_id in number]
        jobs = (Job(own, number[a.paragraph_id], text[a.paragraph_id], a) for a in answers)
        queues.append([job for job in jobs if (studio.user, job.task) not in done])
    _send_all(queues, taxonomy)
    return sum(map(len, queues))


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
