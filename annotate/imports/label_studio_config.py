"""The labeling config of a Label Studio project that was made elsewhere: controls and texts."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from annotate.imports.mapping import value_at
from annotate.label_studio.tasks import Task

_WHOLE = ("Choices", "Taxonomy")  # label the whole text
_MARKING = ("Labels", "HyperTextLabels", "ParagraphLabels")
_KINDS = {kind.lower(): kind for kind in (*_WHOLE, *_MARKING)}  # type of a result -> its control
_HTML = "HyperText"
_TEXTS = ("Text", _HTML, "Paragraphs", "Chat")  # what may hold a paragraph
PATH = "/"  # between the names of nested choices
_KEY = re.compile(r"\$([^$]+)")


@dataclass(frozen=True, slots=True)
class Control:
    """A control that annotators answer with.

    Attributes:
        kind: Its tag.
        labels: What it can store; nested choices with the names that lead to them.
        options: Key of the tasks' data that holds labels; empty if there is none.
        texts: Keys of the tasks' data that it labels.
        former: Answers have it, but the labeling config does not any more.
        shown: Label -> what annotators saw for it, where that is something else.
    """

    name: str
    kind: str
    labels: tuple[str, ...]
    options: str = ""
    former: bool = False
    texts: tuple[str, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_labels(self) -> bool:
        """Tell whether it stores labels, so that a map must say what they mean."""
        return self.kind in (*_WHOLE, *_MARKING)

    @property
    def is_whole(self) -> bool:
        """Tell whether its labels are of the whole text."""
        return self.kind in _WHOLE


@dataclass(frozen=True, slots=True)
class Config:
    """What reading the answers needs of a labeling config.

    Attributes:
        controls: In its order.
        keys: Name of a text -> its key in the tasks' data.
        html_keys: Keys whose HTML is shown as a page.
    """

    controls: tuple[Control, ...]
    keys: Mapping[str, str]
    html_keys: frozenset[str]


def read_config(config: str) -> Config:
    """Parse a labeling config.

    Raises:
        ET.ParseError: Not XML.
    """
    elements = list(ET.fromstring(config).iter())
    controls = [element for element in elements if "toName" in element.attrib]
    shown = (element for element in elements if element.tag in _TEXTS)
    keys = {element.get("name", ""): key for element in shown if (key := _key(element))}
    return Config(
        tuple(_control(element, keys) for element in controls),
        keys,
        frozenset(_key(element) for element in elements if element.tag == _HTML),
    )


def _control(element: ET.Element, keys: Mapping[str, str]) -> Control:
    labels = dict(_names(element, ""))
    name, shown = element.get("name", ""), {k: v for k, v in labels.items() if v}
    texts = (keys.get(part.strip(), "") for part in element.get("toName", "").split(","))
    labelled = tuple(filter(None, texts))
    return Control(name, element.tag, tuple(labels), _key(element), texts=labelled, shown=shown)


def _key(element: ET.Element) -> str:
    key = _KEY.fullmatch(element.get("value", "").strip())
    return key[1] if key else ""


def _names(element: ET.Element, before: str) -> Iterator[tuple[str, str]]:
    """Yield each label, and what is shown for it where it has an alias."""
    for child in element:
        if child.tag in ("Choice", "Label"):
            alias, value = child.get("alias"), child.get("value") or ""
            name = before + (alias or value)
            yield name, value if alias else ""
            yield from _names(child, f"{name}{PATH}")
        else:  # a View that only groups them
            yield from _names(child, before)


def with_tasks(controls: Sequence[Control], tasks: Iterable[Task]) -> list[Control]:
    """Add the labels that tasks offer and answers have, and the controls that only answers have."""
    kinds = {control.name: control.kind for control in controls}
    labels = {c.name: {label: c.shown.get(label, "") for label in c.labels} for c in controls}
    for task in tasks:
        for control in controls:
            offered = value_at(task.data, control.options) if control.options else None
            labels[control.name].update(_offered(offered, ""))
        for name, kind, used in _used(task):
            kinds.setdefault(name, kind)
            known = labels.setdefault(name, {})
            known |= {label: "" for label in used if label not in known}
    former = (Control(name, kind, (), former=True) for name, kind in kinds.items())
    by_name = {**{c.name: c for c in former}, **{c.name: c for c in controls}}
    return [
        replace(
            control,
            labels=tuple(labels[name]),
            shown={label: shown for label, shown in labels[name].items() if shown},
        )
        for name, control in by_name.items()
    ]


def _offered(options: Any, before: str) -> Iterator[tuple[str, str]]:
    """Yield what `_names` does of a task's options: objects with value, alias and children."""
    for option in options if isinstance(options, list) else ():
        parts = option if isinstance(option, Mapping) else {"value": option}
        alias, value = label_name(parts.get("alias")), label_name(parts.get("value"))
        if name := alias or value:
            yield before + name, value if alias else ""
            yield from _offered(parts.get("children"), f"{before}{name}{PATH}")


def _used(task: Task) -> Iterator[tuple[str, str, list[str]]]:
    """Yield name and kind of the controls that the answers have, with the labels."""
    results = (work.result for work in task.work if isinstance(work.result, list))
    for item in (item for result in results for item in result if isinstance(item, Mapping)):
        kind, value = kind_of(item), item.get("value")
        names = value.get(item["type"]) if kind and isinstance(value, Mapping) else None
        if isinstance(names, list) and isinstance(item.get("from_name"), str):
            yield item["from_name"], kind, [name for name in map(label_name, names) if name]


def kind_of(item: Mapping[str, Any]) -> str:
    """Return the kind of the control that stored labels; empty if an item of a result has none."""
    return _KINDS.get(str(item.get("type")), "")


def label_name(name: Any) -> str:
    """Return a label as a map has it, nested ones with the names before it; empty if it is none."""
    if isinstance(name, list):
        return PATH.join(map(str, name))
    is_label = isinstance(name, str | int) and not isinstance(name, bool)
    return str(name) if is_label else ""
