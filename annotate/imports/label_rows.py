"""The record that every label format is read into, and what its readers may ask."""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from annotate.imports.mapping import FIELDS, LabelMap, value_at
from annotate.imports.span_forms import read_span
from annotate.imports.texts import Texts

_MISSING = frozenset(("", "na", "n/a", "#n/a", "<na>", "nan", "null"))

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One answer of one annotator to one paragraph, unchecked.

    Attributes:
        where: File and line.
        values: By our names of the columns, without those that are empty. `spans` is a list of
            {start, end, label}; `status` is the tool's word for it.
        labels: As the file has them; None if it does not say.
        partial: Says one of several labels: rows of one annotator and paragraph are united.
        problem: Why it cannot be used; empty if it can.
    """

    where: str
    values: Row
    labels: tuple[str, ...] | None = None
    partial: bool = False
    problem: str = ""

    def aside(self, problem: str) -> "LabelRow":
        """Return the row, set aside for this reason."""
        return replace(self, problem=problem)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a reader may ask about a file's content.

    Attributes:
        map: Their names and ours.
        separator: Stands between the labels of a cell; empty to find out.
        texts: Texts and articles that the labels are of, from --texts.
    """

    map: LabelMap
    separator: str = ""
    texts: Texts = field(default_factory=Texts)

    def values(self, row: Row) -> dict[str, Any]:
        """Return the row's values by our names, without those that are empty."""
        pairs = ((name, value_at(row, self.map.field(name))) for name in FIELDS)
        values = {name: value for name, value in pairs if not is_missing(value)}
        spans = values.get("spans")
        if isinstance(spans, str):
            values["spans"] = spans = parsed_literal(spans)
        if isinstance(spans, list):
            values["spans"] = [read_span(item, self.knows) or item for item in spans]
        return values

    def knows(self, label: Any) -> bool:
        """Tell whether the map or the taxonomy defines the label."""
        return isinstance(label, str) and self.map.targets(label.strip()) is not None


def is_missing(value: Any) -> bool:
    """Tell what stands for no value: nothing, or a word of R, pandas or a spreadsheet for it."""
    if isinstance(value, str):
        return value.strip().lower() in _MISSING
    return value is None or value != value  # NaN


def parsed_literal(cell: str) -> Any:
    """Return what JSON or the repr of a Python value stands for; other text as it is."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return cell
