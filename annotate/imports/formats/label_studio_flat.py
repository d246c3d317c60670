"""Label Studio's flat exports, JSON_MIN and CSV: a row an answer, a column a control."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotate.core.errors import InputError
from annotate.imports.formats.label_studio_results import (
    MARKING,
    WHOLE,
    answer_row,
    knows_label,
    label_names,
    listed,
    named_columns,
    person_of,
)
from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow, Meaning
from annotate.imports.mapping import FIELDS
from annotate.label_config.labeling_page import GROUP_CONTROL, SPANS, VERDICT

_TECHNICAL = frozenset(
    ("id", "annotation_id", "annotator", "created_at", "updated_at", "lead_time", "was_cancelled")
)
_TRUE = ("true", "1")


def label_controls(
    rows: Sequence[Mapping[str, Any]], file: LabelFile, meaning: Meaning
) -> tuple[str, ...]:
    """Return the columns that controls wrote: those of the map, else those with our labels."""
    keys = dict.fromkeys(key for row in rows for key in row)
    wanted = named_columns(meaning) or list(meaning.map.controls)
    controls = [key for key in keys if key in wanted]
    if not wanted:
        others = {*(meaning.map.field(name) for name in FIELDS if name != "labels"), *_TECHNICAL}
        choices = [k for k in keys if k not in others and _has_choices(k, rows, meaning)]
        _check_choices(choices, file)
        controls = [k for k in keys if k in choices or (k not in others and _has_marks(k, rows))]
    if not controls:
        raise InputError(
            f"{file.path}: no column has labels that the taxonomy knows; say with --labels-field "
            f"which one has them, or map them with --map: {', '.join(keys)}"
        )
    return tuple(controls)


def _check_choices(controls: Sequence[str], file: LabelFile) -> None:
    """Refuse to guess which of several columns are answers: a column may be of the task's data.

    Raises:
        InputError: There are several, and they are not those of a project of ours.
    """
    if len(controls) > 1 and not all(map(_is_ours, controls)):
        columns = ",".join(controls)
        raise InputError(
            f"{file.path}: several columns have labels: {columns}; name those with "
            f"the answers with --labels-field {columns}, or each under controls: in --map"
        )


def _is_ours(control: str) -> bool:
    return control in (SPANS, VERDICT) or control.startswith(GROUP_CONTROL)


def _has_choices(key: str, rows: Sequence[Mapping[str, Any]], meaning: Meaning) -> bool:
    for row in rows:
        value = _parsed(row.get(key))
        if meaning.knows(value) or (isinstance(value, dict) and "choices" in value):
            return True
        whole = [name for item in listed(value) for name in label_names(item, WHOLE)]
        if any(map(meaning.knows, listed(value))) or any(knows_label(n, meaning) for n in whole):
            return True
    return False


def _has_marks(key: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    return any(label_names(i, MARKING) for row in rows for i in listed(_parsed(row.get(key))))


def _parsed(cell: Any) -> Any:
    """Return what a cell of a CSV export stands for."""
    if not isinstance(cell, str) or cell[:1] not in ("{", "["):
        return cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell


def flat_values(row: Mapping[str, Any]) -> list[Any]:
    """Return what may be values of controls."""
    return [item for cell in row.values() for item in listed(_parsed(cell))]


def flat_row(
    row: Mapping[str, Any], where: str, controls: Sequence[str], meaning: Meaning, *, html: bool
) -> LabelRow:
    """Return the answer of a row; see `answer_row`."""
    values = {name: value for name, value in meaning.values(row).items() if name != "labels"}
    values["annotator"] = person_of(row.get("annotator"))
    if str(row.get("was_cancelled", "")).lower() in _TRUE:
        values["status"] = "cancelled"
    result = [
        {"from_name": control, "value": value}
        for control in controls
        for value in _control_values(_parsed(row.get(control)))
    ]
    return answer_row(where, values, result, meaning, html=html)


def _control_values(value: Any) -> Iterator[dict[str, Any]]:
    """Yield what JSON would have for the value of a flat export."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list) and any(map(label_names, value)):
        yield from (item for item in value if isinstance(item, dict))
    elif value not in (None, "", []):
        yield {"choices": listed(value)}
