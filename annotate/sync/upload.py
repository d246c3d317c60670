"""Send paragraphs to a project, each once, whatever happens on the way."""

import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import islice
from typing import Any

from annotate.core.plurals import counted
from annotate.core.records import Paragraph
from annotate.label_studio.retry import write_until_certain
from annotate.label_studio.task_data import task_data
from annotate.label_studio.tasks import TaskStore
from annotate.paragraphs.index import AnyPlanned

BATCH = 1000  # the fastest of the sizes that were measured


@dataclass(frozen=True, slots=True)
class PushReport:
    """What a push did.

    Attributes:
        added: Paragraphs that are new on the server.
        skipped: Paragraphs that were on the server before, or twice in the input.
        put_right: Of those added, how many the server confirmed only when it was asked again.
        updated: Tasks that got other context or metadata.
        kept: Tasks whose context or metadata changed, but that stay because of work on them.
        doubles: Second tasks of a paragraph that were removed.
        predictions: A model's predictions that were added.
        moved: Tasks that were moved from another project of the same name.
    """

    added: int
    skipped: int
    put_right: int
    updated: int = 0
    kept: int = 0
    doubles: int = 0
    predictions: int = 0
    moved: int = 0

    def phrases(self, *, dry_run: bool = False) -> Iterator[str]:
        """Yield the parts of the summary; what did not happen is left out."""
        yield f"{'would add' if dry_run else 'added'} {self.added}"
        yield f"{'would skip' if dry_run else 'skipped'} {self.skipped} already present"
        if self.put_right:
            yield f"confirmed {self.put_right} after a failed connection"
        if self.updated and dry_run:
            yield f"would update {self.updated} unless they are labelled"
        elif self.updated:
            yield f"updated {self.updated}"
        if self.kept:
            yield f"left {self.kept} unchanged because of work on them"
        if self.doubles:
            yield f"removed {counted(self.doubles, 'duplicate')}"
        if self.moved:
            yield f"moved {self.moved} from another project of this name"
        if self.predictions:
            yield f"added {counted(self.predictions, 'prediction')}"

    def __add__(self, other: "PushReport") -> "PushReport":
        return PushReport(*map(sum, zip(astuple(self), astuple(other), strict=True)))


def upload(
    paragraphs: Iterable[Paragraph],
    project: TaskStore,
    *,
    existing: Container[str] | None = None,
    to_data: Callable[[Paragraph], Mapping[str, Any]] = task_data,
    advance: Callable[[int], None] = lambda count: None,
    sleep: Callable[[float], None] = time.sleep,
) -> PushReport:
    """Send the paragraphs that the project does not have; running it twice changes nothing.

    Args:
        paragraphs: In the order in which they are to be labelled; a batch is held at a time.
        project: Where they go.
        existing: Ids of the paragraphs on the server; None to look.
        to_data: Makes the data of a task.
        advance: Told how many paragraphs are done.
        sleep: Waits before a look; replaced in tests.

    Raises:
        ServerError: The server cannot be reached; what was added by then stays, and the next push
            skips it.
    """
    existing = task_ids(project) if existing is None else existing
    new: set[str] = set()
    skipped = put_right = 0

    def select() -> Iterator[Paragraph]:
        nonlocal skipped
        for paragraph in paragraphs:
            if paragraph.id in existing or paragraph.id in new:
                skipped += 1
                advance(1)
            else:
                new.add(paragraph.id)
                yield paragraph

    selected = select()
    while batch := list(islice(selected, BATCH)):
        rows = [to_data(paragraph) for paragraph in batch]
        put_right += len(batch) if add_rows(rows, project, sleep) else 0
        advance(len(batch))
    return PushReport(len(new), skipped, put_right)


def missing(paragraphs: Iterable[AnyPlanned], existing: Container[str]) -> list[AnyPlanned]:
    """Return those whose id does not exist, each once: what an upload would send."""
    return list({p.id: p for p in paragraphs if p.id not in existing}.values())


def task_ids(project: TaskStore) -> frozenset[str]:
    """Return the ids of the paragraphs that the project has."""
    return frozenset(task.paragraph_id for task in project.summaries())


def add_rows(
    rows: Sequence[Mapping[str, Any]], project: TaskStore, sleep: Callable[[float], None]
) -> bool:
    """Add tasks with these data, a batch, and tell whether it was ever in doubt.

    The server has no uniqueness of its own and may commit what it then fails to confirm, so
    nothing is sent again before a look at what it has.
    """
    rest = rows

    def settled() -> bool:
        nonlocal rest
        existing = task_ids(project)
        rest = [row for row in rest if str(row["id"]) not in existing]
        return not rest

    return write_until_certain(lambda: project.add(rest), settled, sleep)
