"""Parse and build annotation results, the JSON in which Label Studio stores an annotation.

Label Studio does not check what it stores, so parsing checks everything. Each group of techniques
has its own control, so an annotation is a list of several items. Where words are marked by group,
a group's span becomes a technique's span if exactly one technique of the group is ticked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.core.records import Annotation, Span, Status
from annotate.core.taxonomy import NONE_ID, UNUSABLE_ID, Taxonomy
from annotate.label_config.labeling_page import COMMENT, SPANS, TEXT, VERDICT, group_control
from annotate.label_studio.tasks import Work

EDITED = "changed by somebody else after it was submitted"

Item = dict[str, Any]


class Rejected(Exception):  # noqa: N818 -- an outcome of reading, not a failure of the program
    """An annotation that cannot be used, with the reason."""


@dataclass(frozen=True, slots=True)
class ParsedResult:
    """An annotation result that passed every check, with the group controls merged.

    Attributes:
        status: LABELLED, NONE or UNUSABLE.
        labels: Technique ids in the taxonomy's order.
        spans: Sorted, each once.
        comment: Free text.
        repeated: Spans that were marked more than once; the copies are left out.
    """

    status: Status
    labels: tuple[str, ...]
    spans: tuple[Span, ...]
    comment: str
    repeated: tuple[Span, ...]


def read_work(work: Work, text: str, taxonomy: Taxonomy) -> ParsedResult | None:
    """Parse what somebody left on the paragraph `text`; None where it was skipped.

    Raises:
        Rejected: It cannot be used; the message says why.
    """
    if work.edited:
        raise Rejected(EDITED)
    if work.skipped:
        return None
    if work.problem and not work.draft:
        raise Rejected(work.problem)
    return read_result(work.result, text, taxonomy)


def read_result(result: Any, text: str, taxonomy: Taxonomy) -> ParsedResult:
    """Parse what Label Studio stored for one annotation of the paragraph `text`.

    Raises:
        Rejected: It cannot be used; the message says why.
    """
    parts = _Parts()
    if not isinstance(result, list):
        raise Rejected("the result is not a list")
    for item in result:
        _read_item(item, text, taxonomy, parts)
    labels = taxonomy.sorted_labels(parts.labels)
    return ParsedResult(
        status=_status(parts.verdicts, labels, parts.spans),
        labels=labels,
        spans=tuple(sorted({resolve_span(span, labels, taxonomy) for span in parts.spans})),
        comment=" ".join(parts.comments),
        repeated=tuple(sorted(s for s, times in Counter(parts.spans).items() if times > 1)),
    )


def resolve_span(span: Span, labels: Sequence[str], taxonomy: Taxonomy) -> Span:
    """Replace a span's group by its technique if exactly one technique of the group is ticked."""
    ticked = [label for label in labels if taxonomy.group_of[label] == span.label]
    return Span(span.start, span.end, ticked[0]) if len(ticked) == 1 else span


class _Parts:
    """Collects what the items of a result say."""

    def __init__(self) -> None:
        self.labels: set[str] = set()
        self.verdicts: set[str] = set()
        self.spans: list[Span] = []
        self.comments: list[str] = []


def _read_item(item: Any, text: str, taxonomy: Taxonomy, parts: _Parts) -> None:
    if not isinstance(item, Mapping) or not isinstance(item.get("value"), Mapping):
        raise Rejected("a result without a value")
    control, value = item.get("from_name"), item["value"]
    if not isinstance(control, str):
        raise Rejected("a result without a control")
    allowed = {group_control(g): {t.id for t in g.techniques} for g in taxonomy.groups}
    if control in allowed:
        names = [taxonomy.canonical.get(name, name) for name in _texts(value, "choices")]
        parts.labels.update(_checked(names, allowed[control], control))
    elif control == VERDICT:
        parts.verdicts.update(_checked(_texts(value, "choices"), {NONE_ID, UNUSABLE_ID}, control))
    elif control == SPANS:
        names = [taxonomy.canonical.get(name, name) for name in _texts(value, "labels")]
        labels = _checked(names, set(taxonomy.span_labels), control)
        start, end = _offsets(value, text)
        parts.spans.extend(Span(start, end, label) for label in labels)
    elif control == COMMENT:
        parts.comments.extend(_texts(value, "text"))
    else:
        raise Rejected(f"unknown control {control!r}")


def _texts(value: Mapping[str, Any], key: str) -> list[str]:
    texts = value.get(key)
    texts = [texts] if key == "text" and isinstance(texts, str) else texts
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Rejected(f"a result without {key!r}")
    return texts


def _checked(names: Sequence[str], allowed: set[str], control: str) -> Sequence[str]:
    for name in names:
        if name not in allowed:
            raise Rejected(f"unknown label {name!r} in {control!r}")
    return names


def _offsets(value: Mapping[str, Any], text: str) -> tuple[int, int]:
    """Return a span's offsets; Label Studio's page counts characters as Python does."""
    start, end = value.get("start"), value.get("end")
    if type(start) is not int or type(end) is not int:
        raise Rejected(f"bad span: {start!r} to {end!r} are not offsets")
    if not 0 <= start < end <= len(text):
        raise Rejected(f"bad span: {start} to {end} in a text of {len(text)} characters")
    marked = value.get("text", text[start:end])
    if marked != text[start:end]:
        raise Rejected(f"bad span: {start} to {end} are not the words that it quotes")
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


def to_result(annotation: Annotation, text: str, taxonomy: Taxonomy) -> list[Item]:
    """Build the result that `read_result` parses into this annotation of `text`."""
    verdict = {Status.NONE: NONE_ID, Status.UNUSABLE: UNUSABLE_ID}.get(annotation.status)
    spans = [
        span_item(s.start, s.end, [s.label], text=text[s.start : s.end]) for s in annotation.spans
    ]
    verdicts = [verdict] if verdict else []
    return build_result(annotation.labels, verdicts, spans, annotation.comment, taxonomy)


def build_result(
    labels: Iterable[str],
    verdicts: Iterable[str],
    spans: Iterable[Item],
    comment: str,
    taxonomy: Taxonomy,
) -> list[Item]:
    """Build a result as the labeling interface sends it; `read_result` is what checks it.

    Args:
        labels: Technique ids; anything else is ignored.
        verdicts: `NONE_ID`, `UNUSABLE_ID`.
        spans: Items made by `span_item`.
        comment: Free text; empty for none.
        taxonomy: The techniques and their groups.
    """
    result = group_items(labels, taxonomy)
    result += [choices_item(VERDICT, [verdict]) for verdict in verdicts]
    result += spans
    return [*result, _item(COMMENT, "textarea", text=[comment])] if comment else result


def group_items(labels: Iterable[str], taxonomy: Taxonomy) -> list[Item]:
    """Build an item for each group of which a technique is among `labels`."""
    ticked = set(labels)
    items = []
    for group in taxonomy.groups:
        chosen = [t.id for t in group.techniques if t.id in ticked]
        if chosen:
            items.append(choices_item(group_control(group), chosen))
    return items


def choices_item(control: str, names: Iterable[str]) -> Item:
    """Build the item of ticked choices."""
    return _item(control, "choices", choices=list(names))


def span_item(start: Any, end: Any, labels: Iterable[str], **more: Any) -> Item:
    """Build the item of marked words; nothing is checked, so it may be as odd as its source."""
    return _item(SPANS, "labels", start=start, end=end, **more, labels=list(labels))


def _item(control: str, kind: str, **value: Any) -> Item:
    return {"from_name": control, "to_name": TEXT, "type": kind, "value": value}
