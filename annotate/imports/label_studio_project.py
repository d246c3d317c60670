"""A Label Studio project that we did not make, seen through a map as if it were one of ours."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError, ServerError, TaxonomyError
from annotate.core.io.files import read_bytes
from annotate.core.records import Origin
from annotate.core.taxonomy import NONE_ID, Taxonomy
from annotate.imports.mapping import FIELDS, LabelMap, read_map
from annotate.imports.paragraph_rows import given_paragraph
from annotate.imports.to_results import Mark, translated
from annotate.label_studio.annotator_projects import find_projects
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project
from annotate.label_studio.results import Rejected
from annotate.label_studio.tasks import Task, TaskSource, Work

_WHOLE = ("Choices", "Taxonomy")  # say something of the whole text
_MARKING = ("Labels", "HyperTextLabels")
_PATH = "/"  # between the names of nested choices


@dataclass(frozen=True, slots=True)
class Control:
    """What people answer with.

    Attributes:
        kind: The tag of the labelling configuration.
        labels: What it can store; nested choices with the names that lead to them.
    """

    name: str
    kind: str
    labels: tuple[str, ...]

    @property
    def has_labels(self) -> bool:
        """Whether its answers are labels, so that a map must say what they mean."""
        return self.kind in (*_WHOLE, *_MARKING)


def read_controls(config: str) -> list[Control]:
    """The controls of a labelling configuration, in its order.

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
            own = child.get("alias") or child.get("value") or ""
            yield before + own
            yield from _names(child, f"{before}{own}{_PATH}")
        else:  # a View that only groups them
            yield from _names(child, before)


def check_controls(controls: list[Control], map_: LabelMap, where: str) -> None:
    """Refuse a map that leaves a control or a label of the project without a meaning.

    Raises:
        TaxonomyError: Which, and what to write.
    """
    names = {control.name for control in controls}
    strange = [name for name in map_.controls if name not in names]
    if strange:
        raise TaxonomyError(
            f"{where} has no control {strange[0]!r}, which the map names; it has: "
            f"{', '.join(sorted(names)) or 'none'}"
        )
    open_ = [
        f"{control.name} ({', '.join(labels)})"
        for control in controls
        if control.has_labels and (labels := _without_meaning(control, map_))
    ]
    if open_:
        raise TaxonomyError(
            f"{where}: the map does not say what becomes of {'; '.join(open_)}: write controls: "
            "THEIR_CONTROL: {THEIR_LABEL: OURS}, or THEIR_CONTROL: null to leave it out; "
            "--map-template prints a map to fill in"
        )


def _without_meaning(control: Control, map_: LabelMap) -> list[str]:
    if control.name not in map_.controls:
        return list(control.labels)
    if map_.controls[control.name] is None:
        return []
    groups = {group.id for group in map_.taxonomy.groups} if control.kind in _WHOLE else set()
    found = ((label, map_.targets(label, control.name)) for label in control.labels)
    return [label for label, targets in found if targets is None or groups & set(targets)]


def map_template(config: str, taxonomy: Taxonomy) -> str:
    """A map for a configuration, in YAML; what only a person can know is a question mark.

    Raises:
        ET.ParseError: Not XML.
    """
    key = _labelled_key(config)
    controls = read_controls(config)
    lines = [
        "# The key of a task that holds the paragraph; more of them where they have other names"
    ]
    lines += [f"text: {json.dumps(key)}"]
    lines += [f"# {name}: ..." for name in FIELDS[1:10]]
    notes = [control.name for control in controls if control.kind == "TextArea"]
    lines += [f"comment: {json.dumps(name)}" for name in notes[:1]]
    lines += [
        "# Each of their labels becomes one of ours, a list of ours, or null to leave it out; a",
        "# whole control can be null. Labels under none and unusable need no line here.",
        "controls:",
    ]
    for control in controls:
        if control.has_labels:
            lines.append(f"  {json.dumps(control.name)}:")
            lines += [f"    {json.dumps(n)}: {_guess(n, taxonomy)}" for n in control.labels]
    lines += ["none: []  # their labels for 'no technique'; \"\" is an answer without any label"]
    return "\n".join([*lines, "unusable: []"]) + "\n"


def _labelled_key(config: str) -> str:
    """The key of what the first control labels."""
    elements = list(ET.fromstring(config).iter())
    labelled = next((e.get("toName") for e in elements if "toName" in e.attrib), "")
    value = next((e.get("value", "") for e in elements if e.get("name") == labelled), "")
    return value.removeprefix("$") or "text"


def _guess(label: str, taxonomy: Taxonomy) -> str:
    return json.dumps(taxonomy.canonical.get(label, "?"))


def _comments(said: Any) -> list[str]:
    texts = said if isinstance(said, list) else [said]
    return [text for text in texts if isinstance(text, str)]


class MappedStore:
    """A project whose tasks and answers are read by a map."""

    def __init__(
        self, store: TaskSource, controls: list[Control], map_: LabelMap, name: str
    ) -> None:
        self.store, self.map, self.name = store, map_, name
        self.controls = {control.name for control in controls}
        self.server, self.annotator, self.owner = store.server, store.annotator, store.owner

    @property
    def origin(self) -> Origin:
        return self.store.origin

    def place(self, number: int) -> str:
        return self.store.place(number)

    def tasks(self) -> Iterator[Task]:
        for task in self.store.tasks():
            data = task.data
            there = {name: data.get(self.map.field(name)) for name in FIELDS}
            values = {name: value for name, value in there.items() if value not in ("", None)}
            number = task.number
            try:
                paragraph = given_paragraph(values, self.name, lambda *_, n=number: n)
            except InputError as error:
                yield replace(task, problem=str(error))
                continue
            work = tuple(self._work(one, str(values["text"])) for one in task.work)
            yield replace(task, data=paragraph.to_json(), work=work)

    def _work(self, work: Work, text: str) -> Work:
        if work.skipped:
            return work
        try:
            return replace(work, result=self._result(work.result, text))
        except Rejected as reason:
            return replace(work, problem=str(reason))

    def _result(self, result: Any, text: str) -> list[dict[str, Any]]:
        if not isinstance(result, list):
            raise Rejected("the result is not a list")
        labels: set[str] = set()
        marks: list[Mark] = []
        comments: list[str] = []
        said = False
        for item in result:
            name, value = self._open(item)
            if self.map.controls.get(name) is not None:
                said = True
                targets = self._targets(name, value.get(item.get("type")))
                if "start" in value:
                    marks.append(Mark(value["start"], value.get("end"), targets))
                labels.update(targets)
            elif name == self.map.fields.get("comment"):
                comments += _comments(value.get("text"))
        if not labels and (said or "" in self.map.none):
            labels.add(NONE_ID)  # of the techniques that there are here, it has none
        return translated(labels, marks, " ".join(comments), text, self.map.taxonomy)

    def _open(self, item: Any) -> tuple[str, Mapping[str, Any]]:
        """Control and value of an item; a control that the map leaves out is passed over later."""
        name = item.get("from_name") if isinstance(item, Mapping) else None
        value = item.get("value") if isinstance(item, Mapping) else None
        if not isinstance(value, Mapping) or not isinstance(name, str):
            raise Rejected("a result without a control or a value")
        if name not in self.controls:
            raise Rejected(f"unknown control {name!r}")
        return name, value

    def _targets(self, control: str, names: Any) -> tuple[str, ...]:
        if not isinstance(names, list):
            raise Rejected(f"a result of {control!r} without labels")
        found: list[str] = []
        for name in names:
            path = _PATH.join(map(str, name)) if isinstance(name, list) else name
            targets = self.map.targets(path, control) if isinstance(path, str) else None
            if targets is None:
                raise Rejected(f"unknown label {path!r} in {control!r}")
            found += targets
        return tuple(found)


def open_external_project(
    connection: Connection, name: str, taxonomy: Taxonomy, map_file: Path
) -> list[MappedStore]:
    """The project, seen through a map.

    Raises:
        InputError: The map cannot be read.
        ServerError: No such project.
        TaxonomyError: The map cannot be used, or does not say what all its labels mean.
    """
    map_ = read_map(map_file, taxonomy)
    stores = []
    for project in _find(connection, name):
        where = f"project {name!r} (number {project.number})"
        controls = read_controls(_config(project, where))
        check_controls(controls, map_, where)
        stores.append(MappedStore(project, controls, map_, name))
    return stores


def template_for(connection: Connection, name: str, taxonomy: Taxonomy) -> str:
    """A map to fill in for the project; raises as `open_external_project`."""
    project = next(iter(_find(connection, name)))
    return map_template(_config(project, f"project {name!r}"), taxonomy)


def source_of(name: str, map_file: Path) -> dict[str, str]:
    """Where the answers came from, for the manifest."""
    digest = sha256(read_bytes(map_file)).hexdigest()[:16]
    shown = "with an e-mail in its name" if "@" in name else name
    return {"kind": "project", "name": shown, "map": digest}


def _find(connection: Connection, name: str) -> list[Project]:
    found = list(find_projects(connection, name).values())
    if not found:
        raise ServerError(f"{connection.url} has no project {name!r}, or the token cannot see it")
    return found


def _config(project: Project, where: str) -> str:
    config = project.config()
    try:
        ET.fromstring(config)
    except ET.ParseError:
        raise ServerError(f"{where} has no labelling configuration that can be read") from None
    return config
