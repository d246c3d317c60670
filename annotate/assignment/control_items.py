"""Control items: paragraphs with known answers show early who labels well."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.io.files import locked, writing
from annotate.core.io.jsonl import read_rows
from annotate.core.records import ANSWERS, Annotation, Origin, Paragraph
from annotate.core.taxonomy import Taxonomy
from annotate.paragraphs.index import Planned
from annotate.workspace import CONTROL_ITEMS


@dataclass(frozen=True, slots=True)
class ControlItem:
    """A paragraph and its known answer."""

    paragraph: Planned
    labels: frozenset[str]


def read_control_items(
    path: Path, taxonomy: Taxonomy, paragraphs: Iterable[Planned]
) -> list[ControlItem]:
    """Read `id` and `labels`, and the paragraph's keys unless it is one of `paragraphs`.

    Raises:
        InputError: A row is no such row, or no paragraph is known: file and line.
    """
    pushed = {paragraph.id: paragraph for paragraph in paragraphs}
    items: dict[str, ControlItem] = {}
    for id_, labels, written in _rows(path, taxonomy):
        paragraph = pushed.get(id_) or written
        if paragraph:
            items[id_] = ControlItem(paragraph, labels)
    if not items:
        raise InputError(
            f"{path}: no row is of a pushed paragraph, nor has a paragraph's keys beside its 'id' "
            "and 'labels'"
        )
    return list(items.values())


def _rows(path: Path, taxonomy: Taxonomy) -> Iterator[tuple[str, frozenset[str], Paragraph | None]]:
    for number, row in read_rows(path):
        where = f"{path}:{number}"
        labels, id_ = row.get("labels"), row.get("id")
        if not isinstance(id_, str) or not isinstance(labels, list):
            raise InputError(f"{where}: a control item needs 'id' as text and 'labels' as a list")
        try:
            answer = frozenset(taxonomy.canonical[label] for label in labels)
        except (KeyError, TypeError):
            odd = next(x for x in labels if not isinstance(x, str) or x not in taxonomy.canonical)
            raise InputError(
                f"{where}: label {odd!r} is not in taxonomy {taxonomy.name}; known: "
                f"{', '.join(taxonomy.labels)}"
            ) from None
        try:
            paragraph = Paragraph.from_json(row) if "position" in row else None
        except InputError as error:
            raise InputError(f"{where}: {error}") from error
        yield id_, answer, paragraph


def remember_control_items(
    project: str, items: Iterable[ControlItem], folder: Path = CONTROL_ITEMS
) -> None:
    """Keep the answers of control items for `status`, beside those kept before."""
    path = folder / f"{project}.jsonl"
    with locked(path):
        answers = remembered_control_items(project, folder)
        answers |= {item.paragraph.id: item.labels for item in items}
        with writing(path, mode=0o600) as file:
            for id_ in sorted(answers):
                file.write(json.dumps({"id": id_, "labels": sorted(answers[id_])}) + "\n")


def remembered_control_items(
    project: str, folder: Path = CONTROL_ITEMS
) -> dict[str, frozenset[str]]:
    """Paragraph id -> known answer, of the control items sent to this project from here."""
    path = folder / f"{project}.jsonl"
    if not path.exists():
        return {}
    return {str(row["id"]): frozenset(row["labels"]) for _, row in read_rows(path)}


@dataclass(frozen=True, slots=True)
class ControlScore:
    """How well a person answers the control items.

    Attributes:
        paragraphs: Control items that the person answered.
        f1: Micro-F1 of the labels; 1 if neither side has any.
    """

    paragraphs: int
    f1: float


def score_control_items(
    annotations: Sequence[Annotation], answers: Mapping[str, frozenset[str]]
) -> dict[str, ControlScore]:
    """Annotator -> score, for those who answered a control item."""
    pairs: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
    for a in annotations:
        if a.paragraph_id in answers and a.status in ANSWERS and a.origin is Origin.ANNOTATION:
            pair = (frozenset(a.labels), answers[a.paragraph_id])
            pairs.setdefault(a.annotator, []).append(pair)
    return {name: ControlScore(len(rows), _micro_f1(rows)) for name, rows in pairs.items()}


def _micro_f1(rows: Iterable[tuple[frozenset[str], frozenset[str]]]) -> float:
    hits = total = 0
    for labels, answer in rows:
        hits += len(labels & answer)
        total += len(labels) + len(answer)
    return 2 * hits / total if total else 1.0
