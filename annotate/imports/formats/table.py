"""A table, CSV or JSON: an answer in each row, labels in one column or a column for each label."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from annotate.core.errors import InputError
from annotate.imports.label_cells import is_tick, read_labels, ticked, ticked_or_none
from annotate.imports.label_rows import LabelFile, LabelRow, Meaning
from annotate.imports.mapping import FIELDS, LabelMap

_PEOPLE = frozenset(
    ("worker", "workerid", "coder", "coderid", "rater", "raterid", "annotatorid", "labeler")
)
_ANSWERS = frozenset(
    ("value", "present", "ispresent", "answer", "holds", "applies", "selected", "checked", "vote")
)
_TECHNICAL = frozenset({"", "id", "index", "unnamed: 0", "level_0"})


def is_table(file: LabelFile) -> bool:
    """Tell whether the file has rows."""
    return file.is_json or file.is_table


def read_table(file: LabelFile, meaning: Meaning) -> Iterator[LabelRow]:
    """Read the rows.

    Raises:
        InputError: A column is missing, or a line is no row.
    """
    if not is_table(file):
        raise InputError(f"{file.path}: labels are read from .csv, .tsv, .jsonl and .json files")
    rows = [_flat(row) for _, row in file.rows]
    if not rows:
        raise InputError(f"{file.path}: no rows in the file")
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    meaning = replace(meaning, map=_in_their_case(meaning.map, columns))
    if not (meaning.texts.ids and "id" in columns):
        _check_column("text", columns, file, meaning)
    _check_annotator(columns, file, meaning)
    _check_values(rows, file, meaning)
    wide = _label_columns(rows, columns, meaning)
    if not wide and not {meaning.map.field("status"), meaning.map.field("spans")} & {*columns}:
        _check_column("labels", columns, file, meaning)
    says_no = any(ticked_or_none(row.get(name)) is False for row in rows for name in wide)
    for (line, _), row in zip(file.rows, rows, strict=True):
        values = meaning.texts.complete(meaning.values(row), row.get("id"))
        entry = LabelRow(file.where(line), values)
        try:
            yield _row(entry, row, wide, says_no, meaning)
        except InputError as error:
            yield entry.aside(str(error))


def _flat(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row in which the texts of an object have names such as `data.body`."""
    inner = {
        f"{key}.{name}": text
        for key, part in row.items()
        if isinstance(part, Mapping)
        for name, text in part.items()
        if isinstance(text, str) and not is_tick(text)
    }
    return {**row, **inner} if inner else row


def _in_their_case(map_: LabelMap, columns: Sequence[str]) -> LabelMap:
    """Return the map with the columns that have our names in other letter case: Text, LABELS."""
    theirs = {column.strip().lower(): column for column in reversed(columns)}
    fields = {
        name: theirs[name]
        for name in FIELDS
        if map_.field(name) == name and name not in columns and name in theirs
    }
    return replace(map_, fields={**fields, **map_.fields}) if fields else map_


def _check_annotator(columns: Sequence[str], file: LabelFile, meaning: Meaning) -> None:
    """Refuse to take the rows of several people for one person's."""
    if meaning.map.field("annotator") in columns:
        return
    people = [name for name in columns if re.sub(r"[^a-z]", "", name.lower()) in _PEOPLE]
    if people:
        raise InputError(
            f"{file.path}: column {people[0]!r} seems to say who labelled a row; name it with "
            f"--annotator-field {people[0]}, or remove the column"
        )


def _check_values(rows: Sequence[Mapping[str, Any]], file: LabelFile, meaning: Meaning) -> None:
    """Refuse to take labels that a column beside them denies."""
    if not all(meaning.map.field("labels") in row for row in rows):
        return
    for name in dict.fromkeys(name for row in rows for name in row):
        if re.sub(r"[^a-z]", "", name.lower()) in _ANSWERS:
            ticks = {ticked_or_none(row[name]) for row in rows if name in row}
            if ticks == {True, False}:
                raise InputError(
                    f"{file.path}: column {name!r} seems to say whether the label of a row holds; "
                    "make a column for each label instead, with yes and no below it"
                )


def _check_column(name: str, columns: Sequence[str], file: LabelFile, meaning: Meaning) -> None:
    column = meaning.map.field(name)
    if column not in columns:
        raise InputError(
            f"{file.path}: no column {column!r}; say with --{name}-field which one has the "
            f"{name}: {', '.join(filter(None, columns))}"
        )


def _row(
    entry: LabelRow, row: Mapping[str, Any], wide: Sequence[str], says_no: bool, meaning: Meaning
) -> LabelRow:
    if wide:
        labels = _ticked_labels(row, wide, says_no)
    else:
        labels = read_labels(row.get(meaning.map.field("labels")), meaning)
    return LabelRow(entry.where, entry.values, labels, partial=not wide)


def _label_columns(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], meaning: Meaning
) -> tuple[str, ...]:
    """Return the columns that are labels; those that nothing defines too, if they look like it."""
    if meaning.map.field("labels") in columns:
        return ()
    fields = {meaning.map.field(name) for name in FIELDS}
    candidates = [c for c in columns if c not in fields and c.strip().lower() not in _TECHNICAL]
    labels = [
        c
        for c in candidates
        if all(is_tick(row.get(c)) for row in rows)
        and any(ticked(row.get(c)) is not None for row in rows)
    ]
    labels = [c for c in candidates if c in labels or meaning.knows(c)]
    return tuple(labels) if any(map(meaning.knows, labels)) else ()


def _ticked_labels(
    row: Mapping[str, Any], wide: Sequence[str], says_no: bool
) -> tuple[str, ...] | None:
    """Return the labels with a tick; None if nobody ticked anything, which says nothing.

    Raises:
        InputError: A cell is neither yes nor no, or empty where others say no.
    """
    ticks: dict[str, bool | None] = {}
    for name in wide:
        try:
            ticks[name] = ticked(row.get(name))
        except InputError as error:
            raise InputError(f"column {name!r}: {error}") from error
    if all(tick is None for tick in ticks.values()):
        return None
    empty = [name for name, tick in ticks.items() if tick is None]
    if says_no and empty:
        raise InputError(f"column {empty[0]!r} is empty: nobody may have looked for it")
    return tuple(name for name, tick in ticks.items() if tick)
