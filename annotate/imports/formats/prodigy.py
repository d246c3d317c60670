"""Prodigy: JSON Lines of `db-out`, with an `answer` in each row.

`accept` counts, `ignore` is skipped, and `reject` is set aside: it says that something does not
hold, not what holds. Choices are in `accept`, a binary decision is about `label`, marked words are
in `spans`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from annotate.core.errors import InputError
from annotate.core.records import Status, normalise
from annotate.imports.label_cells import read_parts
from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow, Meaning
from annotate.imports.mapping import SET_ASIDE

WORDS = {"accept": Status.LABELLED, "reject": SET_ASIDE, "ignore": Status.SKIPPED}
_MARKS = ("_input_hash", "_task_hash", "_annotator_id", "_session_id", "_view_id", "accept")
_MANUAL = ("tokens", "spans")
_CHOICE_VIEWS = ("choice", "blocks")
_BINARY_VIEWS = ("classification", "ner", "spans", "relations")  # *_manual are complete


def is_prodigy(file: LabelFile) -> bool:
    """Tell by `answer` and another key that only Prodigy writes."""
    if file.is_table:
        return "answer" in file.columns and not file.columns.isdisjoint(_MARKS)
    return any(
        str(row.get("answer")) in WORDS and any(key in row for key in (*_MARKS, "label", "spans"))
        for row in file.sample
    )


def read_prodigy(file: LabelFile, meaning: Meaning) -> Iterator[LabelRow]:
    """Read the answers; of one person's decisions on one label, the last counts."""
    entries = [_entry(file.where(line), row, meaning) for line, row in file.rows]
    decisions: dict[tuple[str, str], list[int]] = {}
    for number, entry in enumerate(entries):
        if entry.partial:
            text = normalise(str(entry.values.get("text", "")))
            key = (str(entry.values.get("annotator")), text)
            decisions.setdefault(key, []).append(number)
    for numbers in decisions.values():
        _settle(entries, numbers, [row for _, row in file.rows])
    yield from entries


def _entry(where: str, row: Mapping[str, Any], meaning: Meaning) -> LabelRow:
    values = meaning.texts.complete(meaning.values(row))
    person = row.get("_annotator_id") or row.get("_session_id")
    values = {"annotator": person, "status": row.get("answer"), **values}
    values = {name: value for name, value in values.items() if value is not None}
    entry = LabelRow(where, values)
    try:
        return _with_labels(entry, row, meaning)
    except InputError as error:
        return entry.aside(str(error))


def _with_labels(entry: LabelRow, row: Mapping[str, Any], meaning: Meaning) -> LabelRow:
    if "answer" not in row:
        raise InputError("no 'answer': the task was exported before anybody saw it")
    if "accept" in row:
        labels = read_parts(_option_names(row, meaning), meaning).labels
        spans = _defined(row.get("spans"), meaning)  # patterns are highlighted in them
        return replace(entry, labels=labels, values=_with_spans(entry, spans))
    if row.get("_view_id") in _CHOICE_VIEWS or "options" in row:
        return _unsaid(entry, "no 'accept', which would have what was chosen")
    if isinstance(row.get("label"), str):
        labels = (row["label"],) if row["answer"] == "accept" else ()
        spans = _defined(row.get("spans"), meaning)
        return replace(entry, labels=labels, partial=True, values=_with_spans(entry, spans))
    if any(key in row for key in _MANUAL) and row.get("_view_id") not in _BINARY_VIEWS:
        return replace(entry, labels=())
    return _unsaid(entry, "no 'accept', 'label' or 'spans', which would have the answer")


def _unsaid(entry: LabelRow, problem: str) -> LabelRow:
    """Set an accepted task aside; others are skipped or rejected, whatever they hold."""
    return entry.aside(problem) if entry.values.get("status") == "accept" else entry


def _option_names(row: Mapping[str, Any], meaning: Meaning) -> Any:
    """Return what was chosen; the text of an option whose id means nothing."""
    options = row.get("options")
    texts = {
        str(option.get("id")): option.get("text")
        for option in (options if isinstance(options, list) else ())
        if isinstance(option, dict)
    }
    chosen = row["accept"]
    if not isinstance(chosen, list):
        return chosen
    names = [str(name) if isinstance(name, int) else name for name in chosen]
    return [
        texts[name]
        if isinstance(name, str) and not meaning.knows(name) and isinstance(texts.get(name), str)
        else name
        for name in names
    ]


def _defined(spans: Any, meaning: Meaning) -> list[Any]:
    """Return the marked words whose label is defined: the answer is about something else."""
    rows = spans if isinstance(spans, list) else []
    return [span for span in rows if isinstance(span, dict) and meaning.knows(span.get("label"))]


def _with_spans(entry: LabelRow, spans: list[Any]) -> dict[str, Any]:
    others = {name: value for name, value in entry.values.items() if name != "spans"}
    return {**others, "spans": spans} if spans else others


def _settle(
    entries: list[LabelRow], numbers: Sequence[int], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Set aside what one person's decisions on the labels of one text take back or leave open."""
    last = {rows[number]["label"]: number for number in numbers}
    accepted = {label for label, number in last.items() if rows[number]["answer"] == "accept"}
    for number in numbers:
        label, answer = rows[number]["label"], rows[number]["answer"]
        later = last[label]
        if answer == "accept" and label not in accepted:
            answer_later, where = rows[later]["answer"], entries[later].where
            reason = f"the annotator's later answer on {label!r} is {answer_later!r} ({where})"
            entries[number] = entries[number].aside(reason)
        elif answer == "ignore" and accepted:
            reason = f"ignored, which says nothing of {label!r}; another label was accepted"
            entries[number] = entries[number].aside(reason)
