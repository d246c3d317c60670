"""Read a Label Studio project with another labeling config through a map to our labels."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError, ServerError, TaxonomyError
from annotate.core.io.files import read_bytes
from annotate.core.taxonomy import NONE_ID, Taxonomy
from annotate.imports.convert import Mark, to_paragraph, to_results
from annotate.imports.mapping import FIELDS, LabelMap, read_map
from annotate.label_studio.annotator_projects import find_projects
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project
from annotate.label_studio.results import Item, Rejected
from annotate.label_studio.tasks import DerivedSource, Task, Work

_WHOLE = ("Choices", "Taxonomy")  # label the whole text
_MARKING = ("Labels", "HyperTextLabels")
_PATH = "/"  # between the names of nested choices


@dataclass(frozen=True, slots=True)
class Control:
    """A control of a labeling config.

    Attributes:
        kind: Its tag.
        labels: What it can store; nested choices with the names that lead to them.
    """

    name: str
    kind: str
    labels: tuple[str, ...]

    @property
    def has_labels(self) -> bool:
        """Tell whether it stores labels, so that a map must say what they mean."""
        return self.kind in (*_WHOLE, *_MARKING)


def read_controls(config: str) -> list[Control]:
    """Parse the controls of a labeling config, in its order.

    Raises:
        ET.ParseError: Not XML.
    """
    return [
        Control(element.get("name", ""), element.tag, tuple(_names(element, "")))
        for element in ET.fromstring(config).iter()
        if "toName" in element.attrib
    ]


def _names(element: ET.Element, before: str) -> Iterator[str]:
    for child in element:
        if child.tag in ("Choice", "Label"):
            name = before + (child.get("alias") or child.get("value") or "")
            yield name
            yield from _names(child, f"{name}{_PATH}")
        else:  # a View that only groups them
            yield from _names(child, before)


def check_controls(controls: Sequence[Control], map_: LabelMap, where: str) -> None:
    """Refuse a map that leaves a control or a label of the project without a meaning.

    Raises:
        TaxonomyError: Says which, and what to write.
    """
    names = {control.name for control in controls}
    missing = [name for name in map_.controls if name not in names]
    if missing:
        raise TaxonomyError(
            f"{where} has no control {missing[0]!r}, which the map names; it has: "
            f"{', '.join(sorted(names)) or 'none'}"
        )
    undefined = [
        f"{control.name} ({', '.join(labels)})"
        for control in controls
        if control.has_labels and (labels := _without_meaning(control, map_))
    ]
    if undefined:
        raise TaxonomyError(
            f"{where}: the map does not say what becomes of {'; '.join(undefined)}: write "
            "controls: THEIR_CONTROL: {THEIR_LABEL: OURS}, or THEIR_CONTROL: null to leave it out; "
            "--map-template prints a map to fill in"
        )


def _without_meaning(control: Control, map_: LabelMap) -> list[str]:
    if control.name not in map_.controls:
        return list(control.labels)
    if map_.controls[control.name] is None:
        return []
    groups = {group.id for group in map_.taxonomy.groups} if control.kind in _WHOLE else set()
    labels = ((label, map_.targets(label, control.name)) for label in control.labels)
    return [label for label, targets in labels if targets is None or groups & set(targets)]


def map_template(config: str, taxonomy: Taxonomy) -> str:
    """Return a map for a labeling config, in YAML, with question marks to fill in.

    Raises:
        ET.ParseError: Not XML.
    """
    key = _labelled_key(config)
    controls = read_controls(config)
    lines = ["# The task key that holds the paragraph; add others whose names differ from ours"]
    lines += [f"text: {json.dumps(key)}"]
    lines += [f"# {name}: ..." for name in FIELDS[1:10]]
    notes = [control.name for control in controls if control.kind == "TextArea"]
    lines += [f"comment: {json.dumps(name)}" for name in notes[:1]]
    lines += [
        "# Each of their labels becomes one of ours, a list of ours, or null to leave it out; a",
        "# whole control can be null. Labels listed under none or unusable need no line here.",
        "controls:",
    ]
    for control in controls:
        if control.has_labels:
            lines.append(f"  {json.dumps(control.name)}:")
            lines += [f"    {json.dumps(n)}: {_guess(n, taxonomy)}" for n in control.labels]
    lines += ["none: []  # their labels for 'no technique'; \"\" is an answer without any label"]
    return "\n".join([*lines, "unusable: []"]) + "\n"


def _labelled_key(config: str) -> str:
    """Return the task key of what the first control labels."""
    elements = list(ET.fromstring(config).iter())
    labelled = next((e.get("toName") for e in elements if "toName" in e.attrib), "")
    value = next((e.get("value", "") for e in elements if e.get("name") == labelled), "")
    return value.removeprefix("$") or "text"


def _guess(label: str, taxonomy: Taxonomy) -> str:
    return json.dumps(taxonomy.canonical.get(label, "?"))


@dataclass(frozen=True, slots=True)
class ExternalProject(DerivedSource):
    """A project of somebody else's, whose tasks and annotations are read through a map.

    Attributes:
        source: The project as it is.
        controls: What annotators answer with there.
        map: What its keys, controls and labels are to us.
        name: Prefix for the ids of articles that have none.
    """

    controls: Sequence[Control]
    map: LabelMap
    name: str

    def tasks(self) -> Iterator[Task]:
        return map(self._task, self.source.tasks())

    def _task(self, task: Task) -> Task:
        fields = {name: task.data.get(self.map.field(name)) for name in FIELDS}
        values = {name: value for name, value in fields.items() if value not in ("", None)}
        try:
            paragraph = to_paragraph(values, self.name, lambda *_: task.number)
        except InputError as error:
            return replace(task, problem=str(error))
        work = tuple(self._work(work, str(values["text"])) for work in task.work)
        return replace(task, data=paragraph.to_json(), work=work)

    def _work(self, work: Work, text: str) -> Work:
        if work.skipped:
            return work
        try:
            return replace(work, result=self._result(work.result, text))
        except Rejected as reason:
            return replace(work, problem=str(reason))

    def _result(self, result: Any, text: str) -> list[Item]:
        if not isinstance(result, list):
            raise Rejected("the result is not a list")
        labels: set[str] = set()
        marks: list[Mark] = []
        comments: list[str] = []
        answered = "" in self.map.none
        for item in result:
            control, value = self._control_and_value(item)
            if self.map.controls.get(control) is not None:
                answered = True
                targets = self._targets(control, value.get(item.get("type")))
                if "start" in value:
                    marks.append(Mark(value["start"], value.get("end"), targets))
                labels.update(targets)
            elif control == self.map.fields.get("comment"):
                comments += _comments(value.get("text"))
        if not labels and answered:
            labels.add(NONE_ID)  # none of our techniques
        return to_results(labels, marks, " ".join(comments), text, self.map.taxonomy)

    def _control_and_value(self, item: Any) -> tuple[str, Mapping[str, Any]]:
        name = item.get("from_name") if isinstance(item, Mapping) else None
        value = item.get("value") if isinstance(item, Mapping) else None
        if not isinstance(value, Mapping) or not isinstance(name, str):
            raise Rejected("a result without a control or a value")
        if name not in {control.name for control in self.controls}:
            raise Rejected(f"unknown control {name!r}")
        return name, value

    def _targets(self, control: str, names: Any) -> tuple[str, ...]:
        if not isinstance(names, list):
            raise Rejected(f"a result of {control!r} without labels")
        labels: list[str] = []
        for name in names:
            path = _PATH.join(map(str, name)) if isinstance(name, list) else name
            targets = self.map.targets(path, control) if isinstance(path, str) else None
            if targets is None:
                raise Rejected(f"unknown label {path!r} in {control!r}")
            labels += targets
        return tuple(labels)


def _comments(text: Any) -> list[str]:
    texts = text if isinstance(text, list) else [text]
    return [text for text in texts if isinstance(text, str)]


def open_external_project(
    connection: Connection, name: str, taxonomy: Taxonomy, map_file: Path
) -> list[ExternalProject]:
    """Open the project, read through a map.

    Raises:
        InputError: The map cannot be read.
        ServerError: There is no such project.
        TaxonomyError: The map cannot be used, or does not define all labels of the project.
    """
    map_ = read_map(map_file, taxonomy)
    if "split" in map_.fields:
        raise TaxonomyError(
            f"{map_file}: remove 'split': it is for import-labels, and a project's splits are drawn"
        )
    projects = []
    for project in (part for same in _find(connection, name) for part in same.parts()):
        where = f"project {name!r} (number {project.number})"
        controls = read_controls(_config(project, where))
        check_controls(controls, map_, where)
        projects.append(ExternalProject(project, controls, map_, name))
    return projects


def template_for(connection: Connection, name: str, taxonomy: Taxonomy) -> str:
    """Return a map for the project to fill in; raises as `open_external_project`."""
    project = next(iter(_find(connection, name)))
    return map_template(_config(project, f"project {name!r}"), taxonomy)


def source_of(name: str, map_file: Path) -> dict[str, str]:
    """Describe for the manifest where the annotations came from."""
    digest = sha256(read_bytes(map_file)).hexdigest()[:16]
    shown = "with an e-mail in its name" if "@" in name else name
    return {"kind": "project", "name": shown, "map": digest}


def _find(connection: Connection, name: str) -> list[Project]:
    projects = list(find_projects(connection, name).values())
    if not projects:
        raise ServerError(f"{connection.url} has no project {name!r}, or the token cannot see it")
    return projects


def _config(project: Project, where: str) -> str:
    config = project.config()
    try:
        ET.fromstring(config)
    except ET.ParseError:
        raise ServerError(f"{where} has no labeling config that can be read") from None
    return config
