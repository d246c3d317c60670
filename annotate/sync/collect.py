"""Read what people left on the tasks, check all of it, and account for every task."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.labelled_by import LabelledBy
from annotate.core.records import Annotation, Origin, Paragraph, Status, normalise
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.provenance import is_simulated
from annotate.label_studio.results import Rejected, read_work
from annotate.label_studio.tasks import Task, TaskSource, Work
from annotate.privacy.pseudonyms import pseudonyms

REJECTED = "rejected"
UNSEEN = "unseen"
ADMINISTRATORS = "administrators_answers"  # in the ledger, if there are any
_ADMINISTRATORS_REASON = (
    "the administrator's answer in an annotator's project, which --include-admin counts"
)
STATES = (*Status, REJECTED, UNSEEN)

Person = tuple[str, int]  # the server, and the number there
# What somebody can be in a state with: a paragraph by its id, or a task that cannot be read.
Unit = str


@dataclass(frozen=True, slots=True)
class Collected:
    """Everything that people left, checked.

    Attributes:
        paragraphs: Each once, by article and position.
        annotations: At most one for a paragraph, annotator and origin, in the paragraphs' order.
        rejected: What was set aside, by task, with the place where a person finds it.
        ledger: What became of each task, and how many tasks each annotator has in each state; see
            `check_ledger`.
        names: Annotator with a project -> pseudonym; never to be written.
        labelled_by: Whether simulated annotators made the answers.
    """

    paragraphs: Sequence[Paragraph]
    annotations: Sequence[Annotation]
    rejected: Sequence[Mapping[str, Any]]
    ledger: Mapping[str, Any]
    names: Mapping[str, str]
    labelled_by: LabelledBy = LabelledBy.PEOPLE


def collect(sources: Sequence[TaskSource], taxonomy: Taxonomy, key_file: Path) -> Collected:
    """Read and check all tasks, one at a time, so that memory holds no answer as it was stored.

    Args:
        sources: Each is read twice and must give the same tasks: those of a server come from
            `task_cache`.
        taxonomy: What the labels mean.
        key_file: The key to the pseudonyms; people who are new get one.
    """
    inventory = _Inventory()
    for source in sources:
        inventory.add(source)
    names = pseudonyms(inventory.people, key_file)
    reader = _AnswerReader(inventory, taxonomy, names)
    for source, units in zip(sources, inventory.units, strict=True):
        reader.read(source, units)
    owners = {
        source.annotator: names[source.server, source.owner]
        for source in sources
        if source.annotator and source.owner is not None
    }
    return reader.collected(owners)


class _Inventory:
    """The first reading: which paragraphs there are, who was given them and who worked on them.

    Attributes:
        people: Who left work, and who has a project: who did nothing yet is counted too.
        units: For each source the units of its tasks.
        shared: Units that were given to everybody.
        works: Person -> units that were given to the person, or that the person worked on -> how
            many pieces of work the person left there.
        unreadable: Unit -> why its task is no paragraph.
    """

    def __init__(self) -> None:
        self.people: dict[Person, None] = {}
        self.paragraphs: dict[str, Paragraph] = {}
        self.units: list[list[Unit]] = []
        self.shared: dict[Origin, set[Unit]] = {origin: set() for origin in Origin}
        self.works: dict[Origin, dict[Person, dict[Unit, int]]] = {o: {} for o in Origin}
        self.unreadable: dict[Unit, str] = {}
        self.tasks = 0
        self.given = 0
        self.doubled = 0
        self._texts: dict[str, str] = {}  # one of equal strings: neighbours' texts are context

    def add(self, source: TaskSource) -> None:
        """Take in the tasks of a source."""
        owner = source.owner
        owner_works = {} if owner is None else self._works(source, owner)
        units = [self._add_task(source, task) for task in source.tasks()]
        distinct = dict.fromkeys(units)
        if owner is None:
            self.shared[source.origin].update(distinct)
        for unit in distinct:
            owner_works.setdefault(unit, 0)
        self.units.append(units)
        self.tasks += len(units)
        self.doubled += len(units) - len(distinct)
        self.given += len(distinct.keys() - self.unreadable.keys())

    def _add_task(self, source: TaskSource, task: Task) -> Unit:
        unit = self._unit(source, task)
        for work in task.work:
            if _is_administrators(source, work):
                continue
            works = self._works(source, work.user)
            works[unit] = works.get(unit, 0) + 1
        return unit

    def _unit(self, source: TaskSource, task: Task) -> Unit:
        """Return the paragraph's id, or a name for a task that cannot be read."""
        problem = task.problem
        if not problem:
            try:
                paragraph = Paragraph.from_json(self._lean(task.data))
                return self.paragraphs.setdefault(paragraph.id, paragraph).id
            except InputError as error:
                problem = (
                    f"the task's data was changed on the server, or is not from 'push': {error}"
                )
        unit = f"{source.server} task {task.number}"
        self.unreadable[unit] = problem
        return unit

    def _works(self, source: TaskSource, user: int) -> dict[Unit, int]:
        person = (source.server, user)
        self.people[person] = None
        return self.works[source.origin].setdefault(person, {})

    def _lean(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the data with strings that other tasks have too."""
        texts = self._texts
        return {k: texts.setdefault(v, v) if type(v) is str else v for k, v in data.items()}


def _is_administrators(source: TaskSource, work: Work) -> bool:
    """Tell whether the administrator left it in an annotator's project."""
    return source.administrator is not None and work.user == source.administrator


@dataclass(frozen=True, slots=True)
class _Left:
    """A piece of work that a person left on a task.

    All that a person left on a unit in sources of one origin makes one case, with one state.
    """

    source: TaskSource
    task: int
    unit: Unit
    work: Work

    @property
    def person(self) -> Person:
        return self.source.server, self.work.user


class _AnswerReader:
    """The second reading: the answers, and the state of each case."""

    def __init__(
        self, inventory: _Inventory, taxonomy: Taxonomy, names: Mapping[Person, str]
    ) -> None:
        self.inventory, self.taxonomy, self.names = inventory, taxonomy, names
        self.annotations: list[Annotation] = []
        self.rejected: list[dict[str, Any]] = []
        self.repeated = 0
        self.administrators = 0
        self._simulated = 0
        self._states: dict[tuple[Origin, Person], Counter[str]] = defaultdict(Counter)
        self._incomplete: dict[tuple[Origin, Person, Unit], list[_Left]] = defaultdict(list)

    def read(self, source: TaskSource, units: Sequence[Unit]) -> None:
        """Read the tasks of a source, whose units are known."""
        for task, unit in zip(source.tasks(), units, strict=True):
            if unit in self.inventory.unreadable and not (task.problem and task.work):
                where, reason = source.place(task.number), self.inventory.unreadable[unit]
                self.rejected.append({"where": where, "task": task.number, "reason": reason})
            for work in task.work:
                left = _Left(source, task.number, unit, work)
                if _is_administrators(source, work):
                    self.administrators += 1
                    self._reject(left, _ADMINISTRATORS_REASON)
                else:
                    self._add(left)

    def _add(self, left: _Left) -> None:
        """Settle the case with its last piece of work: which one counts is known only then."""
        origin, person, unit = left.source.origin, left.person, left.unit
        works = self._incomplete[origin, person, unit]
        works.append(left)
        if len(works) == self.inventory.works[origin][person][unit]:
            del self._incomplete[origin, person, unit]
            self._states[origin, person][self._settle(works)] += 1

    def _settle(self, works: Sequence[_Left]) -> str:
        """Take the person's newest answer, and return the state of the case."""
        problem = self.inventory.unreadable.get(works[0].unit)
        if problem is not None:
            for left in works:
                self._reject(left, problem)
            return REJECTED
        *older, newest = sorted(works, key=_age)
        for left in older:
            self._reject(left, "an older answer of the same annotator")
        try:
            annotation = self._read(newest)
        except Rejected as reason:
            self._reject(newest, str(reason))
            return REJECTED
        self.annotations.append(annotation)
        return annotation.status

    def _read(self, left: _Left) -> Annotation:
        work = left.work
        blank = Annotation(
            left.unit,
            self.names[left.person],
            Status.SKIPPED if work.skipped else Status.DRAFT,
            seconds=round(work.seconds, 3),
            updated_at=work.updated_at,
            origin=left.source.origin,
        )
        text = self.inventory.paragraphs[left.unit].text
        try:
            answer = read_work(work, text, self.taxonomy)
        except Rejected:
            if work.edited or not work.draft:  # half an answer is what a draft is
                raise
            return blank
        if answer is None:
            return blank
        self._simulated += is_simulated(work.result) and not work.draft
        for span in answer.repeated:
            self.repeated += 1
            reason = f"span {span.start} to {span.end} {span.label!r} stands twice; kept once"
            self._reject(left, reason)
        return replace(
            blank,
            status=Status.DRAFT if work.draft else answer.status,
            labels=answer.labels,
            spans=answer.spans,
            comment=normalise(answer.comment),
        )

    def _reject(self, left: _Left, reason: str) -> None:
        self.rejected.append(
            {
                "where": left.source.place(left.task),
                "task": left.task,
                "annotation": left.work.number,
                "paragraph": None if left.unit in self.inventory.unreadable else left.unit,
                "annotator": self.names.get(left.person, ""),
                "reason": reason,
                "result": left.work.result,
            }
        )

    def collected(self, owners: Mapping[str, str]) -> Collected:
        """Return everything, sorted, with a ledger that balances."""
        inventory = self.inventory
        paragraphs = sorted(
            inventory.paragraphs.values(), key=lambda p: (p.article_id, p.position, p.id)
        )
        place = {p.id: number for number, p in enumerate(paragraphs)}
        self.annotations.sort(key=lambda a: (place[a.paragraph_id], a.origin, _number(a.annotator)))
        self.rejected.sort(key=lambda row: (row["task"], _number(row.get("annotator", ""))))
        ledger = {
            "tasks": inventory.tasks,
            "given": inventory.given,
            "paragraphs": len(paragraphs),
            "unreadable_tasks": len(inventory.unreadable),
            "doubled_tasks": inventory.doubled,
            "repeated_spans": self.repeated,
            "annotators": self._counts(Origin.ANNOTATION),
            "adjudicators": self._counts(Origin.ADJUDICATION),
        }
        if self.administrators:
            ledger[ADMINISTRATORS] = self.administrators
        check_ledger(ledger)
        return Collected(
            paragraphs, self.annotations, self.rejected, ledger, owners, self._labelled_by()
        )

    def _labelled_by(self) -> LabelledBy:
        submitted = sum(a.status not in (Status.SKIPPED, Status.DRAFT) for a in self.annotations)
        if not self._simulated:
            return LabelledBy.PEOPLE
        return LabelledBy.SIMULATED if submitted == self._simulated else LabelledBy.MIXED

    def _counts(self, origin: Origin) -> dict[str, dict[str, int]]:
        """Return pseudonym -> tasks, and how many are in each state."""
        table = {}
        works = self.inventory.works[origin]
        for person in sorted(works, key=lambda person: _number(self.names[person])):
            counts = works[person]
            tasks = len(self.inventory.shared[origin] | counts.keys())
            states = self._states[origin, person]
            states[UNSEEN] = tasks - sum(count > 0 for count in counts.values())
            table[self.names[person]] = {"tasks": tasks, **{s: states[s] for s in STATES}}
        return table


def _age(left: _Left) -> tuple[object, ...]:
    """Sort drafts before submitted answers, and each by the server's numbers.

    These only grow; its clock may have been set back.
    """
    return (not left.work.draft, left.work.number, left.work.updated_at.rstrip("Z"))


def _number(pseudonym: str) -> int:
    """Return 12 for a12, and 0 for nobody."""
    return int(pseudonym[1:] or 0)


def check_ledger(ledger: Mapping[str, Any]) -> None:
    """Check that each task is a paragraph given to somebody, unreadable, or doubled in its project.

    Each annotator's states must add up to the tasks that this person has: those of the annotator's
    project or of the shared one, and those answered elsewhere.

    Raises:
        RuntimeError: The ledger does not balance: a bug.
    """
    sums = [("the project", ledger, ("given", "unreadable_tasks", "doubled_tasks"))]
    for role in ("annotators", "adjudicators"):
        sums += [(f"{name} of the {role}", counts, STATES) for name, counts in ledger[role].items()]
    for where, counts, parts in sums:
        if counts["tasks"] != sum(counts[part] for part in parts):
            summands = ", ".join(f"{counts[part]} {part}" for part in parts)
            raise RuntimeError(
                f"the ledger does not balance for {where}: {counts['tasks']} tasks, but "
                f"{summands}; nothing was written. This is a bug: please report it with this line"
            )
