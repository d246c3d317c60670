"""Which columns of a table hold the answers: one, several, one a label, or one an annotator."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.imports.label_cells import is_tick, read_parts, ticked, ticked_or_none
from annotate.imports.label_rows import Meaning, Row, is_missing
from annotate.imports.mapping import FIELDS

_TECHNICAL = frozenset({"", "id", "index", "unnamed: 0", "level_0"})
_NUMBERED_PERSON = re.compile(
    r"(?:annotator|coder|rater|worker|labell?er|reviewer|judge|expert|person)[\W_]*(?:\d+|[a-z])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\W_]*\d+$")
_LEAST_KNOWN = 0.5  # share of the cells of a column of labels that hold known ones


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns with answers; of one kind, or none.

    Attributes:
        labels: Hold the labels of one answer.
        people: Hold the labels of one annotator each, and are named after them.
        ticks: Column -> the label that is ticked below it.
        says_no: Some cell below a label says no, so that an empty one says nothing.
    """

    labels: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    ticks: Mapping[str, str] = field(default_factory=dict)
    says_no: bool = False

    def ticked_labels(self, row: Row) -> tuple[str, ...] | None:
        """Return the labels with a tick; None if nobody ticked anything, which says nothing.

        Raises:
            InputError: A cell is neither yes nor no, or empty where others say no.
        """
        ticks: dict[str, bool | None] = {}
        for name in self.ticks:
            try:
                ticks[name] = ticked(row.get(name))
            except InputError as error:
                raise InputError(f"column {name!r}: {error}") from error
        if all(tick is None for tick in ticks.values()):
            return None
        empty = [name for name, tick in ticks.items() if tick is None]
        if self.says_no and empty:
            raise InputError(f"column {empty[0]!r} is empty: nobody may have looked for it")
        return tuple(self.ticks[name] for name, tick in ticks.items() if tick)


def find_layout(
    rows: Sequence[Row], columns: Sequence[str], meaning: Meaning, path: Path
) -> Layout:
    """Return the columns with answers: those that are named, else those that show what they are.

    Raises:
        InputError: The meaning of the columns is ambiguous, or numbers below labels are no ticks.
    """
    labels = _named(meaning.map.field("labels"), columns)
    people = _named(meaning.map.field("annotator"), columns)
    if len(people) > 1:
        return Layout(people=people)
    if labels:
        return Layout(labels=labels)
    fields = {meaning.map.field(name) for name in FIELDS}
    unassigned = [c for c in columns if c not in fields and c.strip().lower() not in _TECHNICAL]
    ticks = _tick_columns(rows, unassigned, meaning, path)
    if ticks:
        says_no = any(ticked_or_none(row.get(name)) is False for row in rows for name in ticks)
        return Layout(ticks=ticks, says_no=says_no)
    return _several_columns([c for c in unassigned if _holds_labels(c, rows, meaning)], path)


def _named(name: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the column of this name, or the columns of a list with commas; else none."""
    if name in columns:
        return (name,)
    names = tuple(part.strip() for part in name.split(","))
    return names if all(part in columns for part in names) else ()


def _tick_columns(
    rows: Sequence[Row], columns: Sequence[str], meaning: Meaning, path: Path
) -> dict[str, str]:
    """Return the columns that are labels; those that nothing defines too, if they look like it."""
    label_of = {column: _label_in(column, meaning) for column in columns}
    ticks = [
        c
        for c in columns
        if all(is_tick(row.get(c)) for row in rows)
        and any(ticked(row.get(c)) is not None for row in rows)
    ]
    known = [c for c in columns if meaning.knows(c) or (c in ticks and meaning.knows(label_of[c]))]
    _check_counts(rows, known, path)
    _check_once([label_of[column] for column in known], known, path)
    return {c: label_of[c] for c in columns if c in (*ticks, *known)} if known else {}


def _label_in(column: str, meaning: Meaning) -> str:
    """Return the label in a column's name: Doubt, labels_Doubt, answer.Doubt.on."""
    names = (column, *re.split(r"[.:/]+", column), column.partition("_")[2])
    return next(filter(meaning.knows, names), column)


def _check_counts(rows: Sequence[Row], columns: Sequence[str], path: Path) -> None:
    """Refuse numbers below labels that are no ticks: they are nobody's answer."""
    for column in columns:
        for cell in (row.get(column) for row in rows):
            if _is_number(cell) and not is_tick(cell):
                raise InputError(
                    f"{path}: column {column!r} has {cell}, neither 0 nor 1: counts and "
                    "probabilities are no annotator's answer; write a row for each annotator, or "
                    "1 for a label that holds and 0 for one that does not"
                )


def _check_once(labels: Sequence[str], columns: Sequence[str], path: Path) -> None:
    """Refuse several columns of one label: each may be another annotator's."""
    for label, column in zip(labels, columns, strict=True):
        twice = columns[labels.index(label)]
        if twice != column:
            raise InputError(
                f"{path}: columns {twice!r} and {column!r} are both of {label!r}; write a row for "
                "each annotator, with a column for each label"
            )


def _is_number(cell: Any) -> bool:
    try:
        float(str(cell))
    except ValueError:
        return False
    return not is_missing(cell)


def _holds_labels(column: str, rows: Sequence[Row], meaning: Meaning) -> bool:
    cells = [row[column] for row in rows if not is_missing(row.get(column))]
    known = [cell for cell in cells if _is_known(cell, meaning)]
    return bool(known) and len(known) >= _LEAST_KNOWN * len(cells)


def _is_known(cell: Any, meaning: Meaning) -> bool:
    try:
        parts = read_parts(cell, meaning)
    except InputError:
        return False
    names = [*(parts.labels or ()), *(span["label"] for span in parts.spans)]
    return bool(names) and all(map(meaning.knows, names))


def _several_columns(columns: Sequence[str], path: Path) -> Layout:
    """Tell by their names what several columns of labels are: label_1, label_2; coder A, coder B.

    Raises:
        InputError: The names do not tell it.
    """
    if len(columns) < 2:
        return Layout()
    if all(map(_NUMBERED_PERSON.fullmatch, columns)):
        return Layout(people=tuple(columns))
    if len({_NUMBER.sub("", column).lower() for column in columns}) == 1:
        return Layout(labels=tuple(columns))
    listed = ",".join(columns)
    raise InputError(
        f"{path}: several columns have labels; name those that are annotators with "
        f"--annotator-field '{listed}', or those whose labels are one answer with --labels-field "
        f"'{listed}'"
    )
