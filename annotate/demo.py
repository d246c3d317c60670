"""The first half of `make demo`: the sample articles through a real Label Studio.

The three annotators are simulated (data/samples/README.md says how), but what they do is real:
each answer is sent with the annotator's own account, as the labeling interface would send it.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from annotate.core.console import Progress, progress, say
from annotate.core.io.jsonl import read_rows
from annotate.core.plurals import counted
from annotate.core.records import Annotation, Span, Status
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.label_studio.project import Project
from annotate.label_studio.provenance import mark_simulated
from annotate.label_studio.results import to_result
from annotate.label_studio.tasks import Task
from annotate.paragraphs.file import read_paragraphs
from annotate.paragraphs.prepare import prepare
from annotate.server.process import FIRST_START, StudioConfig
from annotate.server.studio import open_studio
from annotate.sync.pull import PullReport, PullRequest, pull
from annotate.sync.upload import upload
from annotate.workspace import DEMO, PSEUDONYM_KEY

PROJECT = "demo"
PARAGRAPHS = DEMO / "paragraphs.jsonl"

Job = tuple[Project, Task, Annotation]  # an answer to send


def demo(samples: Path, taxonomy_file: Path, dataset: Path, seed: int) -> PullReport:
    """Prepare, push, label and pull the samples; an interrupted run is continued.

    Raises:
        RhetoricError: As the steps do.
    """
    taxonomy = load_taxonomy(taxonomy_file)
    files = sorted((samples / "annotators").glob("*.jsonl"))
    names = [path.stem for path in files]
    prepared = prepare([samples / "articles"], PARAGRAPHS)
    paragraphs = counted(prepared.paragraphs, "paragraph")
    say(f"prepared {paragraphs} of {counted(prepared.articles, 'article')}")
    say(f"starting Label Studio (the first start takes {FIRST_START}) ...")
    with open_studio(StudioConfig(tell=say), PROJECT, names, taxonomy) as opened:
        say(f"Label Studio runs at {opened.studio.url}")
        projects = {path: opened.projects[path.stem] for path in files}
        rows = list(read_paragraphs(PARAGRAPHS))
        reports = [upload(rows, project) for project in projects.values()]
        added, skipped = (sum(getattr(r, key) for r in reports) for key in ("added", "skipped"))
        say(f"pushed {added}, skipped {skipped} already present")
        sent = label(projects, taxonomy)
        say(f"the annotators {', '.join(names)} sent {counted(sent, 'answer')}")
        request = PullRequest(taxonomy_file, dataset, PSEUDONYM_KEY, seed, project=PROJECT)
        return pull(projects.values(), request)


def label(projects: Mapping[Path, Project], taxonomy: Taxonomy) -> int:
    """Send each person's answers with that person's account, all people at once.

    Args:
        projects: File of answers -> the person's project.
        taxonomy: Of the projects.

    Returns:
        How many answers were sent; those sent before are not sent again.
    """
    queues = [list(_open_jobs(project, path)) for path, project in projects.items()]
    total, stop = sum(map(len, queues)), Event()
    with progress("labelling", total) as bar, ThreadPoolExecutor(len(queues) or 1) as pool:
        running = [pool.submit(_send_queue, queue, taxonomy, bar, stop) for queue in queues]
        try:
            for future in running:
                future.result()
        finally:
            stop.set()  # after Ctrl-C or an error the others stop after their current answer
    return total


def _open_jobs(project: Project, path: Path) -> Iterator[Job]:
    tasks = {str(task.data["id"]): task for task in project.tasks()}
    for answer in read_answers(path):
        task = tasks.get(answer.paragraph_id)
        if task and project.owner not in {work.user for work in task.work}:
            yield project, task, answer


def read_answers(path: Path) -> Iterator[Annotation]:
    """Yield a simulated annotator's answers, one a line."""
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


def _send_queue(jobs: Sequence[Job], taxonomy: Taxonomy, bar: Progress, stop: Event) -> None:
    for project, task, answer in jobs:
        if stop.is_set():
            return
        result = to_result(answer, str(task.data["text"]), taxonomy)
        if answer.status is Status.SKIPPED:
            project.skip(task.number, answer.seconds)
        elif answer.status is Status.DRAFT:
            project.save_draft(task.number, result, answer.seconds)
        else:
            project.annotate(task.number, mark_simulated(result), answer.seconds)
        bar.advance()
