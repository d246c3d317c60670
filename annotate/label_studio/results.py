"""Answers as Label Studio stores them: checked in full, because it checks nothing itself.

Each group of techniques has a control of its own, so an answer comes as several results. On a page
whose spans are marked by group, a group's span becomes that of a technique where just one
technique of the group is ticked: then it can only mean that one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.core.records import Annotation, Span, Status
from annotate.core.taxonomy import NONE_ID, UNUSABLE_ID, Taxonomy
from annotate.label_config.labeling_page import COMMENT, SPANS, TEXT, VERDICT, group_control


class Rejected(Exception):  # noqa: N818 -- an outcome of reading, not a failure of the program
    """An answer that cannot be used, with the reason."""


@dataclass(frozen=True, slots=True)
class ParsedResult:
    """What a result says, checked and with the group controls merged.

    Attributes:
        status: LABELLED, NONE or UNUSABLE.
        labels: Technique ids in the taxonomy's order.
        spans: Sorted, each once.
        comment: Free text.
        repeated: Spans that stood there more than once; the copies are left out.
    """

    status: Status
    labels: tuple[str, ...]
    spans: tuple[Span, ...]
    comment: str
    repeated: tuple[Span, ...]


def read_result(result: Any, text: str, taxonomy: Taxonomy) -> ParsedResult:
    """Read what Label Studio stored for one annotation of the paragraph `text`.

    Raises:
        Rejected: The reason why it cannot be used.
    """
    found = _Found()
    if not isinstance(result, list):
        raise Rejected("the result is not a list")
    for item in result:
        _read_item(item, text, taxonomy, found)
    labels = taxonomy.sorted_labels(found.labels)
    return ParsedResult(
        status=_status(found.verdicts, labels, found.spans),
        labels=labels,
        spans=tuple(sorted({resolve_span(span, labels, taxonomy) for span in found.spans})),
        comment=" ".join(found.comments),
        repeated=tuple(sorted(s for s, times in Counter(found.spans).items() if times > 1)),
    )


def resolve_span(span: Span, labels: Sequence[str], taxonomy: Taxonomy) -> Span:
    """The span with the technique in place of its group, where just one of the group is ticked."""
    ticked = [label for label in labels if taxonomy.group_of[label] == span.label]
    return Span(span.start, span.end, ticked[0]) if len(ticked) == 1 else span


class _Found:
    """What the items of a result add up to."""

    def __init__(self) -> None:
        self.labels: set[str] = set()
        self.verdicts: set[str] = set()
        self.spans: list[Span] = []
        self.comments: list[str] = []


def _read_item(item: Any, text: str, taxonomy: Taxonomy, found: _Found) -> None:
    if not isinstance(item, Mapping) or not isinstance(item.get("value"), Mapping):
        raise Rejected("a result without a value")
    control, value = item.get("from_name"), item["value"]
    if not isinstance(control, str):
        raise Rejected("a result without a control")
    allowed = {group_control(g): {t.id for t in g.techniques} for g in taxonomy.groups}
    if control in allowed:
        names = [taxonomy.canonical.get(name, name) for name in _texts(value, "choices")]
        found.labels.update(_known(names, allowed[control], control))
    elif control == VERDICT:
        found.verdicts.update(_known(_texts(value, "choices"), {NONE_ID, UNUSABLE_ID}, control))
    elif control == SPANS:
        names = [taxonomy.canonical.get(name, name) for name in _texts(value, "labels")]
        labels = _known(names, set(taxonomy.span_labels), control)
        start, end = _offsets(value, text)
        found.spans.extend(Span(start, end, label) for label in labels)
    elif control == COMMENT:
        found.comments.extend(_texts(value, "text"))
    else:
        raise Rejected(f"unknown control {control!r}")


def _texts(value: Mapping[str, Any], key: str) -> list[str]:
    texts = value.get(key)
    texts = [texts] if key == "text" and isinstance(texts, str) else texts
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Rejected(f"a result without {key!r}")
    return texts


def _known(names: Sequence[str], known: set[str], control: str) -> Sequence[str]:
    for name in names:
        if name not in known:
            raise Rejected(f"unknown label {name!r} in {control!r}")
    return names


def _offsets(value: Mapping[str, Any], text: str) -> tuple[int, int]:
    start, end = value.get("start"), value.get("end")
    if type(start) is not int or type(end) is not int:
        raise Rejected(f"bad span: {start!r} to {end!r} are no offsets")
    if not 0 <= start < end <= len(text):
        raise Rejected(f"bad span: {start} to {end} in a text of {len(text)} characters")
    marked = value.get("text", text[start:end])
    if marked != text[start:end]:
        raise Rejected(f"bad span: {start} to {end} are not the words that it says")
    return start, end


def _status(verdicts: set[str], labels: Sequence[str], spans: Sequence[Span]) -> Status:
    if len(verdicts) > 1:
        raise Rejected("'no technique' together with 'not usable'")
    if UNUSABLE_ID in verdicts:
        if labels or spans:
            raise Rejected("a technique together with 'not usable'")
        return Status.UNUSABLE
    if NONE_ID in verdicts:
        if labels or spans:
            raise Rejected("a technique together with 'no technique'")
        return Status.NONE
    if not labels:
        raise Rejected("words are marked, no technique is ticked" if spans else "an empty answer")
    return Status.LABELLED


def to_result(annotation: Annotation, text: str, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """The result that `read_result` reads as this annotation: how labels are sent to the server."""
    result = []
    for group in taxonomy.groups:
        chosen = [t.id for t in group.techniques if t.id in annotation.labels]
        if chosen:
            result.append(_item(group_control(group), "choices", {"choices": chosen}))
    verdict = {Status.NONE: NONE_ID, Status.UNUSABLE: UNUSABLE_ID}.get(annotation.status)
    if verdict:
        result.append(_item(VERDICT, "choices", {"choices": [verdict]}))
    for span in annotation.spans:
        words = {"start": span.start, "end": span.end, "text": text[span.start : span.end]}
        result.append(_item(SPANS, "labels", words | {"labels": [span.label]}))
    if annotation.comment:
        result.append(_item(COMMENT, "textarea", {"text": [annotation.comment]}))
    return result


def _item(control: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"from_name": control, "to_name": TEXT, "type": kind, "value": value}
