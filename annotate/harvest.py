"""Read what people left in the streams, check all of it, and account for every task."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.records import Annotation, Origin, Paragraph, Status, normalise
from annotate.core.taxonomy import Taxonomy
from annotate.interface import Rejected, read_result
from annotate.pseudonyms import pseudonyms
from annotate.store import ReadStore, Task, Work

REJECTED = "rejected"
UNSEEN = "unseen"
STATES = (*Status, REJECTED, UNSEEN)


@dataclass(frozen=True, slots=True)
class Harvest:
    """Everything that the streams hold, checked.

    Attributes:
        paragraphs: Each once, by article and position.
        annotations: At most one for a paragraph, annotator and origin, in the paragraphs' order.
        rejected: What was set aside.
        ledger: What became of each task, and how many tasks each annotator has in each state; see
            `check_ledger`.
        names: Annotator of a stream -> pseudonym; never to be written.
    """

    paragraphs: Sequence[Paragraph]
    annotations: Sequence[Annotation]
    rejected: Sequence[Mapping[str, Any]]
    ledger: Mapping[str, Any]
    names: Mapping[str, str]


def gather(stores: Sequence[ReadStore], taxonomy: Taxonomy, key_file: Path) -> Harvest:
    """Read and check everything that the stores hold."""
    streams = [(store, list(store.tasks())) for store in stores]
    names = pseudonyms(_people(streams), key_file)
    reader = _Reader(taxonomy)
    for store, tasks in streams:
        here = {user: name for (server, user), name in names.items() if server == store.server}
        reader.add(store, tasks, here)
    owners = {
        store.annotator: names[store.server, store.owner]
        for store in stores
        if store.annotator and store.owner is not None
    }
    return reader.harvest(owners)


def _people(streams: Iterable[tuple[ReadStore, Sequence[Task]]]) -> Iterator[tuple[str, int]]:
    """Who left work, and whose stream it is: also people who did nothing yet are counted."""
    for store, tasks in streams:
        if store.owner is not None:
            yield store.server, store.owner
        yield from ((store.server, work.user) for task in tasks for work in task.work)


class _Reader:
    """Turns tasks into annotations and counts what becomes of each.

    A unit is what somebody can be in a state with: a paragraph, or a task that cannot be read.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.paragraphs: dict[str, Paragraph] = {}
        self.work: dict[tuple[Origin, str, str], list[tuple[int, Work]]] = {}
        self.units: dict[Origin, dict[str, dict[str, None]]] = {o: {} for o in Origin}
        self.shared: dict[Origin, dict[str, None]] = {o: {} for o in Origin}
        self.rejected: list[dict[str, Any]] = []
        self.unreadable: dict[str, set[str]] = {}  # unit -> who worked on it
        self.tasks = 0
        self.given = 0
        self.doubled = 0
        self.repeated = 0

    def add(self, store: ReadStore, tasks: Sequence[Task], names: Mapping[int, str]) -> None:
        """Take in the tasks of a stream; `names` are the pseudonyms of its server."""
        own = self.shared[store.origin]
        if store.owner is not None:
            own = self._units(store.origin, names[store.owner])
        there: set[str] = set()
        for task in tasks:
            unit = self._unit(store, task, names)
            self.doubled += unit in there
            there.add(unit)
            own[unit] = None
            for work in task.work:
                name = names[work.user]
                self._units(store.origin, name)[unit] = None
                self.work.setdefault((store.origin, unit, name), []).append((task.number, work))
        self.tasks += len(tasks)
        self.given += len(there - set(self.unreadable))

    def _units(self, origin: Origin, name: str) -> dict[str, None]:
        return self.units[origin].setdefault(name, {})

    def _unit(self, store: ReadStore, task: Task, names: Mapping[int, str]) -> str:
        """The task's paragraph by its id, or what stands for a task that cannot be read."""
        try:
            paragraph = _paragraph(task)
        except InputError as error:
            reason = str(error)
            if not (task.problem and task.work):
                self.rejected.append({"task": task.number, "reason": reason})
            for work in task.work:
                self._reject(task.number, work, names[work.user], reason)
            unit = f"{store.server} task {task.number}"
            self.unreadable[unit] = {names[work.user] for work in task.work}
            return unit
        self.paragraphs.setdefault(paragraph.id, paragraph)
        return paragraph.id

    def harvest(self, owners: Mapping[str, str]) -> Harvest:
        paragraphs = sorted(
            self.paragraphs.values(), key=lambda p: (p.article_id, p.position, p.id)
        )
        found: list[Annotation] = []
        counts = {origin: self._count(origin, found) for origin in Origin}
        place = {p.id: number for number, p in enumerate(paragraphs)}
        found.sort(key=lambda a: (place[a.paragraph_id], a.origin, int(a.annotator[1:])))
        ledger = {
            "tasks": self.tasks,
            "given": self.given,
            "paragraphs": len(self.paragraphs),
            "unreadable_tasks": len(self.unreadable),
            "doubled_tasks": self.doubled,
            "repeated_spans": self.repeated,
            "annotators": counts[Origin.ANNOTATION],
            "adjudicators": counts[Origin.ADJUDICATION],
        }
        check_ledger(ledger)
        return Harvest(paragraphs, found, self.rejected, ledger, owners)

    def _count(self, origin: Origin, found: list[Annotation]) -> dict[str, dict[str, int]]:
        """Pseudonym -> tasks and how many in each state; fills `found` with the annotations."""
        table = {}
        shared = self.shared[origin]
        for name in sorted(self.units[origin], key=lambda name: int(name[1:])):
            units = dict.fromkeys(chain(shared, self.units[origin][name]))
            states = Counter(self._state(origin, unit, name, found) for unit in units)
            table[name] = {"tasks": len(units), **{s: states[s] for s in STATES}}
        return table

    def _state(self, origin: Origin, unit: str, name: str, found: list[Annotation]) -> str:
        if unit in self.unreadable:
            return REJECTED if name in self.unreadable[unit] else UNSEEN
        annotation = self._annotation(origin, self.paragraphs[unit], name)
        if isinstance(annotation, Annotation):
            found.append(annotation)
            return annotation.status
        return annotation

    def _annotation(self, origin: Origin, paragraph: Paragraph, name: str) -> Annotation | str:
        """The person's newest answer, or the state that stands for none."""
        works = self.work.get((origin, paragraph.id, name))
        if not works:
            return UNSEEN
        # A submitted answer beats a draft; among several the last change counts.
        works.sort(key=lambda tw: (not tw[1].draft, tw[1].updated_at.rstrip("Z"), tw[1].number))
        for task, work in works[:-1]:
            self._reject(task, work, name, "an older answer of the same annotator", paragraph.id)
        task, work = works[-1]
        try:
            return self._read(
                task, work, Annotation(paragraph.id, name, Status.NONE, origin=origin)
            )
        except Rejected as reason:
            self._reject(task, work, name, str(reason), paragraph.id)
            return REJECTED

    def _read(self, task: int, work: Work, blank: Annotation) -> Annotation:
        """The annotation with what the person answered."""
        if work.edited:
            raise Rejected("changed by somebody else after it was submitted")
        timed = replace(blank, seconds=round(work.seconds, 3), updated_at=work.updated_at)
        if work.skipped:
            return replace(timed, status=Status.SKIPPED)
        if work.problem and not work.draft:
            raise Rejected(work.problem)
        text = self.paragraphs[blank.paragraph_id].text
        try:
            answer = read_result(work.result, text, self.taxonomy)
        except Rejected:
            if work.draft:  # half an answer is what a draft is
                return replace(timed, status=Status.DRAFT)
            raise
        for span in answer.repeated:
            self.repeated += 1
            reason = f"span {span.start} to {span.end} {span.label!r} stands twice; kept once"
            self._reject(task, work, blank.annotator, reason, blank.paragraph_id)
        return replace(
            timed,
            status=Status.DRAFT if work.draft else answer.status,
            labels=answer.labels,
            spans=answer.spans,
            comment=normalise(answer.comment),
        )

    def _reject(
        self, task: int, work: Work, name: str, reason: str, paragraph_id: str | None = None
    ) -> None:
        self.rejected.append(
            {
                "task": task,
                "annotation": work.number,
                "paragraph": paragraph_id,
                "annotator": name,
                "reason": reason,
                "result": work.result,
            }
        )


def _paragraph(task: Task) -> Paragraph:
    """The task's paragraph.

    Raises:
        InputError: Why there is none.
    """
    if task.problem:
        raise InputError(task.problem)
    try:
        return Paragraph.from_json(task.data)
    except InputError as error:
        raise InputError(
            f"the task's data was changed on the server, or is not from 'push': {error}"
        ) from error


def check_ledger(ledger: Mapping[str, Any]) -> None:
    """Each task is a paragraph given to somebody, unreadable, or doubled in its stream.

    Each annotator's states add up to the tasks that this person has: those of the own stream, or
    of the shared one, and those answered elsewhere.

    Raises:
        RuntimeError: The ledger does not balance: a bug.
    """
    parts = ledger["given"] + ledger["unreadable_tasks"] + ledger["doubled_tasks"]
    people = [*ledger["annotators"].values(), *ledger["adjudicators"].values()]
    off = any(counts["tasks"] != sum(counts[state] for state in STATES) for counts in people)
    if ledger["tasks"] != parts or off:
        raise RuntimeError("the ledger does not balance")
