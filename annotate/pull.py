"""Fetch what people labelled, check all of it, and write the dataset folder."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.aggregate import majority
from annotate.core.agreement import ANY, Agreement, label_agreement, mean_alpha
from annotate.core.errors import InputError
from annotate.core.files import read_text, writing
from annotate.core.records import Annotation, Paragraph, Status, normalise
from annotate.core.taxonomy import Taxonomy, load_taxonomy
from annotate.dataset import DatasetContent, GoldRow, check_link, write_dataset
from annotate.interface import Rejected, read_result
from annotate.pseudonyms import pseudonyms
from annotate.split import SHARES, Row, split_articles
from annotate.store import Task, TaskStore, Work

REJECTED = "rejected"
UNSEEN = "unseen"
STATES = (*Status, REJECTED, UNSEEN)


@dataclass(frozen=True, slots=True)
class PullReport:
    """What a pull found and wrote.

    Attributes:
        folder: The version that the dataset's link points at.
        rejected_file: What was set aside, a JSON line each, with the reason.
        set_aside: Number of those lines.
        ledger: As in the manifest.
        agreement: As in agreement.json.
        splits: Split -> paragraphs.
    """

    folder: Path
    rejected_file: Path
    set_aside: int
    ledger: Mapping[str, Any]
    agreement: Mapping[str, Any]
    splits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Harvest:
    """Everything that the streams hold, checked.

    Attributes:
        paragraphs: Each once, by article and position.
        annotations: At most one for a paragraph and annotator, in the paragraphs' order.
        rejected: What was set aside.
        ledger: What became of each task, and how many paragraphs and unreadable tasks each
            annotator has in each state; see `check_ledger`.
    """

    paragraphs: Sequence[Paragraph]
    annotations: Sequence[Annotation]
    rejected: Sequence[Mapping[str, Any]]
    ledger: Mapping[str, Any]


def pull(
    stores: Sequence[TaskStore], taxonomy_file: Path, out: Path, key_file: Path, seed: int
) -> PullReport:
    """Write what the stores hold to the dataset folder `out`; twice gives the same bytes.

    Raises:
        InputError: Nothing is labelled yet, or the folder cannot be written.
        ServerError: A store cannot be read.
    """
    check_link(out)
    taxonomy = load_taxonomy(taxonomy_file)
    harvest = gather(stores, taxonomy, key_file)
    gold = _gold(harvest, taxonomy, seed)
    article_of = {p.id: p.article_id for p in harvest.paragraphs}
    found = label_agreement(harvest.annotations, taxonomy.labels, article_of, seed)
    content = DatasetContent(
        name=out.name,
        taxonomy=taxonomy,
        taxonomy_text=read_text(taxonomy_file),
        gold=gold,
        annotations=harvest.annotations,
        agreement=agreement_json(found),
        ledger=harvest.ledger,
        settings={"seed": seed, "shares": list(SHARES), "aggregate": "majority"},
    )
    rejected_file = out.with_name(f"{out.name}.rejected.jsonl")
    with writing(rejected_file) as file:  # first: it explains a dataset that cannot be written
        file.writelines(json.dumps(row) + "\n" for row in harvest.rejected)
    folder = write_dataset(content, out)
    splits = Counter(row.split for row in gold)
    return PullReport(
        folder,
        rejected_file,
        len(harvest.rejected),
        harvest.ledger,
        content.agreement,
        dict(splits),
    )


def gather(stores: Sequence[TaskStore], taxonomy: Taxonomy, key_file: Path) -> Harvest:
    """Read and check everything that the stores hold."""
    tasks = [(store.server, task) for store in stores for task in store.tasks()]
    people = [(server, work.user) for server, task in tasks for work in task.work]
    names = pseudonyms(people, key_file)
    reader = _Reader(taxonomy)
    for server, task in tasks:
        reader.add(task, {user: name for (where, user), name in names.items() if where == server})
    annotators = sorted(set(names.values()), key=lambda name: int(name[1:]))
    return reader.harvest(annotators)


class _Reader:
    """Turns tasks into annotations and counts what becomes of each."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.paragraphs: dict[str, Paragraph] = {}
        self.work: dict[tuple[str, str], list[tuple[int, Work]]] = {}
        self.rejected: list[dict[str, Any]] = []
        self.unreadable: list[set[str]] = []  # who worked on each
        self.tasks = 0
        self.doubled = 0
        self.repeated = 0

    def add(self, task: Task, names: Mapping[int, str]) -> None:
        self.tasks += 1
        try:
            paragraph = Paragraph.from_json(task.data)
        except InputError as error:
            reason = f"the task's data was changed on the server, or is not from 'push': {error}"
            self._add_unreadable(task, names, reason)
            return
        self.doubled += paragraph.id in self.paragraphs
        self.paragraphs.setdefault(paragraph.id, paragraph)
        for work in task.work:
            pair = (paragraph.id, names[work.user])
            self.work.setdefault(pair, []).append((task.number, work))

    def _add_unreadable(self, task: Task, names: Mapping[int, str], reason: str) -> None:
        self.unreadable.append({names[work.user] for work in task.work})
        self.rejected.append({"task": task.number, "reason": reason})
        for work in task.work:
            self._reject(task.number, work, names[work.user], reason)

    def harvest(self, annotators: Sequence[str]) -> Harvest:
        paragraphs = sorted(
            self.paragraphs.values(), key=lambda p: (p.article_id, p.position, p.id)
        )
        counts = {
            name: Counter(REJECTED if name in who else UNSEEN for who in self.unreadable)
            for name in annotators
        }
        annotations = []
        for paragraph in paragraphs:
            for name in annotators:
                annotation = self._annotation(paragraph, name)
                if isinstance(annotation, Annotation):
                    annotations.append(annotation)
                    counts[name][annotation.status] += 1
                else:
                    counts[name][annotation] += 1
        return Harvest(paragraphs, annotations, self.rejected, self._ledger(counts))

    def _ledger(self, counts: Mapping[str, Counter[str]]) -> dict[str, Any]:
        ledger = {
            "tasks": self.tasks,
            "paragraphs": len(self.paragraphs),
            "unreadable_tasks": len(self.unreadable),
            "doubled_tasks": self.doubled,
            "repeated_spans": self.repeated,
            "annotators": {n: {s: count[s] for s in STATES} for n, count in counts.items()},
        }
        check_ledger(ledger)
        return ledger

    def _annotation(self, paragraph: Paragraph, name: str) -> Annotation | str:
        """The person's newest answer, or the state that stands for none."""
        works = self.work.get((paragraph.id, name))
        if not works:
            return UNSEEN
        # A submitted answer beats a draft; among several the last change counts.
        works.sort(key=lambda tw: (not tw[1].draft, tw[1].updated_at.rstrip("Z"), tw[1].number))
        for task, work in works[:-1]:
            self._reject(task, work, name, "an older answer of the same annotator", paragraph.id)
        task, work = works[-1]
        try:
            return self._read(task, work, paragraph, name)
        except Rejected as reason:
            self._reject(task, work, name, str(reason), paragraph.id)
            return REJECTED

    def _read(self, task: int, work: Work, paragraph: Paragraph, name: str) -> Annotation:
        if work.edited:
            raise Rejected("changed by somebody else after it was submitted")
        common = {"seconds": round(work.seconds, 3), "updated_at": work.updated_at}
        if work.skipped:
            return Annotation(paragraph.id, name, Status.SKIPPED, **common)  # type: ignore[arg-type]
        try:
            answer = read_result(work.result, paragraph.text, self.taxonomy)
        except Rejected:
            if work.draft:  # half an answer is what a draft is
                return Annotation(paragraph.id, name, Status.DRAFT, **common)  # type: ignore[arg-type]
            raise
        for span in answer.repeated:
            self.repeated += 1
            reason = f"span {span.start} to {span.end} {span.label!r} stands twice; kept once"
            self._reject(task, work, name, reason, paragraph.id)
        return Annotation(
            paragraph.id,
            name,
            Status.DRAFT if work.draft else answer.status,
            answer.labels,
            answer.spans,
            normalise(answer.comment),
            **common,  # type: ignore[arg-type]
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


def check_ledger(ledger: Mapping[str, Any]) -> None:
    """Each task is a paragraph, unreadable or doubled; each annotator has a state for each.

    A task that holds a paragraph again (doubled) has no state of its own.

    Raises:
        RuntimeError: The ledger does not balance: a bug.
    """
    judged = ledger["paragraphs"] + ledger["unreadable_tasks"]
    sums = [sum(counts.values()) for counts in ledger["annotators"].values()]
    if ledger["tasks"] != judged + ledger["doubled_tasks"] or any(n != judged for n in sums):
        raise RuntimeError("the ledger does not balance")


def _gold(harvest: Harvest, taxonomy: Taxonomy, seed: int) -> list[GoldRow]:
    answers: dict[str, list[Annotation]] = {}
    for annotation in harvest.annotations:
        answers.setdefault(annotation.paragraph_id, []).append(annotation)
    merged = [(p, majority(answers.get(p.id, []), taxonomy)) for p in harvest.paragraphs]
    labelled = [(paragraph, gold) for paragraph, gold in merged if gold]
    if not labelled:
        return []
    rows = [Row(p.article_id, p.cluster, gold.labels) for p, gold in labelled]
    split = split_articles(rows, seed)
    return [GoldRow(p, gold, split[p.article_id]) for p, gold in labelled]


def agreement_json(found: Iterable[Agreement]) -> dict[str, Any]:
    """Agreement as agreement.json has it; what is undefined is null."""
    found = list(found)
    rows = [
        {
            "label": a.label,
            "alpha": _number(a.alpha),
            "low": _number(a.interval.low),
            "high": _number(a.interval.high),
            "positive": a.positive,
            "answers": a.answers,
        }
        for a in found
    ]
    return {
        "format": 1,
        "measure": "Krippendorff's alpha, nominal; 95 % interval by bootstrap over articles",
        "mean_alpha": _number(mean_alpha(found)),
        "labels": [row for row in rows if row["label"] != ANY],
        "any": next(row for row in rows if row["label"] == ANY),
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
