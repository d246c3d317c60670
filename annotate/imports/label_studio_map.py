"""The map that a Label Studio project made elsewhere needs: print one, and check one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotate.core.errors import TaxonomyError
from annotate.core.plurals import counted
from annotate.core.taxonomy import NONE_ID, UNUSABLE_ID, Taxonomy
from annotate.imports.label_studio_config import PATH, Control
from annotate.imports.mapping import FIELDS, HOW_TO_FILL_IN, TO_FILL_IN, LabelMap

_VERDICTS = {NONE_ID: "none", UNUSABLE_ID: "unusable"}


def check_controls(controls: Sequence[Control], map_: LabelMap, where: str) -> None:
    """Refuse a map that leaves a control or a label of the project without a meaning.

    It can name more: answers may have controls and labels that the project had before.

    Raises:
        TaxonomyError: Says which, and what to write.
    """
    undefined = [
        f"{control.name} ({missing})"
        for control in controls
        if control.has_labels and (missing := _without_meaning(control, map_))
    ]
    if undefined:
        names = {control.name for control in controls}
        others = [repr(name) for name in map_.controls if name not in names]
        also = f" (it has no control {', '.join(others)}, which the map names)" if others else ""
        raise TaxonomyError(
            f"{where}: the map does not say what becomes of {'; '.join(undefined)}{also}: write "
            "controls: THEIR_CONTROL: {THEIR_LABEL: OURS}, or THEIR_CONTROL: null to leave it out; "
            "--map-template prints a map to fill in"
        )


def _without_meaning(control: Control, map_: LabelMap) -> str:
    """Return the labels without a meaning; empty if all have one."""
    if control.name not in map_.controls:
        return ", ".join(control.labels) or "whose labels are in the tasks"
    if map_.controls[control.name] is None:
        return ""
    groups = {group.id for group in map_.taxonomy.groups} if control.is_whole else set()
    labels = ((label, map_.targets(label, control.name)) for label in control.labels)
    return ", ".join(label for label, ours in labels if ours is None or groups & set(ours))


@dataclass(frozen=True, slots=True)
class Template:
    """A map in YAML, with question marks for what only a person can say.

    Attributes:
        questions: How many there are.
    """

    text: str
    questions: int

    @property
    def sentence(self) -> str:
        """Say what is left to do."""
        if not self.questions:
            return "no question mark is left; check what each label becomes"
        return f"replace {counted(self.questions, 'question mark')}: {HOW_TO_FILL_IN}"


def map_template(
    controls: Sequence[Control], taxonomy: Taxonomy, keys: Sequence[str] = ()
) -> Template:
    """Return a map for these controls.

    Args:
        controls: With all labels that answers can have.
        taxonomy: Ours.
        keys: Those of the tasks' data.
    """
    comments = [control.name for control in controls if control.kind == "TextArea"]
    labelling = [control for control in controls if control.has_labels]
    ours = {(c.name, label): _guess(label, c, taxonomy) for c in labelling for label in c.labels}
    texts = _text_keys(controls, ours)
    text_key = texts[0] if len(texts) == 1 else TO_FILL_IN
    lines = [
        "# The task key that holds the paragraph; add others whose names differ from ours",
        *([f"# The tasks have: {', '.join(keys)}"] if keys else []),
        *([f"# Labelled are: {', '.join(texts)}"] if len(texts) > 1 else []),
        f"text: {json.dumps(text_key)}",
        *(f"# {name}: ..." for name in FIELDS[1:10]),
        *(f"comment: {json.dumps(name)}" for name in comments[:1]),
        "# Each of their labels becomes one of ours, a list of ours, or null to leave it out; a",
        "# whole control can be null. Labels listed under none or unusable need no line here.",
        f"controls:{'' if labelling else ' {}'}",
    ]
    for control in labelling:
        lines += _control_lines(control, {x: ours[control.name, x] for x in control.labels})
    names = {
        key: sorted({label for (_, label), target in ours.items() if target == id_})
        for id_, key in _VERDICTS.items()
    }
    note = "  # their labels for 'no technique'; \"\" is an answer without any label"
    lines += [
        f"none: {json.dumps(names['none'])}{note}",
        f"unusable: {json.dumps(names['unusable'])}",
    ]
    questions = [*ours.values(), text_key].count(TO_FILL_IN)
    return Template("\n".join(lines) + "\n", questions)


def _text_keys(controls: Sequence[Control], ours: Mapping[tuple[str, str], str]) -> tuple[str, ...]:
    """Return the keys that controls with labels of ours label; else those of any controls."""
    known = {name for (name, _), target in ours.items() if target != TO_FILL_IN}
    choices = (
        [control for control in controls if control.name in known],
        [control for control in controls if control.has_labels],
        controls,
    )
    keys = (tuple(dict.fromkeys(key for c in choice for key in c.texts)) for choice in choices)
    return next(filter(None, keys), ())


def _control_lines(control: Control, ours: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a control; a label that goes under none or unusable needs none."""
    listed = {label: target for label, target in ours.items() if target not in _VERDICTS}
    note = "  # not in the labeling config any more, but in answers" if control.former else ""
    if control.options and not control.labels:
        note = f"  # its labels come from the tasks' {control.options!r}, where there are none yet"
    yield f"  {json.dumps(control.name)}:{'' if listed else ' {}'}{note}"
    yield from (f"    {json.dumps(label)}: {json.dumps(listed[label])}" for label in listed)


def _guess(label: str, control: Control, taxonomy: Taxonomy) -> str:
    """Return what is called the same here: the last of nested names, or what was shown, too."""
    plain = LabelMap(taxonomy)
    groups = {group.id for group in taxonomy.groups} if control.is_whole else set()
    names = (label, label.rpartition(PATH)[2], control.shown.get(label, ""))
    targets = next(filter(None, map(plain.targets, names)), (TO_FILL_IN,))
    return TO_FILL_IN if groups & set(targets) else targets[0]
