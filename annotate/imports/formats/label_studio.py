"""Label Studio without its server: the exports JSON, JSON_MIN, CSV and TSV.

A cancelled annotation is skipped; an annotation without any label is an empty answer.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from annotate.core.errors import InputError
from annotate.core.records import Status
from annotate.imports.formats.label_studio_flat import flat_row, flat_values, label_controls
from annotate.imports.formats.label_studio_results import (
    answer_row,
    knows_label,
    label_names,
    listed,
    person_of,
)
from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow, Meaning
from annotate.imports.shown_text import is_html_mark
from annotate.label_studio.provenance import marked
from annotate.label_studio.results import EDITED

_Rows = list[tuple[int, dict[str, Any]]]

WORDS = {"cancelled": Status.SKIPPED, "draft": Status.DRAFT}


def is_json_export(file: LabelFile) -> bool:
    """Tell JSON by `data` and `annotations`, JSON_MIN by the annotation's number or person."""
    return any(_is_task(row) or _is_flat(row) for row in file.sample)


def _is_task(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("data"), dict) and isinstance(_annotations(row), list)


def _annotations(task: Mapping[str, Any]) -> Any:
    return task.get("annotations", task.get("completions"))  # as they were called before 1.0


def _is_flat(row: Mapping[str, Any]) -> bool:
    return "annotation_id" in row and "annotator" in row and "id" in row


def is_csv_export(file: LabelFile) -> bool:
    """Tell the columns that every such export has."""
    return {"annotation_id", "annotator", "id"} <= file.columns


def read_export(file: LabelFile, meaning: Meaning) -> Iterator[LabelRow]:
    """Read the annotations of JSON tasks, or the rows of the flat exports.

    Raises:
        InputError: No column has labels.
    """
    _check_controls(file, meaning)
    flat = [row for _, row in file.rows if not _is_task(row)]
    controls = label_controls(flat, file, meaning) if flat else ()
    html = any(map(_marks_html, (row for _, row in file.rows)))
    for line, row in _in_order(file.rows):
        if _is_task(row):
            yield from _task_rows(row, file.where(line), meaning, html=html)
        else:
            yield flat_row(row, file.where(line), controls, meaning, html=html)


def _check_controls(file: LabelFile, meaning: Meaning) -> None:
    """Refuse labels of a control without any of ours, beside one that has some.

    It asks something else.

    Raises:
        InputError: Says what to write.
    """
    if "labels" in meaning.map.fields or meaning.map.controls:
        return
    names: dict[str, dict[str, bool]] = {}
    for item in (item for _, row in file.rows for item in _items(row)):
        control = names.setdefault(str(item.get("from_name")), {})
        control |= {name: knows_label(name, meaning) for name in label_names(item.get("value"))}
    ours = [control for control, known in names.items() if any(known.values())]
    others = [control for control, known in names.items() if known and control not in ours]
    if ours and others:
        raise InputError(
            f"{file.path}: control {others[0]!r} has other labels ({', '.join(names[others[0]])}); "
            f"name those with the answers with --labels-field {','.join(ours)}, or all of them "
            "under controls: in --map"
        )


def _items(task: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what controls wrote in the answers to a task."""
    parts = _annotations(task) if _is_task(task) else []
    items = (i for part in parts if isinstance(part, dict) for i in listed(part.get("result")))
    return [item for item in items if isinstance(item, dict)]


def _marks_html(row: Mapping[str, Any]) -> bool:
    """Tell whether words were marked in HTML; then the texts of the whole project are HTML."""
    values = flat_values(row)
    if _is_task(row):
        values = [item.get("value") for item in _items(row)]
    return any(isinstance(value, dict) and is_html_mark(value) for value in values)


def _task_rows(
    task: Mapping[str, Any], where: str, meaning: Meaning, *, html: bool
) -> Iterator[LabelRow]:
    values = meaning.values(task["data"])
    values.pop("annotator", None)  # of the data, not of the answer
    drafts = [part for part in listed(task.get("drafts")) if not _is_change(part)]
    for state, parts in (("", sorted(_annotations(task), key=_number)), ("draft", drafts)):
        for part in parts:
            if not isinstance(part, dict):
                yield LabelRow(where, values).aside("only the annotation's number was exported")
                continue
            person = person_of(part.get("completed_by", part.get("user")))
            status = "cancelled" if part.get("was_cancelled") else state
            pairs = {**values, "annotator": person, "status": status}.items()
            given = {name: value for name, value in pairs if value not in ("", None)}
            row = answer_row(where, given, part.get("result"), meaning, html=html)
            yield row.aside(EDITED) if _is_edited(part, person) else row


def _is_change(draft: Any) -> bool:
    """Tell whether a draft changes an annotation, and was never submitted."""
    return isinstance(draft, dict) and draft.get("annotation") is not None


def _in_order(rows: _Rows) -> _Rows:
    """Put the answers to a task in the order of their numbers; flat exports begin with the last."""
    tasks: dict[Any, _Rows] = {}
    for line, row in rows:
        tasks.setdefault(str(row.get("id", line)), []).append((line, row))
    return [row for group in tasks.values() for row in sorted(group, key=lambda r: _number(r[1]))]


def _number(row: Any) -> int:
    """Return the number of an annotation, in whichever form of export; 0 if it has none."""
    number = row.get("annotation_id", row.get("id")) if isinstance(row, dict) else None
    return int(str(number)) if str(number).isdecimal() else 0


def _is_edited(annotation: Mapping[str, Any], person: str) -> bool:
    """Tell whether somebody else changed it last; both are known by number."""
    editor = person_of(annotation.get("updated_by"))
    numbers = person.isdecimal() and editor.isdecimal()
    return numbers and editor != person and not marked(annotation.get("result"))
