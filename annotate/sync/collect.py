"""Read what people left in the streams, check all of it, and account for every task."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.records import Annotation, Origin, Paragraph, Status, normalise
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.results import Rejected, read_result
from annotate.label_studio.tasks import Task, TaskSource
from annotate.privacy.pseudonyms import pseudonyms
from annotate.sync.work_buffer import Left, Spool

REJECTED = "rejected"
UNSEEN = "unseen"
STATES = (*Status, REJECTED, UNSEEN)

Person = tuple[str, int]  # the server, and the number there


@dataclass(frozen=True, slots=True)
class Harvest:
    """Everything that the streams hold, checked.

    Attributes:
        paragraphs: Each once, by article and position.
        annotations: At most one for a paragraph, annotator and origin, in the paragraphs' order.
        rejected: What was set aside, by task, with the place where a person finds it.
        ledger: What became of each task, and how many tasks each annotator has in each state; see
            `check_ledger`.
        names: Annotator of a stream -> pseudonym; never to be written.
    """

    paragraphs: Sequence[Paragraph]
    annotations: Sequence[Annotation]
    rejected: Sequence[Mapping[str, Any]]
    ledger: Mapping[str, Any]
    names: Mapping[str, str]


def gather(stores: Sequence[TaskSource], taxonomy: Taxonomy, key_file: Path) -> Harvest:
    """Read and check everything that the stores hold, one task at a time."""
    with closing(Spool()) as spool:
        reader = _Reader(taxonomy, spool)
        for store in stores:
            reader.add(store)
        names = pseudonyms(reader.people, key_file)
        owners = {
            store.annotator: names[store.server, store.owner]
            for store in stores
            if store.annotator and store.owner is not None
        }
        return reader.harvest(names, owners)


class _Reader:
    """Turns tasks into annotations and counts what becomes of each.

    A unit is what somebody can be in a state with: a paragraph, or a task that cannot be read.
    What people left waits on disk: in memory it would be several times the size of the dataset.

    Attributes:
        people: Who left work, and whose stream it is: who did nothing yet is counted too.
        units: Person -> unit -> where what the person left on it stands in the spool.
    """

    def __init__(self, taxonomy: Taxonomy, spool: Spool) -> None:
        self.taxonomy, self.spool = taxonomy, spool
        self.people: dict[Person, None] = {}
        self.paragraphs: dict[str, Paragraph] = {}
        self.units: dict[Origin, dict[Person, dict[str, tuple[int, ...]]]] = {o: {} for o in Origin}
        self.shared: dict[Origin, dict[str, tuple[int, ...]]] = {o: {} for o in Origin}
        self.rejected: list[dict[str, Any]] = []
        self.unreadable: dict[str, set[Person]] = {}  # unit -> who worked on it
        self.texts: dict[str, str] = {}  # one of equal strings: neighbours' texts are context
        self.tasks = 0
        self.given = 0
        self.doubled = 0
        self.repeated = 0

    def add(self, store: TaskSource) -> None:
        """Take in the tasks of a stream."""
        own = self.shared[store.origin]
        if store.owner is not None:
            own = self._units(store.origin, (store.server, store.owner))
        there: set[str] = set()
        for task in store.tasks():
            unit = self._unit(store, task)
            self.tasks += 1
            self.doubled += unit in there
            there.add(unit)
            own.setdefault(unit, ())
            for work in task.work:
                units = self._units(store.origin, (store.server, work.user))
                if unit in self.paragraphs:
                    left = Left(store.place(task.number), task.number, work)
                    units[unit] = (*units.get(unit, ()), self.spool.add(left))
                else:
                    units.setdefault(unit, ())
        self.given += len(there - set(self.unreadable))

    def _units(self, origin: Origin, person: Person) -> dict[str, tuple[int, ...]]:
        self.people[person] = None
        return self.units[origin].setdefault(person, {})

    def _unit(self, store: TaskSource, task: Task) -> str:
        """The task's paragraph by its id, or what stands for a task that cannot be read."""
        try:
            paragraph = _paragraph(replace(task, data=self._lean(task.data)))
        except InputError as error:
            reason, where = str(error), store.place(task.number)
            if not (task.problem and task.work):
                self.rejected.append({"where": where, "task": task.number, "reason": reason})
            for work in task.work:
                left = Left(where, task.number, work)
                self._reject(left, (store.server, work.user), reason)
            unit = f"{store.server} task {task.number}"
            self.unreadable[unit] = {(store.server, work.user) for work in task.work}
            return unit
        return self.paragraphs.setdefault(paragraph.id, paragraph).id

    def _lean(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The data with strings that other tasks have too."""
        texts = self.texts
        return {k: texts.setdefault(v, v) if type(v) is str else v for k, v in data.items()}

    def harvest(self, names: Mapping[Person, str], owners: Mapping[str, str]) -> Harvest:
        self.texts.clear()
        paragraphs = sorted(
            self.paragraphs.values(), key=lambda p: (p.article_id, p.position, p.id)
        )
        found: list[Annotation] = []
        counts = {origin: self._count(origin, names, found) for origin in Origin}
        place = {p.id: number for number, p in enumerate(paragraphs)}
        found.sort(key=lambda a: (place[a.paragraph_id], a.origin, int(a.annotator[1:])))
        self.rejected.sort(key=lambda row: int(row["task"]))
        for row in self.rejected:
            if "annotator" in row:
                row["annotator"] = names[row["annotator"]]
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

    def _count(
        self, origin: Origin, names: Mapping[Person, str], found: list[Annotation]
    ) -> dict[str, dict[str, int]]:
        """Pseudonym -> tasks and how many in each state; fills `found` with the annotations."""
        table = {}
        shared = self.shared[origin]
        for person in sorted(self.units[origin], key=lambda person: int(names[person][1:])):
            units = dict.fromkeys(chain(shared, self.units[origin][person]))
            states: Counter[str] = Counter()
            for unit in units:
                state = self._state(origin, unit, person)
                if isinstance(state, Annotation):
                    found.append(replace(state, annotator=names[person]))
                    state = state.status
                states[state] += 1
            table[names[person]] = {"tasks": len(units), **{s: states[s] for s in STATES}}
        return table

    def _state(self, origin: Origin, unit: str, person: Person) -> Annotation | str:
        """The person's newest answer, or the state that stands for none."""
        if unit in self.unreadable:
            return REJECTED if person in self.unreadable[unit] else UNSEEN
        found = [self.spool.read(at) for at in self.units[origin][person].get(unit, ())]
        if not found:
            return UNSEEN
        *older, newest = sorted(found, key=_age)
        for left in older:
            self._reject(left, person, "an older answer of the same annotator", unit)
        try:
            return self._read(newest, person, Annotation(unit, "", Status.NONE, origin=origin))
        except Rejected as reason:
            self._reject(newest, person, str(reason), unit)
            return REJECTED

    def _read(self, left: Left, person: Person, blank: Annotation) -> Annotation:
        """The annotation with what the person answered."""
        work = left.work
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
            self._reject(left, person, reason, blank.paragraph_id)
        return replace(
            timed,
            status=Status.DRAFT if work.draft else answer.status,
            labels=answer.labels,
            spans=answer.spans,
            comment=normalise(answer.comment),
        )

    def _reject(
        self, left: Left, person: Person, reason: str, paragraph_id: str | None = None
    ) -> None:
        self.rejected.append(
            {
                "where": left.where,
                "task": left.task,
                "annotation": left.work.number,
                "paragraph": paragraph_id,
                "annotator": person,  # until everybody has a pseudonym
                "reason": reason,
                "result": left.work.result,
            }
        )


def _age(left: Left) -> tuple[object, ...]:
    """A submitted answer beats a draft; among several the last change counts."""
    return (not left.work.draft, left.work.updated_at.rstrip("Z"), left.work.number)


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
    parts = ("given", "unreadable_tasks", "doubled_tasks")
    _check_sum("the project", ledger, parts)
    for role in ("annotators", "adjudicators"):
        for name, counts in ledger[role].items():
            _check_sum(f"{name} of the {role}", counts, STATES)


def _check_sum(where: str, counts: Mapping[str, int], parts: Sequence[str]) -> None:
    if counts["tasks"] != sum(counts[part] for part in parts):
        found = ", ".join(f"{counts[part]} {part}" for part in parts)
        raise RuntimeError(
            f"the ledger does not balance for {where}: {counts['tasks']} tasks, but {found}; "
            "nothing was written. This is a bug: please report it with this line"
        )
