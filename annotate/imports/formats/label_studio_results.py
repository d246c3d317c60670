"""Turn what Label Studio's controls wrote into the labels of an answer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotate.core.errors import InputError
from annotate.imports.label_rows import LabelRow, Meaning, parsed_literal
from annotate.imports.shown_text import ShownText, shown_text

MARKING = ("labels", "hypertextlabels", "paragraphlabels")
WHOLE = ("choices", "taxonomy")
_EMPTY = 'an empty answer; if it means "no technique", map it with none: [""]'
_PATH = "/"  # between the names of nested choices


def person_of(value: Any) -> str:
    """Return who answered, as text; a pseudonym replaces it."""
    if isinstance(value, dict):
        value = value.get("id", value.get("email"))
    return "" if value is None else str(value)


def answer_row(
    where: str, values: Mapping[str, Any], result: Any, meaning: Meaning, *, html: bool
) -> LabelRow:
    """Return the answer of an annotation result, with the labels of all controls.

    Args:
        where: File and line.
        values: Of the task, by our names.
        result: As Label Studio stores it.
        meaning: Of the labels.
        html: Annotators saw the text as a page.
    """
    shown = shown_text(_text_or_dialogue(values), html=html)
    text = {"text": shown.text} if html or shown.starts else {}
    entry = LabelRow(where, {k: v for k, v in {**values, **text}.items() if k != "spans"})
    try:
        if not isinstance(result, list):
            raise InputError("the result is not a list")
        items = [item for item in map(_named_value, result) if item]
        return _with_items(entry, items, shown, meaning)
    except InputError as error:
        return entry.aside(str(error))


def _text_or_dialogue(values: Mapping[str, Any]) -> str | list[Any]:
    """Return the text; the parts of a dialogue, which a table has as JSON."""
    text = values.get("text", "")
    parts = parsed_literal(text) if isinstance(text, str) and text.startswith("[{") else text
    return parts if isinstance(parts, list) else str(text)


def _named_value(item: Any) -> tuple[str, Mapping[str, Any]] | None:
    """Return the control of a result and its value; relations have none."""
    if not isinstance(item, dict) or not isinstance(item.get("value"), dict):
        return None
    return str(item.get("from_name", "")), item["value"]


def _with_items(
    entry: LabelRow,
    items: Sequence[tuple[str, Mapping[str, Any]]],
    shown: ShownText,
    meaning: Meaning,
) -> LabelRow:
    """Put the labels of all controls together, but for those that the map leaves out."""
    labels: list[str] = []
    spans: list[dict[str, Any]] = []
    comments: list[Any] = []
    answered = "" in meaning.map.none or "status" in entry.values
    wanted = named_columns(meaning)
    for control, value in items:
        if meaning.map.controls.get(control, {}) is None:
            continue
        asked = not wanted or control in wanted or control in meaning.map.controls
        names = label_names(value) if asked else []
        targets = [ours for name in names for ours in _targets(name, control, meaning)]
        answered = answered or bool(names)
        if "start" in value:
            start, end = shown.find_words(value) if names else (None, None)
            spans += [{"start": start, "end": end, "label": name} for name in targets]
            continue
        labels += targets
        if control == meaning.map.fields.get("comment", control):
            comments += listed(value.get("text"))
    if not answered:
        raise InputError(_EMPTY)
    texts = " ".join(text for text in comments if isinstance(text, str))
    more = {"spans": spans, "comment": texts}
    values = {**entry.values, **{name: value for name, value in more.items() if value}}
    return LabelRow(entry.where, values, tuple(dict.fromkeys(labels)))


def _targets(name: str, control: str, meaning: Meaning) -> tuple[str, ...]:
    """Return our labels if the map has the control, else theirs: of nested ones the known end."""
    if control not in meaning.map.controls:
        end = name.rpartition(_PATH)[2]
        return (end if meaning.knows(end) and not meaning.knows(name) else name,)
    targets = meaning.map.targets(name, control)
    return (name,) if targets is None else targets


def named_columns(meaning: Meaning) -> list[str]:
    """Return the columns or controls with the answers that --labels-field or the map names."""
    named = meaning.map.fields.get("labels", "")
    return [part.strip() for part in named.split(",") if part.strip()]


def knows_label(name: str, meaning: Meaning) -> bool:
    """Tell whether the label, or the last of nested ones, is defined."""
    return meaning.knows(name) or meaning.knows(name.rpartition(_PATH)[2])


def label_names(value: Any, kinds: Sequence[str] = (*WHOLE, *MARKING)) -> list[str]:
    """Return the labels of these kinds in what a control wrote."""
    parts = [value.get(kind) for kind in kinds] if isinstance(value, Mapping) else []
    return [name for part in parts for name in _names(part)]


def _names(value: Any) -> Iterator[str]:
    for name in listed(value):
        if isinstance(name, list):
            yield _PATH.join(map(str, name))
        elif isinstance(name, str):
            yield name


def listed(value: Any) -> list[Any]:
    """Return a value as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]
