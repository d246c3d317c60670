"""Label Studio without its server: the exports JSON, JSON_MIN, CSV and TSV.

A cancelled annotation is skipped; an annotation without any label is an empty answer.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from annotate.core.records import Status
from annotate.imports.formats.label_studio_flat import flat_row, flat_values, label_controls
from annotate.imports.formats.label_studio_results import answer_row, listed, person_of
from annotate.imports.label_rows import LabelFile, LabelRow, Meaning
from annotate.imports.shown_text import is_html_mark

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
    flat = [row for _, row in file.rows if not _is_task(row)]
    controls = label_controls(flat, file, meaning) if flat else ()
    html = any(map(_marks_html, (row for _, row in file.rows)))
    for line, row in file.rows:
        if _is_task(row):
            yield from _task_rows(row, file.where(line), meaning, html=html)
        else:
            yield flat_row(row, file.where(line), controls, meaning, html=html)


def _marks_html(row: Mapping[str, Any]) -> bool:
    """Tell whether words were marked in HTML; then the texts of the whole project are HTML."""
    values = flat_values(row)
    if _is_task(row):
        parts = [part for part in _annotations(row) if isinstance(part, dict)]
        items = [item for part in parts for item in listed(part.get("result"))]
        values = [item.get("value") for item in items if isinstance(item, dict)]
    return any(isinstance(value, dict) and is_html_mark(value) for value in values)


def _task_rows(
    task: Mapping[str, Any], where: str, meaning: Meaning, *, html: bool
) -> Iterator[LabelRow]:
    values = meaning.values(task["data"])
    values.pop("annotator", None)  # of the data, not of the answer
    drafts = task.get("drafts")
    for state, parts in (("", _annotations(task)), ("draft", drafts)):
        for part in parts if isinstance(parts, list) else ():
            if not isinstance(part, dict):
                yield LabelRow(where, values).aside("only the annotation's number was exported")
                continue
            person = person_of(part.get("completed_by", part.get("user")))
            status = "cancelled" if part.get("was_cancelled") else state
            pairs = {**values, "annotator": person, "status": status}.items()
            given = {name: value for name, value in pairs if value not in ("", None)}
            yield answer_row(where, given, part.get("result"), meaning, html=html)
