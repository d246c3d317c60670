"""Argilla: records of version 1 and 2, as JSON, JSON Lines or a table.

A submitted response counts, a discarded one is skipped, and a draft stays a draft. Questions whose
values are our labels are read; --labels-field names another one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.core.records import Status
from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow, Meaning, parsed_literal
from annotate.imports.mapping import SET_ASIDE

WORDS = {
    "submitted": Status.LABELLED,
    "discarded": Status.SKIPPED,
    "draft": Status.DRAFT,
    "validated": Status.LABELLED,
    "edited": Status.DRAFT,
    "default": SET_ASIDE,  # nobody validated it
}
_TRIPLE = 3
_UNSAID = (
    "the export does not say whether the response was submitted; one by records.to_datasets() does"
)
_RESPONSES = ".responses"
_ONE_TASK = ("annotation", "annotation_agent", "prediction")


@dataclass(frozen=True, slots=True)
class _Response:
    """What a person answered to one question."""

    person: str
    status: str
    question: str
    value: Any


def is_argilla(file: LabelFile) -> bool:
    """Tell by responses, or by the annotation and status of version 1."""
    if file.is_table:
        return any(column.endswith(_RESPONSES) for column in file.columns)
    return any(
        "responses" in row
        or any(key.endswith(_RESPONSES) for key in row)
        or ("annotation" in row and "status" in row)
        or any(_is_question(value) for value in row.values())
        for row in file.sample
    )


def _is_question(value: Any) -> bool:
    """Tell the responses to a question as version 1 sends them to a hub."""
    return isinstance(value, list) and any(
        isinstance(item, dict) and {"user_id", "status", "value"} <= item.keys() for item in value
    )


def read_argilla(file: LabelFile, meaning: Meaning) -> Iterator[LabelRow]:
    """Yield an answer for each record and person."""
    records = [(line, row, list(_responses(row))) for line, row in file.rows]
    questions = _label_questions([r for *_, answers in records for r in answers], meaning)
    for line, row, responses in records:
        values = _record_values(row, meaning)
        people = dict.fromkeys(response.person for response in responses)
        for person in people:
            theirs = [r for r in responses if r.person == person]
            yield _answer(file.where(line), {**values, "annotator": person}, theirs, questions)


def _record_values(row: Mapping[str, Any], meaning: Meaning) -> dict[str, Any]:
    """Return what the record and its fields and metadata say of the paragraph."""
    flat = dict(row)
    for key in ("metadata", "inputs", "fields"):
        flat |= row[key] if isinstance(row.get(key), dict) else {}
    values = meaning.values(flat)
    for name in ("status", "annotator", "labels", "spans"):
        values.pop(name, None)  # of the record or of a model, not of a person
    return meaning.texts.complete({k: v for k, v in values.items() if k != "comment"})


def _responses(row: Mapping[str, Any]) -> Iterator[_Response]:
    if isinstance(row.get("responses"), list):
        yield from _by_person(row["responses"])
    elif isinstance(row.get("responses"), dict):
        for question, items in row["responses"].items():
            yield from _by_question(question, items)
    elif any(key in row for key in _ONE_TASK):
        agent = str(row.get("annotation_agent") or "")
        yield _Response(agent, str(row.get("status", "")).lower(), "annotation", _version_1(row))
    for key, value in row.items():
        if key.endswith(_RESPONSES):
            yield from _flattened(row, key.removesuffix(_RESPONSES), value)
        elif _is_question(value):
            yield from _by_question(key, value)


def _version_1(row: Mapping[str, Any]) -> Any:
    """Return the labels; marked words are triples in version 1."""
    value = row.get("annotation")
    if not isinstance(value, list) or not all(map(_is_triple, value)):
        return value
    return [{"label": label, "start": start, "end": end} for label, start, end, *_ in value]


def _is_triple(item: Any) -> bool:
    return isinstance(item, list) and len(item) >= _TRIPLE


def _by_person(items: Sequence[Any]) -> Iterator[_Response]:
    for item in map(_object, items):
        for question, answer in _object(item.get("values")).items() or (("", {}),):
            value = answer.get("value") if isinstance(answer, dict) else answer
            yield _Response(_user(item), str(item.get("status", "")).lower(), question, value)


def _by_question(question: str, items: Any) -> Iterator[_Response]:
    for item in map(_object, _listed(items)):
        status = str(item.get("status") or "").lower()
        yield _Response(_user(item), status, question, item.get("value"))


def _flattened(row: Mapping[str, Any], question: str, values: Any) -> Iterator[_Response]:
    users = _listed(row.get(f"{question}{_RESPONSES}.users"))
    statuses = _listed(row.get(f"{question}{_RESPONSES}.status"))
    for number, value in enumerate(_listed(values)):
        user = str(users[number]) if number < len(users) else ""
        status = str(statuses[number]).lower() if number < len(statuses) else ""
        yield _Response(user, status, question, value)


def _listed(value: Any) -> list[Any]:
    """Return a list, which a table has as text."""
    value = parsed_literal(value) if isinstance(value, str) else value
    return value if isinstance(value, list) else []


def _object(value: Any) -> dict[str, Any]:
    """Return the value; anything but an object says nothing."""
    return value if isinstance(value, dict) else {}


def _user(item: Mapping[str, Any]) -> str:
    return str(item.get("user_id") or item.get("user") or "")


def _label_questions(responses: Sequence[_Response], meaning: Meaning) -> frozenset[str]:
    """Return the questions that ask for labels: the named one, else those with our labels."""
    named = meaning.map.fields.get("labels")
    if named:
        return frozenset({named})
    names = [(r.question, name) for r in responses for name in _names(r.value)]
    known = {question for question, name in names if meaning.knows(name)}
    return frozenset(known or {question for question, _ in names})


def _names(value: Any) -> list[str]:
    items = value if isinstance(value, list) else []
    marked = [item.get("label") for item in items if isinstance(item, dict)]
    return _whole_labels(value) + [name for name in marked if isinstance(name, str)]


def _whole_labels(value: Any) -> list[str]:
    """Return the labels of the whole text, without those of marked words."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def _answer(
    where: str,
    values: Mapping[str, Any],
    responses: Sequence[_Response],
    questions: frozenset[str],
) -> LabelRow:
    statuses = {response.status for response in responses}
    entry = LabelRow(where, {**values, "status": next(iter(statuses))})
    if len(statuses) > 1:
        return entry.aside(f"several statuses of one response: {', '.join(sorted(statuses))}")
    if statuses == {""}:
        return entry.aside(_UNSAID)
    if len({response.question for response in responses}) < len(responses):
        return entry.aside("several responses to one question that do not say whose they are")
    asked = [r for r in responses if r.question in questions and r.value is not None]
    spans = [s for r in asked if isinstance(r.value, list) for s in r.value if isinstance(s, dict)]
    more = {"spans": spans} if spans else {}
    labels = tuple(dict.fromkeys(name for r in asked for name in _whole_labels(r.value)))
    return LabelRow(where, {**entry.values, **more}, labels if asked else None)
