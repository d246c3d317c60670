"""Turn the rows of files of labels into one source of tasks for each annotator.

Each answer is a task. An annotator without a row for a paragraph was never asked about it, so a
source holds its annotator's answers alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from annotate.core.errors import TaxonomyError
from annotate.core.records import Origin, Status, normalise
from annotate.imports.label_rows import LabelRow
from annotate.imports.mapping import SET_ASIDE, LabelMap
from annotate.imports.row_reader import PERSON, RowReader, status_word
from annotate.label_studio.tasks import Task
from annotate.privacy.pseudonyms import IMPORTED

_LISTED = 12  # of the labels that nothing defines


def check_labels(rows: Iterable[LabelRow], map_: LabelMap, separator: str) -> None:
    """Refuse labels of answers that neither the taxonomy nor the map defines.

    Raises:
        TaxonomyError: Lists them with their counts, and the place of the first.
    """
    unknown: Counter[str] = Counter()
    first = ""
    for row in rows:
        if row.problem or map_.words.get(status_word(row)) in (SET_ASIDE, Status.SKIPPED):
            continue
        undefined = [name for name in row.labels or () if not _is_defined(name, map_)]
        undefined += [name for name in _span_labels(row) if map_.targets(name) is None]
        first = first or (row.where if undefined else "")
        unknown.update(undefined)
    if unknown:
        ranked = sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
        listed = ", ".join(_described(name, count, map_) for name, count in ranked[:_LISTED])
        listed += f" and {len(ranked) - _LISTED:,} more" if len(ranked) > _LISTED else ""
        taxonomy = f"{map_.taxonomy.name} {map_.taxonomy.version}"
        now = f" (now {separator!r})" if separator else ""
        numbers = ""
        if all(name.isdecimal() for name in unknown):
            numbers = (
                "these are numbers, not label names; choose another column with --labels-field, or "
            )
        raise TaxonomyError(
            f"{first}: labels that taxonomy {taxonomy} does not have: {listed}; {numbers}map each "
            "to ours with --map (labels: THEIRS: OURS, or null to leave it out), choose another "
            f"--taxonomy, or set --separator to the character between the labels of a cell{now}"
        )


def _described(name: str, count: int, map_: LabelMap) -> str:
    nearest = map_.nearest(name)
    return f"{name!r} ({count}{f', perhaps {nearest}' if nearest else ''})"


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
    """The answers of one annotator, as a `TaskSource`.

    Attributes:
        server: Identifies the annotator in the pseudonym key, and nowhere else.
        answers: The tasks, by number.
        places: Number -> file and line.
    """

    server: str
    answers: tuple[Task, ...]
    places: Mapping[int, str]
    annotator: str = ""
    owner: int | None = PERSON
    administrator: int | None = None
    origin: Origin = Origin.ANNOTATION

    def tasks(self) -> Iterator[Task]:
        yield from self.answers

    def place(self, number: int) -> str:
        return self.places[number]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A row as a task.

    Attributes:
        row: The row, or the one that several were united in.
        task: Its number is the row's place among all rows, from 1.
    """

    row: LabelRow
    task: Task

    @property
    def comparable(self) -> str:
        """The same text for tasks with the same answer."""
        return repr([(w.result, w.skipped, w.draft) for w in self.task.work])


@dataclass(frozen=True, slots=True)
class FileAnswers:
    """What rows became.

    Attributes:
        sources: One for each annotator, in the order of their first rows.
        united: Number of rows that became a part of another one's answer.
    """

    sources: tuple[FileSource, ...]
    united: int


def file_sources(rows: Sequence[LabelRow], name: str, map_: LabelMap) -> FileAnswers:
    """Make the annotators' sources.

    Rows that hold one label each, of one annotator and paragraph, become one task. A row that only
    repeats its annotator's last answer to the paragraph becomes a task without work.

    Args:
        rows: With labels that the map defines; each names its annotator.
        name: Prefix for the ids of articles that have none.
        map_: What the labels mean.
    """
    reader = RowReader(name, map_)
    groups: dict[str, dict[str, list[_Answer]]] = {}
    for number, row in enumerate(rows, 1):
        task = reader.task(number, row)
        id_ = str(task.data.get("id", f"row {number}"))
        person = normalise(str(row.values["annotator"]))
        groups.setdefault(person, {}).setdefault(id_, []).append(_Answer(row, task))
    places = {number: row.where for number, row in enumerate(rows, 1)}
    tasks = {person: _tasks(theirs.values(), reader) for person, theirs in groups.items()}
    sources = tuple(FileSource(f"{IMPORTED}{p}", theirs, places) for p, theirs in tasks.items())
    return FileAnswers(sources, len(rows) - sum(map(len, tasks.values())))


def _tasks(groups: Iterable[Sequence[_Answer]], reader: RowReader) -> tuple[Task, ...]:
    tasks = []
    for group in groups:
        last = None
        for answer in _united(group, reader):
            repeated = last == answer.comparable
            last = answer.comparable
            number, data = answer.task.number, answer.task.data
            tasks.append(Task(number, data) if repeated else answer.task)
    return tuple(sorted(tasks, key=lambda task: task.number))


def _united(group: Sequence[_Answer], reader: RowReader) -> Sequence[_Answer]:
    """Return one answer for rows that hold different parts of it, else the rows as they are."""
    rows = [answer.row for answer in group]
    contexts = {(str(row.values.get("text")), str(row.values.get("status"))) for row in rows}
    parted = all(row.partial and len(row.labels or ()) == 1 for row in rows)
    different = len({row.labels for row in rows}) > 1
    files = {row.where.rpartition(":")[0] for row in rows}  # another one may be a second round
    same = len(contexts) == 1 and len(files) == 1
    if not (parted and different and same) or any(map(reader.is_verdict, rows)):
        return group
    labels = tuple(dict.fromkeys(label for row in rows for label in row.labels or ()))
    spans = [span for row in rows for span in row.values.get("spans", ())]
    comments = dict.fromkeys(str(row.values.get("comment", "")) for row in rows)
    more = {"spans": spans, "comment": " ".join(filter(None, comments))}
    values = {**rows[0].values, **{key: value for key, value in more.items() if value}}
    row = replace(rows[0], values=values, labels=labels)
    return [_Answer(row, reader.task(group[0].task.number, row))]
