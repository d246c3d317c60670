"""doccano: JSON Lines or CSV, one file for each annotator.

Labels are names, or marked words as [start, end, name]. doccano exports texts that nobody labelled
too, so an empty list says nothing, unless somebody approved it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from annotate.core.errors import InputError
from annotate.imports.label_cells import read_parts
from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow, Meaning

_LABELS = ("label", "labels", "cats", "entities", "annotations")
_APPROVED = ("annotation_approver", "is_confirmed")
_EMPTY = 'no label: doccano exports unlabelled texts too; if each was read, map it with none: [""]'
_SINGLE = {"id", "text", "label"}


def is_doccano(file: LabelFile) -> bool:
    """Tell by id, text and a list of labels; in a table by these columns."""
    if file.is_table:
        text = bool({"text", "data"} & file.columns)
        return text and {"id", "label"} <= file.columns and "labels" not in file.columns
    return any(row.keys() == _SINGLE or _is_listed(row) for row in file.sample)


def _is_listed(row: Mapping[str, Any]) -> bool:
    text = row.get("text", row.get("data"))
    ours = "id" in row and "answer" not in row and isinstance(text, str)
    return ours and any(isinstance(row.get(key), list) for key in _keys(row))


def _keys(row: Mapping[str, Any]) -> list[str]:
    """Return the keys with labels; a plain table has `labels` without doccano's other keys."""
    ours = {"Comments", "comments", "cats", "entities", *_APPROVED} & row.keys()
    keys = [key for key in _LABELS if key in row]
    labels = row.get("labels")
    triples = isinstance(labels, list) and any(isinstance(item, list) for item in labels)
    return [key for key in keys if key != "labels" or ours or triples]


def read_doccano(file: LabelFile, meaning: Meaning) -> Iterator[LabelRow]:
    """Read the rows."""
    for line, row in file.rows:
        values = meaning.values({"text": row.get("data"), **row})
        values = meaning.texts.complete(values, row.get("id"))
        entry = LabelRow(file.where(line), {**values, **_comment(row)})
        try:
            yield _with_labels(entry, row, meaning)
        except InputError as error:
            yield entry.aside(str(error))


def _comment(row: Mapping[str, Any]) -> dict[str, str]:
    comments = row.get("Comments") or row.get("comments") or []
    texts = [c.get("text") if isinstance(c, dict) else c for c in _listed(comments)]
    text = " ".join(text for text in texts if isinstance(text, str))
    return {"comment": text} if text else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _with_labels(entry: LabelRow, row: Mapping[str, Any], meaning: Meaning) -> LabelRow:
    column = meaning.map.fields.get("labels")
    keys = [column] if column else [key for key in _LABELS if key in row]
    parts = [read_parts(row.get(key), meaning) for key in keys]
    names = [name for part in parts for name in part.labels or ()]
    spans = [span for part in parts for span in part.spans]
    looked = "" in meaning.map.none or any(_is_yes(row.get(key)) for key in _APPROVED)
    if not names and not spans and not looked and "status" not in entry.values:
        raise InputError(_EMPTY)
    values = {**entry.values, **({"spans": spans} if spans else {})}
    partial = not spans and not any(isinstance(row.get(key), list) for key in keys)
    return LabelRow(entry.where, values, tuple(names), partial=partial)


def _is_yes(value: Any) -> bool:
    """Tell whether somebody approved the text; a table writes False as a word."""
    return bool(value) and str(value).strip().lower() not in ("false", "0", "no", "none", "nan")
