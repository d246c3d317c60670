"""Read a Label Studio project with another labeling config through a map to our labels."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError, ServerError, TaxonomyError
from annotate.core.io.files import read_bytes
from annotate.core.records import BlockType
from annotate.core.taxonomy import NONE_ID, Taxonomy
from annotate.imports.convert import Mark, text_of, to_paragraph, to_results
from annotate.imports.label_studio_config import (
    Config,
    kind_of,
    label_name,
    read_config,
    with_tasks,
)
from annotate.imports.label_studio_map import Template, check_controls, map_template
from annotate.imports.mapping import FIELDS, LabelMap, read_map, value_at
from annotate.imports.shown_text import ShownText, shown_text
from annotate.label_studio.annotator_projects import find_projects
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project
from annotate.label_studio.results import Item, Rejected
from annotate.label_studio.tasks import DerivedSource, Task, Work

_CONTEXT = ("url", "title", "source", "date", "previous", "next")


@dataclass(frozen=True, slots=True)
class ExternalProject(DerivedSource):
    """A project of somebody else's, whose tasks and annotations are read through a map.

    Attributes:
        source: The project as it is.
        config: Its labeling config.
        map: What its keys, controls and labels are to us.
        name: Prefix for the ids of articles that have none.
    """

    config: Config
    map: LabelMap
    name: str

    def tasks(self) -> Iterator[Task]:
        return map(self._task, self.source.tasks())

    def _task(self, task: Task) -> Task:
        fields = {name: value_at(task.data, self.map.field(name)) for name in FIELDS}
        values = {name: value for name, value in fields.items() if _is_usable(name, value)}
        try:
            shown = self._shown(values)
            values["text"] = shown.text
            paragraph = to_paragraph(values, self.name, lambda *_: task.number)
        except InputError as error:
            return replace(task, problem=str(error))
        work = tuple(self._work(work, shown) for work in task.work)
        return replace(task, data=paragraph.to_json(), work=work)

    def _shown(self, values: Mapping[str, Any]) -> ShownText:
        html = self.map.field("text") in self.config.html_keys
        text = values.get("text")
        return shown_text(text if isinstance(text, list) else text_of(values, "text"), html=html)

    def _work(self, work: Work, shown: ShownText) -> Work:
        if work.skipped:
            return work
        try:
            return replace(work, result=self._result(work.result, shown))
        except (InputError, Rejected) as reason:
            return replace(work, problem=str(reason))

    def _result(self, result: Any, shown: ShownText) -> list[Item]:
        if not isinstance(result, list):
            raise Rejected("the result is not a list")
        labels: set[str] = set()
        marks: list[Mark] = []
        comments: list[str] = []
        here = [item for item in result if not self._is_elsewhere(item)]
        answered = "" in self.map.none or len(here) < len(result)
        for item in here:
            control, value = _control_and_value(item)
            if self.map.controls.get(control) is not None:
                answered = True
                targets = self._targets(control, value.get(item.get("type")))
                if "start" in value:
                    marks.append(Mark(*shown.find_words(value), targets))
                labels.update(targets)
            elif kind_of(item) and control not in self.map.controls:
                raise Rejected(f"unknown control {control!r}: the map does not name it")
            elif control == self.map.fields.get("comment"):
                comments += _comments(value.get("text"))
        if not labels and answered:
            labels.add(NONE_ID)  # none of our techniques
        return to_results(labels, marks, " ".join(comments), shown.text, self.map.taxonomy)

    def _is_elsewhere(self, item: Any) -> bool:
        """Tell whether words of another text of the task are marked."""
        if not isinstance(item, Mapping) or "start" not in (item.get("value") or ()):
            return False
        key, text = self.config.keys.get(str(item.get("to_name"))), self.map.field("text")
        return key is not None and key != text and text in self.config.keys.values()

    def _targets(self, control: str, names: Any) -> tuple[str, ...]:
        if not isinstance(names, list):
            raise Rejected(f"a result of {control!r} without labels")
        labels: list[str] = []
        for name in names:
            label = label_name(name)
            targets = self.map.targets(label, control) if label else None
            if targets is None:
                raise Rejected(f"unknown label {name!r} in {control!r}: the map does not name it")
            labels += targets
        return tuple(labels)


def _control_and_value(item: Any) -> tuple[str, Mapping[str, Any]]:
    """Return the control that stored an item of a result, and what; a relation has neither."""
    if isinstance(item, Mapping) and item.get("type") == "relation":
        return "", {}
    name = item.get("from_name") if isinstance(item, Mapping) else None
    value = item.get("value") if isinstance(item, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(name, str):
        raise Rejected("a result without a control or a value")
    return name, value


def _is_usable(name: str, value: Any) -> bool:
    """Tell whether a value can be ours: what a key of the same name means elsewhere is open.

    What is said about a text, and is not as we have it, must not cost the answers to the text.
    """
    if name == "kind":
        return value in list(BlockType)
    if name == "position":
        return type(value) is int and 0 <= value < 2**31
    if name in _CONTEXT:
        return value != "" and isinstance(value, str | int | float) and not isinstance(value, bool)
    return value not in ("", None)


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
    for project in _parts(connection, name):
        where = f"project {name!r} (number {project.number})"
        config = _config(project, where)
        check_controls(config.controls, map_, where)
        projects.append(ExternalProject(project, config, map_, name))
    return projects


def template_for(connection: Connection, name: str, taxonomy: Taxonomy) -> Template:
    """Return a map for the project to fill in; raises as `open_external_project`."""
    parts = list(_parts(connection, name))
    configs = [_config(part, f"project {name!r} (number {part.number})") for part in parts]
    controls = {control.name: control for config in configs for control in config.controls}
    keys: dict[str, None] = {}

    def tasks() -> Iterator[Task]:
        for task in (task for part in parts for task in part.tasks()):
            keys.update(dict.fromkeys(task.data))
            yield task

    return map_template(with_tasks([*controls.values()], tasks()), taxonomy, [*keys])


def source_of(name: str, map_file: Path) -> dict[str, str]:
    """Describe for the manifest where the annotations came from."""
    digest = sha256(read_bytes(map_file)).hexdigest()[:16]
    shown = "with an e-mail in its name" if "@" in name else name
    return {"kind": "project", "name": shown, "map": digest}


def _parts(connection: Connection, name: str) -> list[Project]:
    projects = find_projects(connection, name).values()
    if not projects:
        raise ServerError(f"{connection.url} has no project {name!r}, or the token cannot see it")
    return [part for project in projects for part in project.parts()]


def _config(project: Project, where: str) -> Config:
    try:
        return read_config(project.config())
    except ET.ParseError:
        raise ServerError(f"{where} has no labeling config that can be read") from None
