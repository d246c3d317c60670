"""Read a file of labels, JSON Lines or CSV, as one source of tasks for each annotator.

Each row is a task. An annotator without a row for a paragraph was never asked about it, so a
source holds its annotator's rows alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError, TaxonomyError
from annotate.core.io.csv_rows import check_columns, read_csv_rows
from annotate.core.io.jsonl import read_rows
from annotate.core.records import Origin, Status, normalise
from annotate.core.taxonomy import NONE_ID, UNUSABLE_ID
from annotate.imports.convert import Mark, text_of, to_paragraph, to_results
from annotate.imports.mapping import FIELDS, LabelMap
from annotate.label_studio.tasks import Task, Work
from annotate.privacy.pseudonyms import IMPORTED

_PERSON = 1  # number of the only person on an annotator's "server"
_VERDICTS = {Status.NONE: NONE_ID, Status.UNUSABLE: UNUSABLE_ID}


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A row of the file, unchecked.

    Attributes:
        line: Line number in the file.
        values: By our names of the columns, without those that are empty.
        labels: As the file has them; None if it does not say.
    """

    line: int
    values: Mapping[str, Any]
    labels: tuple[str, ...] | None


def read_label_rows(path: Path, map_: LabelMap, separator: str) -> Iterator[LabelRow]:
    """Read the rows of a file, whose suffix names its format.

    Args:
        path: A .csv or .jsonl file.
        map_: The file's names of the columns.
        separator: Stands between the labels of a cell.

    Raises:
        InputError: The file cannot be read, or a line of it is not a row.
    """
    line = 0
    for line, row in _rows(path, map_):
        values = {name: row[map_.field(name)] for name in FIELDS if map_.field(name) in row}
        labels = _labels(values.get("labels"), "" in map_.none, separator, f"{path}:{line}")
        yield LabelRow(line, {k: v for k, v in values.items() if v not in ("", None)}, labels)
    if not line:
        raise InputError(f"{path}: the file is empty")


def _rows(path: Path, map_: LabelMap) -> Iterator[tuple[int, dict[str, Any]]]:
    def check(columns: list[str]) -> None:
        check_columns(columns, map_.field("text"), "--text-field", path)
        check_columns(columns, map_.field("labels"), "--labels-field", path)

    if path.suffix.lower() == ".csv":
        return ((line, row) for line, row, _ in read_csv_rows(path, check))
    if path.suffix.lower() == ".jsonl":
        return read_rows(path)
    raise InputError(f"{path}: labels are read from .csv and .jsonl; save it as one of these")


def _labels(cell: Any, empty: bool, separator: str, where: str) -> tuple[str, ...] | None:
    """Return the labels of a cell or list; `empty` says that an empty cell means no label."""
    if cell is None or (isinstance(cell, str) and not cell.strip() and not empty):
        return None  # perhaps nobody looked
    if isinstance(cell, str):
        return tuple(name.strip() for name in cell.split(separator) if name.strip())
    if isinstance(cell, list) and all(isinstance(name, str) for name in cell):
        return tuple(cell)
    raise InputError(f"{where}: the labels must be a list of texts")


def check_labels(rows: Iterable[LabelRow], path: Path, map_: LabelMap, separator: str) -> None:
    """Refuse labels that neither the taxonomy nor the map defines.

    Raises:
        TaxonomyError: Lists them with their counts, and the line of the first.
    """
    unknown: Counter[str] = Counter()
    first = 0
    for row in rows:
        undefined = [name for name in row.labels or () if not _is_defined(name, map_)]
        undefined += [name for name in _span_labels(row) if map_.targets(name) is None]
        first = first or (row.line if undefined else 0)
        unknown.update(undefined)
    if unknown:
        ranked = sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
        listed = ", ".join(f"{name!r} ({count})" for name, count in ranked)
        taxonomy = f"{map_.taxonomy.name} {map_.taxonomy.version}"
        raise TaxonomyError(
            f"{path}:{first}: labels that taxonomy {taxonomy} does not have: {listed}; map "
            "each to ours with --map (labels: THEIRS: OURS), choose another --taxonomy, or set "
            f"--separator to the character between the labels of a cell (now {separator!r})"
        )


def _is_defined(name: str, map_: LabelMap) -> bool:
    """Tell whether the label can be a paragraph's: a group can only be that of marked words."""
    targets = map_.targets(name)
    return targets is not None and not set(targets) & {g.id for g in map_.taxonomy.groups}


def _span_labels(row: LabelRow) -> list[str]:
    spans = row.values.get("spans")
    rows = spans if isinstance(spans, list) else []
    return [s["label"] for s in rows if isinstance(s, dict) and isinstance(s.get("label"), str)]


@dataclass(frozen=True, slots=True)
class FileSource:
    """The rows of one annotator, as a `TaskSource`.

    Attributes:
        server: Identifies the annotator in the pseudonym key, and nowhere else.
        file: The file's name.
        rows: The tasks; their numbers are lines of the file.
    """

    server: str
    file: str
    rows: tuple[Task, ...]
    annotator: str = ""
    owner: int | None = _PERSON
    administrator: int | None = None
    origin: Origin = Origin.ANNOTATION

    def tasks(self) -> Iterator[Task]:
        yield from self.rows

    def place(self, number: int) -> str:
        return f"{self.file}:{number}"


def file_sources(
    rows: Sequence[LabelRow], name: str, default_annotator: str, map_: LabelMap
) -> list[FileSource]:
    """Make the annotators' sources, in the order of their first rows in the file.

    A row that only repeats its annotator's last answer to the paragraph becomes a task without
    work.

    Args:
        rows: With labels that the map defines.
        name: The file's; prefix for the ids of articles that have none.
        default_annotator: Of rows that name no annotator.
        map_: What the labels mean.
    """
    tasks: dict[str, list[Task]] = {}
    last_answers: dict[tuple[str, str], str] = {}
    reader = _RowReader(Path(name).stem, map_)
    for row in rows:
        person = normalise(str(row.values.get("annotator", ""))) or default_annotator
        task = reader.task(row)
        key, answer = (person, str(task.data.get("id", row.line))), _comparable(task)
        repeated = last_answers.get(key) == answer
        tasks.setdefault(person, []).append(Task(task.number, task.data) if repeated else task)
        last_answers[key] = answer
    return [FileSource(f"{IMPORTED}{p}", name, tuple(theirs)) for p, theirs in tasks.items()]


def _comparable(task: Task) -> str:
    """Return the same text for tasks with the same answer."""
    return repr([(w.result, w.skipped, w.draft, w.problem) for w in task.work] or task.problem)


@dataclass(frozen=True, slots=True)
class _RowReader:
    """Makes a task of each row.

    Attributes:
        stem: Prefix for the ids of articles that have none.
        places: Article id -> text -> position, in the order of the file.
    """

    stem: str
    map: LabelMap
    places: dict[str, dict[str, int]] = field(default_factory=dict)

    def task(self, row: LabelRow) -> Task:
        try:
            paragraph = to_paragraph(row.values, self.stem, self._place)
            return Task(row.line, paragraph.to_json(), (self._work(row),))
        except InputError as error:
            return Task(row.line, {}, (_work(row, [], None),), str(error))

    def _place(self, article_id: str, text: str) -> int:
        places = self.places.setdefault(article_id, {})
        return places.setdefault(text, len(places))

    def _work(self, row: LabelRow) -> Work:
        status, marks = _status(row), self._marks(row)
        if row.labels is None and not marks and status is None:
            raise InputError(
                "neither labels nor a status: write 'none' for a paragraph without a technique, or "
                'say in the map what an empty cell means (none: [""])'
            )
        labels = {t for name in row.labels or () for t in self.map.targets(name) or ()}
        if status in _VERDICTS:
            labels.add(_VERDICTS[status])
        elif not labels and row.labels is not None and status is None:
            labels.add(NONE_ID)
        text, comment = text_of(row.values, "text"), text_of(row.values, "comment")
        return _work(row, to_results(labels, marks, comment, text, self.map.taxonomy), status)

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


def _work(row: LabelRow, result: list[dict[str, Any]], status: Status | None) -> Work:
    return Work(
        number=row.line,
        user=_PERSON,
        result=result,
        skipped=status is Status.SKIPPED,
        draft=status is Status.DRAFT,
        seconds=0.0,
        updated_at="",
    )


def _status(row: LabelRow) -> Status | None:
    value = row.values.get("status")
    if value is None:
        return None
    if value not in list(Status):
        raise InputError(f"unknown status {value!r}; known: {', '.join(Status)}")
    return Status(value)
