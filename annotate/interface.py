"""The labelling page: written as Label Studio's XML, and its answers read back.

Each group of techniques has a control of its own, so an answer comes as several results; what
comes back is checked in full, because Label Studio checks nothing in it.
"""

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from annotate.core.records import Annotation, Paragraph, Span, Status
from annotate.core.taxonomy import NONE_ID, UNUSABLE_ID, Group, Taxonomy

TEXT = "text"
# The page cannot show a task's `source`: Label Studio keeps the whole task's JSON under that name.
OUTLET = "outlet"
SPANS = "spans"
VERDICT = "verdict"
COMMENT = "comment"

# At 1440x900 everything stands on one page: context in grey, the paragraph framed, the groups'
# tick boxes in three columns. Colours that the page has of its own serve the dark theme too.
_STYLE = """
.rh-title *, .rh-source *, .rh-context * { margin: 0 !important; line-height: 1.35 !important; }
.rh-title * { font-size: 15px !important; font-weight: 600 !important; }
.rh-source *, .rh-context * { font-size: 13px !important; font-weight: 400 !important; }
.rh-source, .rh-context { opacity: .65; }
.rh-context { max-height: 54px; overflow-y: auto; }
.rh-text { font-size: 17px; line-height: 1.55; padding: 8px 12px; margin: 6px 0;
  border: 2px solid #868e96; border-radius: 6px; }
.rh-columns { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 2px 20px; }
.rh-columns h4, .rh-columns h5, .rh-columns h6 { margin: 2px 0 0 !important; font-size: 14px; }
.lsf-choices { margin: 0 !important; }
.lsf-choice, .lsf-choice__item { margin: 0 !important; padding: 0 !important; }
.lsf-choice__item { min-height: 0 !important; }
.lsf-choice__checkbox { line-height: 20px !important; }
.lsf-labels { margin: 4px 0 !important; }
"""


class Rejected(Exception):  # noqa: N818 -- an outcome of reading, not a failure of the program
    """An answer that cannot be used, with the reason."""


def group_control(group: Group) -> str:
    """The name of the tick boxes of a group."""
    return f"techniques_{group.id}"


class SpanLabels(StrEnum):
    GROUP = "group"
    TECHNIQUE = "technique"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Page:
    spans: SpanLabels = SpanLabels.GROUP
    hide_source: bool = False


def page_of(config: str) -> Page:
    return Page()


def fits(config: str, taxonomy: Taxonomy) -> bool:
    return controls(config) == controls(label_config(taxonomy))


def label_config(taxonomy: Taxonomy, page: Page = Page()) -> str:
    """The labelling configuration for Label Studio, as XML."""
    view = ET.Element("View")
    ET.SubElement(view, "Style").text = _STYLE
    _line(view, "rh-title", "title")
    _line(view, "rh-source", OUTLET)
    _line(view, "rh-context", "previous")
    spans = ET.SubElement(
        view, "Labels", name=SPANS, toName=TEXT, choice="single", showInline="true"
    )
    for group in taxonomy.groups:
        label = ET.SubElement(spans, "Label", value=group.name, alias=group.id)
        label.attrib.update(background=group.color, hotkey=group.hotkey, hint=group.definition)
    framed = ET.SubElement(view, "View", className="rh-text")
    ET.SubElement(framed, "Text", name=TEXT, value=f"${TEXT}", granularity="word")
    _line(view, "rh-context", "next")
    verdict = _choices(view, VERDICT, inline=True)
    for id_, answer in ((NONE_ID, taxonomy.none), (UNUSABLE_ID, taxonomy.unusable)):
        _choice(verdict, answer.name, id_, answer.hint, answer.hotkey)
    columns = ET.SubElement(view, "View", className="rh-columns")
    for group in taxonomy.groups:
        _techniques(columns, group)
    ET.SubElement(
        view,
        "TextArea",
        name=COMMENT,
        toName=TEXT,
        rows="1",
        maxSubmissions="1",
        editable="true",
        placeholder="Comment (optional)",
    )
    ET.indent(view)
    return ET.tostring(view, encoding="unicode") + "\n"


def _line(view: ET.Element, style: str, key: str) -> None:
    """A line to read; a Header, so that nothing in it can be marked by mistake."""
    line = ET.SubElement(view, "View", className=style)
    ET.SubElement(line, "Header", value=f"${key}", size="5")


def _techniques(view: ET.Element, group: Group) -> None:
    box = ET.SubElement(view, "View", style=f"border-top: 3px solid {group.color}")
    ET.SubElement(box, "Header", value=group.name, size="6")
    choices = _choices(box, group_control(group), inline=False)
    for technique in group.techniques:
        _choice(choices, technique.name, technique.id, technique.hint, technique.hotkey)


def _choices(view: ET.Element, name: str, *, inline: bool) -> ET.Element:
    show = "true" if inline else "false"
    return ET.SubElement(
        view, "Choices", name=name, toName=TEXT, choice="multiple", showInline=show
    )


def _choice(view: ET.Element, name: str, id_: str, hint: str, hotkey: str) -> None:
    ET.SubElement(view, "Choice", value=name, alias=id_, hint=hint, hotkey=hotkey)


def task_data(paragraph: Paragraph) -> dict[str, Any]:
    """What a task holds: the paragraph's keys, and its outlet under a name that can be shown."""
    return {**paragraph.to_json(), OUTLET: paragraph.source}


def controls(config: str) -> dict[str, frozenset[str]]:
    """Control name -> what it can store: two configurations with the same controls fit together.

    Raises:
        ET.ParseError: Not XML.
    """
    found = {}
    for element in ET.fromstring(config).iter():
        if "toName" in element.attrib:
            stored = (child.get("alias") or child.get("value") or "" for child in element)
            found[element.get("name", "")] = frozenset(stored)
    return found


@dataclass(frozen=True, slots=True)
class Answer:
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


def read_result(result: Any, text: str, taxonomy: Taxonomy) -> Answer:
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
    return Answer(
        status=_status(found.verdicts, labels, found.spans),
        labels=labels,
        spans=tuple(sorted(set(found.spans))),
        comment=" ".join(found.comments),
        repeated=tuple(sorted({s for s in found.spans if found.spans.count(s) > 1})),
    )


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
