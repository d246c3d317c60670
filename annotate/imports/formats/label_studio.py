"""Label Studio without its server: the exports JSON, JSON_MIN, CSV and TSV.

A cancelled annotation is skipped; an annotation without any label is an empty answer.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotate.core.errors import InputError
from annotate.core.records import Status, normalise
from annotate.imports.label_rows import LabelFile, LabelRow, Meaning

WORDS = {"cancelled": Status.SKIPPED, "draft": Status.DRAFT}
_WHOLE = ("choices", "taxonomy")
_MARKING = ("labels", "hypertextlabels")
_TECHNICAL = frozenset(
    ("id", "annotation_id", "annotator", "created_at", "updated_at", "lead_time", "was_cancelled")
)
_EMPTY = 'an empty answer; if it means "no technique", map it with none: [""]'
_PATH = "/"  # between the names of nested choices
_TRUE = ("true", "1")


def is_json_export(file: LabelFile) -> bool:
    """Tell JSON by `data` and `annotations`, JSON_MIN by the annotation's number or person."""
    return any(_is_task(row) or _is_flat(row) for row in file.sample)


def _is_task(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("data"), dict) and isinstance(row.get("annotations"), list)


def _is_flat(row: Mapping[str, Any]) -> bool:
    return "annotation_id" in row and "annotator" in row and "id" in row


def is_csv_export(file: LabelFile) -> bool:
    """Tell the columns that every such export has."""
    return {"annotation_id", "annotator", "id"} <= file.columns


def read_export(file: LabelFile, meaning: Meaning) -> Iterator[LabelRow]:
    """Read the annotations of JSON tasks, or the rows of the flat exports.

    Raises:
        InputError: No task has a text, or no column has labels.
    """
    rows = file.rows
    tasks = [_is_task(row) for _, row in rows]
    datas = [row["data"] if is_task else row for is_task, (_, row) in zip(tasks, rows, strict=True)]
    _check_text(datas, file, meaning)
    flat = [row for is_task, (_, row) in zip(tasks, rows, strict=True) if not is_task]
    controls = _controls(flat, file, meaning) if flat else ()
    for is_task, (line, row) in zip(tasks, rows, strict=True):
        if is_task:
            yield from _task_rows(row, file.where(line), meaning)
        else:
            yield _flat_row(row, file.where(line), controls, meaning)


def _check_text(datas: Sequence[Mapping[str, Any]], file: LabelFile, meaning: Meaning) -> None:
    field = meaning.map.field("text")
    if not any(field in data for data in datas):
        keys = dict.fromkeys(key for data in datas for key in data)
        raise InputError(
            f"{file.path}: no task has {field!r}; say with --text-field which key has the text: "
            f"{', '.join(keys)}"
        )


def _task_rows(task: Mapping[str, Any], where: str, meaning: Meaning) -> Iterator[LabelRow]:
    values = meaning.values(task["data"])
    values.pop("annotator", None)  # of the data, not of the answer
    drafts = task.get("drafts")
    for state, parts in (("", task["annotations"]), ("draft", drafts)):
        for part in parts if isinstance(parts, list) else ():
            if not isinstance(part, dict):
                yield LabelRow(where, values).aside("only the annotation's number was exported")
                continue
            person = _person(part.get("completed_by", part.get("user")))
            status = "cancelled" if part.get("was_cancelled") else state
            pairs = {**values, "annotator": person, "status": status}.items()
            given = {name: value for name, value in pairs if value not in ("", None)}
            yield _answer(where, given, part.get("result"), meaning)


def _person(value: Any) -> str:
    """Return who answered; a pseudonym replaces it."""
    if isinstance(value, dict):
        value = value.get("id", value.get("email"))
    return "" if value is None else str(value)


def _answer(where: str, values: Mapping[str, Any], result: Any, meaning: Meaning) -> LabelRow:
    entry = LabelRow(where, {k: v for k, v in values.items() if k != "spans"})
    try:
        if not isinstance(result, list):
            raise InputError("the result is not a list")
        items = [item for item in map(_named_value, result) if item]
        return _with_items(entry, items, meaning)
    except InputError as error:
        return entry.aside(str(error))


def _named_value(item: Any) -> tuple[str, Mapping[str, Any]] | None:
    """Return the control of a result and its value; relations have none."""
    if not isinstance(item, dict) or not isinstance(item.get("value"), dict):
        return None
    return str(item.get("from_name", "")), item["value"]


def _with_items(
    entry: LabelRow, items: Sequence[tuple[str, Mapping[str, Any]]], meaning: Meaning
) -> LabelRow:
    """Put the labels of all controls together, but for those that the map leaves out."""
    labels: list[str] = []
    spans: list[dict[str, Any]] = []
    comments: list[Any] = []
    answered = "" in meaning.map.none or "status" in entry.values
    for control, value in items:
        if meaning.map.controls.get(control, {}) is None:
            continue
        names = [name for kind in (*_WHOLE, *_MARKING) for name in _names(value.get(kind))]
        targets = [ours for name in names for ours in _targets(name, control, meaning)]
        answered = answered or bool(names)
        if "start" in value:
            offsets = _offsets(value, str(entry.values.get("text", "")))
            spans += [{**offsets, "label": name} for name in targets]
            continue
        labels += targets
        if control == meaning.map.fields.get("comment", control):
            comments += _listed(value.get("text"))
    if not answered:
        raise InputError(_EMPTY)
    texts = " ".join(text for text in comments if isinstance(text, str))
    more = {"spans": spans, "comment": texts}
    values = {**entry.values, **{name: value for name, value in more.items() if value}}
    return LabelRow(entry.where, values, tuple(dict.fromkeys(labels)))


def _targets(name: str, control: str, meaning: Meaning) -> tuple[str, ...]:
    """Return our labels if the map has the control, else theirs."""
    if control not in meaning.map.controls:
        return (name,)
    targets = meaning.map.targets(name, control)
    return (name,) if targets is None else targets


def _names(value: Any) -> Iterator[str]:
    for name in _listed(value):
        if isinstance(name, list):
            yield _PATH.join(map(str, name))
        elif isinstance(name, str):
            yield name


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _offsets(value: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Return the offsets of marked words in characters; a browser may count UTF-16 units.

    Raises:
        InputError: The words that the export quotes are at neither place.
    """
    start, end, quote = value.get("start"), value.get("end"), value.get("text")
    if type(start) is not int or type(end) is not int or not isinstance(quote, str):
        return {"start": start, "end": end}
    units = text.encode("utf-16-le")
    for from_, to in ((start, end), (_characters(units, start), _characters(units, end))):
        if normalise(text[from_:to]) == normalise(quote):
            return {"start": from_, "end": to}
    raise InputError(f"bad span: {start} to {end} are not the words that it quotes")


def _characters(units: bytes, offset: int) -> int:
    return len(units[: 2 * offset].decode("utf-16-le", errors="ignore"))


def _controls(
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
        if any(_label_kinds(item) or meaning.knows(item) for item in _listed(value)):
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
    return [kind for kind in _MARKING if kind in item] if isinstance(item, dict) else []


def _flat_row(
    row: Mapping[str, Any], where: str, controls: Sequence[str], meaning: Meaning
) -> LabelRow:
    values = {name: value for name, value in meaning.values(row).items() if name != "labels"}
    values["annotator"] = _person(row.get("annotator"))
    if str(row.get("was_cancelled", "")).lower() in _TRUE:
        values["status"] = "cancelled"
    result = [
        {"from_name": control, "value": value}
        for control in controls
        for value in _control_values(_parsed(row.get(control)))
    ]
    return _answer(where, values, result, meaning)


def _control_values(value: Any) -> Iterator[dict[str, Any]]:
    """Yield what JSON would have for the value of a flat export."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list) and any(_label_kinds(item) for item in value):
        yield from (item for item in value if isinstance(item, dict))
    elif value not in (None, "", []):
        yield {"choices": _listed(value)}
