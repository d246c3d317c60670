"""A table, CSV or JSON: an answer in each row, or one of each annotator who has a column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from shlex import quote
from typing import Any

from annotate.core.errors import InputError
from annotate.imports.formats.table_layout import Layout, find_layout
from annotate.imports.label_cells import Parts, is_tick, read_parts, ticked_or_none
from annotate.imports.label_file import TABLE_SUFFIXES, LabelFile
from annotate.imports.label_rows import LabelRow, Meaning, is_missing
from annotate.imports.mapping import FIELDS, LabelMap

_PEOPLE = frozenset(
    (
        *("worker", "workerid", "coder", "coderid", "rater", "raterid", "annotatorid", "labeler"),
        *("labeller", "annotatorname", "codername", "ratername", "annotatedby", "labeledby"),
        *("labelledby", "codedby", "completedby", "reviewer", "judge"),
    )
)
_ANSWERS = frozenset(
    ("value", "present", "ispresent", "answer", "holds", "applies", "selected", "checked", "vote")
)
_STATES = frozenset(  # of rows that are no answers
    (
        *("rejected", "reject", "skipped", "skip", "ignored", "ignore", "discarded", "discard"),
        *("cancelled", "canceled", "draft", "pending", "unlabeled", "unlabelled", "tainted"),
    )
)
_MOST_STATES = 12  # words in a column of states
_ANSWERING = ("status", "spans")  # columns that make an answer without labels
_READ = (*TABLE_SUFFIXES, ".jsonl", ".json")


def is_table(file: LabelFile) -> bool:
    """Tell whether the file has rows."""
    return file.is_json or file.is_table


def read_table(file: LabelFile, meaning: Meaning) -> Iterator[LabelRow]:
    """Read the rows.

    Raises:
        InputError: A column is missing, or a line is no row.
    """
    if not is_table(file):
        raise InputError(f"{file.path}: labels are read from {', '.join(_READ)} files")
    rows = [_flat(row) for _, row in file.rows]
    if not rows:
        raise InputError(f"{file.path}: no rows in the file")
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    meaning = replace(meaning, map=_in_their_case(meaning.map, columns))
    if not (meaning.texts.ids and "id" in columns):
        _check_column("text", columns, file, meaning)
    layout = find_layout(rows, columns, meaning, file.path)
    if not layout.people:
        _check_annotator(columns, file, meaning)
    _check_values(rows, file, meaning)
    _check_states(rows, columns, file, meaning)
    if layout == Layout() and not {meaning.map.field(n) for n in _ANSWERING} & {*columns}:
        _check_column("labels", columns, file, meaning)
    for (line, _), row in zip(file.rows, rows, strict=True):
        values = meaning.texts.complete(meaning.values(row), row.get("id"))
        entry = LabelRow(file.where(line), values)
        try:
            yield from _rows(entry, row, layout, meaning)
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
    people = [n for n in columns if _letters(n) in _PEOPLE or _letters(n).startswith("email")]
    if people:
        raise InputError(
            f"{file.path}: column {people[0]!r} seems to say who labelled a row; name it with "
            f"--annotator-field {quote(people[0])}, or remove the column"
        )


def _check_values(rows: Sequence[Mapping[str, Any]], file: LabelFile, meaning: Meaning) -> None:
    """Refuse to take labels that a column beside them denies."""
    if not all(meaning.map.field("labels") in row for row in rows):
        return
    for name in dict.fromkeys(name for row in rows for name in row):
        if _letters(name) in _ANSWERS:
            ticks = {ticked_or_none(row[name]) for row in rows if name in row}
            if ticks == {True, False}:
                raise InputError(
                    f"{file.path}: column {name!r} seems to say whether the label of a row holds; "
                    "make a column for each label instead, with yes and no below it"
                )


def _check_column(name: str, columns: Sequence[str], file: LabelFile, meaning: Meaning) -> None:
    column = meaning.map.field(name)
    if column not in columns:
        more = "; if none has, write a row with text and labels for each answer"
        raise InputError(
            f"{file.path}: no column {column!r}; say with --{name}-field which one has the "
            f"{name}: {', '.join(filter(None, columns))}{more}"
        )


def _check_states(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], file: LabelFile, meaning: Meaning
) -> None:
    """Refuse to count rows that a column rejects, skips or leaves open."""
    fields = {meaning.map.field(name) for name in FIELDS}
    for name in (column for column in columns if column not in fields):
        cells = (row.get(name) for row in rows)
        words = dict.fromkeys(str(cell).strip() for cell in cells if not is_missing(cell))
        yes = _letters(name).removeprefix("was").removeprefix("is") in _STATES
        odd = [w for w in words if _letters(w) in _STATES or (yes and ticked_or_none(w))]
        if odd and len(words) <= _MOST_STATES:
            listed = ", ".join(f"{w}: {'?' if w in odd else 'labelled'}" for w in words)
            raise InputError(
                f"{file.path}: column {name!r} says {odd[0]!r} of some rows: say in --map which "
                f"rows count (status: {{column: {name}, words: {{{listed}}}}}; ? is skipped, draft "
                "or set aside), or remove the column"
            )


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def _rows(
    entry: LabelRow, row: Mapping[str, Any], layout: Layout, meaning: Meaning
) -> Iterator[LabelRow]:
    """Yield the answers of a row: one, or one of each annotator who has a column."""
    if layout.ticks:
        yield replace(entry, labels=layout.ticked_labels(row))
    elif layout.people:
        parts = {person: read_parts(row.get(person), meaning) for person in layout.people}
        answers = {person: part for person, part in parts.items() if part.labels is not None}
        for person, part in answers.items():
            values = {**entry.values, "annotator": person}
            yield _with_parts(replace(entry, values=values), [part])
        if not answers:
            yield entry  # without labels: it is set aside
    else:
        yield _with_parts(entry, [read_parts(row.get(name), meaning) for name in layout.labels])


def _with_parts(entry: LabelRow, parts: Sequence[Parts]) -> LabelRow:
    """Put the labels and the marked words of several cells together."""
    answers = [part.labels for part in parts if part.labels is not None]
    labels = tuple(dict.fromkeys(name for names in answers for name in names))
    spans = [span for part in parts for span in part.spans]
    values = {**entry.values, "spans": [*entry.values.get("spans", ()), *spans]} if spans else {}
    partial = not spans
    return replace(
        entry, values=values or entry.values, labels=labels if answers else None, partial=partial
    )
