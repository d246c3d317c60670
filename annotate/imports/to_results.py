"""Answers that were given elsewhere, written as our own page would have sent them.

So one reader checks them all: see `annotate.label_studio.results`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.core.records import Annotation, Status, normalise
from annotate.core.taxonomy import NONE_ID, UNUSABLE_ID, Taxonomy
from annotate.imports.offsets import move_span
from annotate.label_config.labeling_page import COMMENT, SPANS, TEXT, VERDICT
from annotate.label_studio.results import to_result


@dataclass(frozen=True, slots=True)
class Mark:
    """Marked words, as somebody else's tool has them.

    Attributes:
        start: Into the text as it was written there; unchecked, as `end`.
        labels: Our techniques and groups.
    """

    start: Any
    end: Any
    labels: tuple[str, ...]


def translated(
    labels: Iterable[str], marks: Sequence[Mark], comment: str, text: str, taxonomy: Taxonomy
) -> list[dict[str, Any]]:
    """The result for these labels.

    Marked words of a technique say that the paragraph has it: elsewhere nobody ticks it as well.

    Args:
        labels: Our techniques, `NONE_ID`, `UNUSABLE_ID`; groups, which say nothing of a whole
            paragraph, are passed over.
        marks: Marked words.
        comment: Free text.
        text: The paragraph as it was written there.
        taxonomy: Ours.
    """
    said = {*labels, *(label for mark in marks for label in mark.labels)}
    ticked = taxonomy.sorted_labels(said & set(taxonomy.labels))
    answer = Annotation("", "", Status.LABELLED, ticked)
    result = to_result(answer, text, taxonomy)
    for verdict in (NONE_ID, UNUSABLE_ID):
        if verdict in said:
            result.append(_item(VERDICT, "choices", {"choices": [verdict]}))
    result += [_marked(mark, text) for mark in marks if mark.labels]
    if comment:
        result.append(_item(COMMENT, "textarea", {"text": [comment]}))
    return result


def _marked(mark: Mark, text: str) -> dict[str, Any]:
    value: dict[str, Any] = {"start": mark.start, "end": mark.end, "labels": list(mark.labels)}
    inside = type(mark.start) is int and type(mark.end) is int
    if inside and 0 <= mark.start < mark.end <= len(text):
        value["start"], value["end"] = move_span(text, mark.start, mark.end)
        value["text"] = normalise(text[mark.start : mark.end])
    return _item(SPANS, "labels", value)


def _item(control: str, kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    return {"from_name": control, "to_name": TEXT, "type": kind, "value": dict(value)}
