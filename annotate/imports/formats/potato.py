"""Potato: annotated_instances as JSON Lines, in a folder for each person, or as one table.

JSON has the labels by scheme; a table has a column SCHEME:::LABEL for each. Any value under a label
means that it was chosen. Schemes with labels of ours are read; --labels-field names another one.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow, Meaning, parsed_literal
from annotate.imports.span_forms import read_span

_TEXT = "displayed_text"
_LABELS, _SPANS = "label_annotations", "span_annotations"
_BETWEEN = ":::"  # scheme and label, in a column's name
_SPAN_COLUMN = "span_annotation"
_EMPTY = 'no label; if it means "no technique", map it with none: [""]'
_Schemes = Mapping[str, list[str]]


def is_potato(file: LabelFile) -> bool:
    """Tell by the text that was displayed, and the labels or the person beside it."""
    if file.is_table:
        return {"user", "instance_id", _TEXT} <= file.columns
    return any(_TEXT in row and isinstance(row.get(_LABELS), dict) for row in file.sample)


def read_potato(file: LabelFile, meaning: Meaning) -> Iterator[LabelRow]:
    """Read the answers."""
    chosen = [_chosen(row) for _, row in file.rows]
    named = meaning.map.fields.get("labels")
    pairs = [
        (scheme, label) for row in chosen for scheme, labels in row.items() for label in labels
    ]
    known = {scheme for scheme, label in pairs if meaning.knows(label)}
    schemes = {named} if named else known or {scheme for scheme, _ in pairs}
    for (line, row), by_scheme in zip(file.rows, chosen, strict=True):
        values = meaning.values(
            {"text": row.get(_TEXT), "annotator": row.get("user", file.folder), **row}
        )
        values = meaning.texts.complete(values, row.get("id", row.get("instance_id")))
        names = [
            name for scheme, labels in by_scheme.items() if scheme in schemes for name in labels
        ]
        spans = _spans(row, meaning)
        entry = LabelRow(file.where(line), {**values, **({"spans": spans} if spans else {})})
        if names or spans or "" in meaning.map.none:
            yield LabelRow(entry.where, entry.values, tuple(names))
        else:
            yield entry.aside(_EMPTY)


def _chosen(row: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the labels that were chosen, by scheme."""
    schemes = row.get(_LABELS)
    if not isinstance(schemes, dict):
        schemes = {}
        for column, value in row.items():
            scheme, between, label = column.partition(_BETWEEN)
            if between and scheme != _SPAN_COLUMN:
                schemes.setdefault(scheme, {})[label] = value
    return {
        scheme: [label for label, value in labels.items() if _is_chosen(value)]
        for scheme, labels in schemes.items()
        if isinstance(labels, dict)
    }


def _is_chosen(value: Any) -> bool:
    return value not in (None, False) and str(value).strip().lower() not in ("", "false", "nan")


def _spans(row: Mapping[str, Any], meaning: Meaning) -> list[dict[str, Any]]:
    columns = [cell for name, cell in row.items() if name.startswith(_SPAN_COLUMN)]
    spans = (read_span(item, meaning.knows) for cell in columns for item in _listed(cell))
    return [span for span in spans if span]


def _listed(cell: Any) -> list[Any]:
    value = parsed_literal(cell) if isinstance(cell, str) else cell
    return value if isinstance(value, list) else []
