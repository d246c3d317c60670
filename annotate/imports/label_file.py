"""A file of labels as the stores that a pull reads: one for each annotator, a task for each row.

Who has no row for a paragraph was never asked, so each annotator's tasks are the own rows alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.records import Origin, Status, normalise
from annotate.core.taxonomy import NONE_ID, UNUSABLE_ID
from annotate.imports.label_rows import LabelRow
from annotate.imports.mapping import LabelMap
from annotate.imports.paragraph_rows import given_paragraph, text_of
from annotate.imports.to_results import Mark, translated
from annotate.label_studio.tasks import Task, Work
from annotate.privacy.pseudonyms import IMPORTED

_PERSON = 1  # number of the one person on an annotator's own "server"
_VERDICTS = {Status.NONE: NONE_ID, Status.UNUSABLE: UNUSABLE_ID}


@dataclass
class FileStore:
    """The rows of one annotator.

    Attributes:
        server: Names the person in the key of pseudonyms, and nowhere else.
        file: The file's name. The numbers of tasks are its lines.
    """

    server: str
    file: str
    held: list[Task] = field(default_factory=list)
    annotator: str = ""
    owner: int | None = _PERSON
    origin: Origin = Origin.ANNOTATION

    def tasks(self) -> Iterator[Task]:
        yield from self.held

    def place(self, number: int) -> str:
        return f"{self.file}:{number}"


def file_stores(
    rows: Sequence[LabelRow], name: str, nobody: str, map_: LabelMap
) -> list[FileStore]:
    """The annotators' stores, in the order in which their first rows stand in the file.

    Args:
        rows: With labels that the map knows.
        name: Of the file; begins the ids of articles that have none.
        nobody: Whose the rows are that name no annotator.
        map_: What labels mean.
    """
    stores: dict[str, FileStore] = {}
    reader = _Reader(Path(name).stem, map_)
    last: dict[tuple[str, str], str] = {}  # what a person said of a paragraph until now
    for row in rows:
        person = normalise(str(row.values.get("annotator", ""))) or nobody
        store = stores.setdefault(person, FileStore(f"{IMPORTED}{person}", name))
        task = reader.task(row)
        what, said = (person, str(task.data.get("id", row.line))), _said(task)
        repeated = last.get(what) == said
        store.held.append(Task(task.number, task.data) if repeated else task)
        last[what] = said
    return list(stores.values())


def _said(task: Task) -> str:
    """The same for rows that say the same."""
    return repr([(w.result, w.skipped, w.draft, w.problem) for w in task.work] or task.problem)


class _Reader:
    """Makes a task of each row."""

    def __init__(self, stem: str, map_: LabelMap) -> None:
        self.stem, self.map = stem, map_
        self.places: dict[str, dict[str, int]] = {}

    def task(self, row: LabelRow) -> Task:
        work = Work(row.line, _PERSON, [], skipped=False, draft=False, seconds=0.0, updated_at="")
        try:
            paragraph = given_paragraph(row.values, self.stem, self._place)
            return Task(row.line, paragraph.to_json(), (self._work(row),))
        except InputError as error:
            return Task(row.line, {}, (work,), str(error))

    def _place(self, article_id: str, text: str) -> int:
        """Paragraphs of an article stand in the order in which the file has them."""
        places = self.places.setdefault(article_id, {})
        return places.setdefault(text, len(places))

    def _work(self, row: LabelRow) -> Work:
        status = _status(row)
        marks = self._marks(row)
        if row.labels is None and not marks and status is None:
            raise InputError(
                "neither labels nor a status: write 'none' for a paragraph without a technique, or "
                'say in the map what an empty cell means (none: [""])'
            )
        labels = {t for name in row.labels or () for t in self.map.targets(name) or ()}
        verdict = _VERDICTS.get(status) if status else None
        if verdict:
            labels.add(verdict)
        elif not labels and row.labels is not None and status is None:
            labels.add(NONE_ID)
        text = text_of(row.values, "text")
        comment = text_of(row.values, "comment")
        return Work(
            number=row.line,
            user=_PERSON,
            result=translated(sorted(labels), marks, comment, text, self.map.taxonomy),
            skipped=status is Status.SKIPPED,
            draft=status is Status.DRAFT,
            seconds=0.0,
            updated_at="",
        )

    def _marks(self, row: LabelRow) -> list[Mark]:
        spans = row.values.get("spans", [])
        if not isinstance(spans, list) or not all(isinstance(span, dict) for span in spans):
            raise InputError("'spans' must be a list of {start, end, label}")
        return [self._mark(span) for span in spans]

    def _mark(self, span: dict[str, Any]) -> Mark:
        label = span.get("label")
        if not isinstance(label, str):
            raise InputError("a span without a label")
        return Mark(span.get("start"), span.get("end"), self.map.targets(label) or ())


def _status(row: LabelRow) -> Status | None:
    value = row.values.get("status")
    if value is None:
        return None
    if value not in list(Status):
        raise InputError(f"unknown status {value!r}; known: {', '.join(Status)}")
    return Status(value)
