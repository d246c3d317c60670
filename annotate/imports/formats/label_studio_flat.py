"""Label Studio's flat exports, JSON_MIN and CSV: a row an answer, a column a control."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotate.core.errors import InputError
from annotate.imports.formats.label_studio_results import MARKING, answer_row, listed, person_of
from annotate.imports.label_rows import LabelFile, LabelRow, Meaning

_TECHNICAL = frozenset(
    ("id", "annotation_id", "annotator", "created_at", "updated_at", "lead_time", "was_cancelled")
)
_TRUE = ("true", "1")


def label_controls(
    rows: Sequence[Mapping[str, Any]], file: LabelFile, meaning: Meaning
) -> tuple[str, ...]:
    """Return the columns that controls wrote: those of the map, else those with our labels."""
    keys = dict.fromkeys(key for row in rows for key in row)
    named = meaning.map.fields.get("labels")
    wanted = [named] if named else list(meaning.map.controls)
    controls = [key for key in keys if key in wanted]
    if not wanted:
        others = {meaning.map.field("text"), *meaning.map.fields.values(), *_TECHNICAL}
        controls = [k for k in keys if k not in others and _is_control(k, rows, meaning)]
    if not controls:
        raise InputError(
            f"{file.path}: no column has labels that the taxonomy knows; say with --labels-field "
            f"which one has them, or map them with --map: {', '.join(keys)}"
        )
    return tuple(controls)


def _is_control(key: str, rows: Sequence[Mapping[str, Any]], meaning: Meaning) -> bool:
    for row in rows:
        value = _parsed(row.get(key))
        if meaning.knows(value) or (isinstance(value, dict) and "choices" in value):
            return True
        if any(_label_kinds(item) or meaning.knows(item) for item in listed(value)):
            return True
    return False


def _parsed(cell: Any) -> Any:
    """Return what a cell of a CSV export stands for."""
    if not isinstance(cell, str) or cell[:1] not in ("{", "["):
        return cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell


def _label_kinds(item: Any) -> list[str]:
    return [kind for kind in MARKING if kind in item] if isinstance(item, dict) else []


def flat_row(
    row: Mapping[str, Any], where: str, controls: Sequence[str], meaning: Meaning
) -> LabelRow:
    """Return the answer of a row."""
    values = {name: value for name, value in meaning.values(row).items() if name != "labels"}
    values["annotator"] = person_of(row.get("annotator"))
    if str(row.get("was_cancelled", "")).lower() in _TRUE:
        values["status"] = "cancelled"
    result = [
        {"from_name": control, "value": value}
        for control in controls
        for value in _control_values(_parsed(row.get(control)))
    ]
    return answer_row(where, values, result, meaning)


def _control_values(value: Any) -> Iterator[dict[str, Any]]:
    """Yield what JSON would have for the value of a flat export."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list) and any(_label_kinds(item) for item in value):
        yield from (item for item in value if isinstance(item, dict))
    elif value not in (None, "", []):
        yield {"choices": listed(value)}
