"""Write the labeling interface as Label Studio's XML.

Each group of techniques has its own control: a heading above its tick boxes.
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from annotate.core.taxonomy import NONE_ID, UNUSABLE_ID, Group, Taxonomy

TEXT = "text"
# The page cannot show a task's `source`: Label Studio keeps the whole task's JSON under that name.
OUTLET = "outlet"
TITLE = "title"
VOTES = "votes"
SPANS = "spans"
VERDICT = "verdict"
COMMENT = "comment"
GROUP_CONTROL = "techniques_"  # how the name of a group's control begins
_CHECK = "check_"  # how the names of controls begin that store nothing: see `_checks`

# At 1440x900 everything stands on one page: context in grey, the paragraph framed, the groups'
# tick boxes in three columns. Colours that the page has of its own serve the dark theme too.
# Context that is cut ends in an ellipsis and can be scrolled under the pointer. On a telephone
# everything stands in one column, and the buttons that are left reach Submit.
_STYLE = """
.rh-title *, .rh-source *, .rh-context * { margin: 0 !important; line-height: 1.35 !important; }
.rh-title * { font-size: 15px !important; font-weight: 600 !important; }
.rh-source *, .rh-context * { font-size: 13px !important; font-weight: 400 !important; }
.rh-source, .rh-context { opacity: .65; }
.rh-context, .rh-context:hover * { max-height: 54px; overflow-y: auto; }
.rh-context * { display: -webkit-box !important; -webkit-box-orient: vertical;
  -webkit-line-clamp: 3; overflow: hidden; }
.rh-context:hover * { display: block !important; }
.rh-checks { display: none; }
.rh-votes { border-left: 3px solid #f08c00; padding-left: 9px; }
.rh-votes * { font-size: 14px !important; font-weight: 400 !important; }
.rh-text { font-size: 17px; line-height: 1.55; padding: 8px 12px; margin: 6px 0;
  border: 2px solid #868e96; border-radius: 6px; }
.rh-whole { display: flex; flex-direction: row-reverse; align-items: center; gap: 24px; }
.rh-comment { flex: 1; }
.rh-comment form, .rh-comment * { margin-top: 0 !important; margin-bottom: 0 !important; }
.rh-columns { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 2px 20px; }
.rh-columns h4, .rh-columns h5, .rh-columns h6 { margin: 2px 0 0 !important; font-size: 14px; }
.lsf-choices { margin: 0 !important; }
.lsf-choice, .lsf-choice__item { margin: 0 !important; padding: 0 !important; }
.lsf-choice__item { min-height: 0 !important; }
.lsf-choice__checkbox { line-height: 20px !important; }
.lsf-labels { margin: 4px 0 !important; }
@media (max-width: 640px) {
  .lsf-editor { width: 100% !important; min-width: 0 !important; margin: 0 !important; }
  .rh-columns { grid-template-columns: minmax(0, 1fr); }
  .rh-whole { flex-direction: column; align-items: stretch; gap: 4px; }
  .lsf-history-buttons, .lsf-action-buttons { display: none !important; }
  .lsf-current-task { width: auto !important; white-space: nowrap; }
  .lsf-bottombar__group, .lsf-bottombar__section, .lsf-controls { min-width: 0 !important; }
  .lsf-controls { display: flex !important; gap: 4px !important; }
  .lsf-controls button { width: auto !important; min-width: 0 !important; }
  .lsf-labels > * { margin: 1px !important; }
}
"""


class SpanLabels(StrEnum):
    """The labels that words are marked with."""

    GROUP = "group"
    TECHNIQUE = "technique"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Page:
    """The parts of the labeling interface beside the tick boxes.

    Attributes:
        spans: What words are marked with. Groups keep the page quick; see
            `annotate.label_studio.results` for how a group's span becomes a technique's.
        hide_source: Leave title and outlet out, so that they cannot sway the judgement.
        votes: Show the annotators' answers, for the person who decides between them.
    """

    spans: SpanLabels = SpanLabels.GROUP
    hide_source: bool = False
    votes: bool = False


def group_control(group: Group) -> str:
    """Return the name of the control with a group's tick boxes."""
    return f"{GROUP_CONTROL}{group.id}"


def label_config(taxonomy: Taxonomy, page: Page = Page()) -> str:
    """Return the labeling config for Label Studio, as XML."""
    view = ET.Element("View")
    ET.SubElement(view, "Style").text = _STYLE
    if not page.hide_source:
        _line(view, "rh-title", TITLE)
        _line(view, "rh-source", OUTLET)
    _line(view, "rh-context", "previous")
    _spans(view, taxonomy, page.spans)
    framed = ET.SubElement(view, "View", className="rh-text")
    ET.SubElement(framed, "Text", name=TEXT, value=f"${TEXT}", granularity="word")
    _line(view, "rh-context", "next")
    if page.votes:
        _line(view, "rh-votes", VOTES)
    _whole_paragraph(view, taxonomy)
    _checks(view, taxonomy)
    columns = ET.SubElement(view, "View", className="rh-columns")
    for group in taxonomy.groups:
        _techniques(columns, group)
    ET.indent(view)
    return ET.tostring(view, encoding="unicode") + "\n"


def _whole_paragraph(view: ET.Element, taxonomy: Taxonomy) -> None:
    """Add a row about the whole paragraph: the comment, "no technique" and "not usable".

    The comment comes first, so that a few Tabs reach it, and is displayed last.
    """
    row = ET.SubElement(view, "View", className="rh-whole")
    ET.SubElement(
        ET.SubElement(row, "View", className="rh-comment"),
        "TextArea",
        name=COMMENT,
        toName=TEXT,
        rows="1",
        maxSubmissions="1",
        editable="true",
        placeholder="Comment (optional)",
    )
    verdict = _choices(row, VERDICT, inline=True)
    for id_, answer in ((NONE_ID, taxonomy.none), (UNUSABLE_ID, taxonomy.unusable)):
        _choice(verdict, answer.name, id_, answer.hint, answer.hotkey)


def _checks(view: ET.Element, taxonomy: Taxonomy) -> None:
    """Refuse a Submit without any tick, and one whose ticks contradict each other.

    `required` is per control, and the page has one for each group. So a check is a required control
    that nobody sees or can tick, and that counts only while its `visibleWhen` holds; that of its
    view must hold too. Without a tag, "choice-unselected" means that nothing is ticked anywhere.
    """
    none, unusable = taxonomy.none.name, taxonomy.unusable.name
    hidden = ET.SubElement(view, "View", className="rh-checks")
    message = f"Tick a technique or \u201c{none}\u201d first."
    _check(hidden, "nothing", message, visibleWhen="choice-unselected")
    verdict = {"visibleWhen": "choice-selected", "whenTagName": VERDICT}
    answered = ET.SubElement(hidden, "View", verdict)
    message = (
        f"A technique cannot stand beside \u201c{none}\u201d or \u201c{unusable}\u201d: untick one."
    )
    for group in taxonomy.groups:
        ticked = {"visibleWhen": "choice-selected", "whenTagName": group_control(group)}
        _check(answered, group.id, message, **ticked)
    answered = ET.SubElement(hidden, "View", verdict, whenChoiceValue=NONE_ID)
    message = f"Tick either \u201c{none}\u201d or \u201c{unusable}\u201d."
    _check(answered, "verdict", message, **verdict, whenChoiceValue=UNUSABLE_ID)


def _check(view: ET.Element, name: str, message: str, **when: str) -> None:
    control = _choices(view, f"{_CHECK}{name}", inline=True)
    control.attrib.update(when, required="true", requiredMessage=message)
    ET.SubElement(control, "Choice", value=name)


def _spans(view: ET.Element, taxonomy: Taxonomy, what: SpanLabels) -> None:
    if what is SpanLabels.OFF:
        return
    spans = ET.SubElement(
        view, "Labels", name=SPANS, toName=TEXT, choice="single", showInline="true"
    )
    for group in taxonomy.groups:
        if what is SpanLabels.GROUP:
            label = _label(spans, group.name, group.id, group.color, group.definition)
            label.set("hotkey", group.hotkey)
            continue
        for technique in group.techniques:  # the tick boxes have the keys
            _label(spans, technique.name, technique.id, group.color, technique.span)


def _label(spans: ET.Element, name: str, id_: str, color: str, hint: str) -> ET.Element:
    return ET.SubElement(spans, "Label", value=name, alias=id_, background=color, hint=hint)


def _line(view: ET.Element, style: str, key: str) -> None:
    """Add a line of text; as a Header, so that nothing in it can be marked by mistake."""
    line = ET.SubElement(view, "View", className=style)
    ET.SubElement(line, "Header", value=f"${key}", size="5")


def _techniques(view: ET.Element, group: Group) -> None:
    box = ET.SubElement(view, "View", style=f"border-top: 3px solid {group.color}")
    ET.SubElement(box, "Header", value=group.name, size="6")
    choices = _choices(box, group_control(group), inline=False)
    for technique in group.techniques:
        _choice(choices, technique.name, technique.id, technique.definition, technique.hotkey)


def _choices(view: ET.Element, name: str, *, inline: bool) -> ET.Element:
    show = "true" if inline else "false"
    return ET.SubElement(
        view, "Choices", name=name, toName=TEXT, choice="multiple", showInline=show
    )


def _choice(view: ET.Element, name: str, id_: str, hint: str, hotkey: str) -> None:
    ET.SubElement(view, "Choice", value=name, alias=id_, hint=hint, hotkey=hotkey)


def controls(config: str) -> dict[str, frozenset[str]]:
    """Return the values that each control can store; configs with the same controls are compatible.

    Raises:
        ET.ParseError: Not XML.
    """
    stored_by = {}
    for element in ET.fromstring(config).iter():
        name = element.get("name", "")
        if "toName" in element.attrib and not name.startswith(_CHECK):
            stored = (child.get("alias") or child.get("value") or "" for child in element)
            stored_by[name] = frozenset(stored)
    return stored_by


def page_of(config: str) -> Page:
    """Return the options that a labeling config was written with.

    Raises:
        ET.ParseError: Not XML.
    """
    view = ET.fromstring(config)
    shown = {header.get("value") for header in view.iter("Header")}
    stored = controls(config)
    spans = stored.get(SPANS)
    ticks = set(chain.from_iterable(ids for name, ids in stored.items() if name != SPANS))
    what = SpanLabels.OFF
    if spans is not None:
        what = SpanLabels.TECHNIQUE if spans <= ticks else SpanLabels.GROUP
    return Page(what, f"${TITLE}" not in shown, f"${VOTES}" in shown)


def fits(config: str, taxonomy: Taxonomy) -> bool:
    """Return whether answers to this config fit the taxonomy, whatever the config's options.

    Raises:
        ET.ParseError: Not XML.
    """
    existing, expected = controls(config), controls(label_config(taxonomy))
    spans = existing.pop(SPANS, frozenset())
    del expected[SPANS]
    return existing == expected and spans <= set(taxonomy.span_labels)
