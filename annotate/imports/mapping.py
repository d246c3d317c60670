"""Read the file behind --map: what another tool's columns, controls and labels are to us."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from annotate.core.errors import TaxonomyError
from annotate.core.io.yaml_files import read_yaml
from annotate.core.records import Status
from annotate.core.taxonomy import NONE_ID, UNUSABLE_ID, Taxonomy

FIELDS = (
    *("text", "article_id", "url", "title", "author", "source", "date", "position", "kind"),
    *("previous", "next", "labels", "annotator", "comment", "spans", "status", "split"),
)
SET_ASIDE = "set aside"  # a word of a map for a status that says nothing about the techniques
HOW_TO_FILL_IN = (
    "a label becomes one of ours, a list of ours, or null to leave it out; text is a key of the "
    "tasks"
)
TO_FILL_IN = "?"  # in a template, for what only a person can say
_LISTED = 8  # of what is to be filled in
_STEPS = re.compile(r"[^.\[\]]+")
_LEAST_LETTERS = 4  # of a name that tell which longer one is meant
_LIKENESS = 0.7  # of names that may be meant for each other
_STATUS_KEYS = {"column", "words"}
Labels = Mapping[str, tuple[str, ...]]
_KEYS = {*FIELDS, "controls", "none", "unusable"}


@dataclass(frozen=True)
class LabelMap:
    """Their names and ours.

    Attributes:
        taxonomy: Ours.
        fields: Our name of a column or task key -> theirs, where they differ; empty for one that
            is not to be read. For `comment` in a project, the name of a control.
        labels: Their label -> our techniques or groups; an empty tuple leaves it out.
        controls: Their control -> their labels -> ours; None leaves the control out.
        none: Their labels for "no technique"; "" stands for an empty answer.
        unusable: Their labels for paragraphs that cannot be used.
        words: Their word for a status, in small letters -> ours, or `SET_ASIDE`.
    """

    taxonomy: Taxonomy
    fields: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = field(default_factory=dict)
    controls: Mapping[str, Labels | None] = field(default_factory=dict)
    none: frozenset[str] = frozenset()
    unusable: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)

    def field(self, name: str) -> str:
        """Return their name of a column or key."""
        return self.fields.get(name, name)

    def targets(self, label: str, control: str = "") -> tuple[str, ...] | None:
        """Return what their label becomes; None if nothing defines it.

        Args:
            label: As they write it.
            control: Theirs; empty if the labels are in a column.
        """
        mapped = self.controls.get(control) or {} if control else self.labels
        if label in mapped:
            return mapped[label]
        if label in self.none or (not control and label == NONE_ID):
            return (NONE_ID,)
        if label in self.unusable or (not control and label == UNUSABLE_ID):
            return (UNUSABLE_ID,)
        if label in self.taxonomy.canonical:
            return (self.taxonomy.canonical[label],)
        if label in self.taxonomy.span_labels:
            return (label,)
        return self._alike[control if control in self.controls else ""].get(_folded(label))

    def nearest(self, label: str) -> str:
        """Return our technique that an undefined label resembles most; empty if none is like it."""
        groups = {(group.id,) for group in self.taxonomy.groups}
        alike = {name: ours for name, ours in self._alike[""].items() if ours not in groups}
        folded = _folded(label)
        longer = sorted(
            (n for n in alike if len(folded) >= _LEAST_LETTERS and folded in n), key=len
        )
        names = longer or get_close_matches(folded, alike, n=1, cutoff=_LIKENESS)
        return next((ours for name in names for ours in alike[name]), "")

    @cached_property
    def _alike(self) -> dict[str, Labels]:
        """Control -> what labels in other letter case, or with other word breaks, become."""
        techniques, groups = self.taxonomy.techniques, self.taxonomy.groups
        ids = [(name, (t.id,)) for t in techniques for name in (t.id, t.name, *t.aliases)]
        ours = _unambiguous((name, (g.id,)) for g in groups for name in (g.id, g.name))
        ours |= _unambiguous(ids)
        verdicts = _unambiguous(
            [(name, (NONE_ID,)) for name in self.none]
            + [(name, (UNUSABLE_ID,)) for name in self.unusable]
        )
        plain = _unambiguous(
            [(name, (NONE_ID,)) for name in (NONE_ID, self.taxonomy.none.name)]
            + [(name, (UNUSABLE_ID,)) for name in (UNUSABLE_ID, self.taxonomy.unusable.name)]
        )
        return {
            name: ours | ({} if name else plain) | verdicts | _unambiguous((part or {}).items())
            for name, part in {**self.controls, "": self.labels}.items()
        }


def _folded(label: str) -> str:
    return re.sub(r"[\W_]+", "", label.casefold())


def _unambiguous(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Return folded label -> what it becomes, without labels that become different things."""
    targets = defaultdict(set)
    for label, ours in pairs:
        targets[_folded(label)].add(ours)
    return {label: next(iter(all_)) for label, all_ in targets.items() if label and len(all_) == 1}


def read_map(path: Path | None, taxonomy: Taxonomy) -> LabelMap:
    """Read and check a map; without a file, their names are ours.

    Raises:
        InputError: The file cannot be read.
        TaxonomyError: It is not a map, or names a label that is not in the taxonomy.
    """
    if path is None:
        return LabelMap(taxonomy)
    content = read_yaml(path)
    if not isinstance(content, dict) or not set(content) <= _KEYS:
        raise TaxonomyError(
            f"{path}: a map has only the keys labels, controls, none, unusable and the names of "
            f"columns ({', '.join(f for f in FIELDS if f != 'labels')})"
        )
    controls = _mapping(content, "controls", path)
    _check_filled_in(content, controls, path)
    return LabelMap(
        taxonomy,
        _fields(content),
        _labels(_mapping(content, "labels", path), f"{path}: labels", taxonomy),
        {
            str(name): None if part is None else _control(part, f"{path}: {name}", taxonomy)
            for name, part in controls.items()
        },
        _names(content, "none", path),
        _names(content, "unusable", path),
        _words(content, path),
    )


def _check_filled_in(content: Mapping[str, Any], controls: Mapping[Any, Any], path: Path) -> None:
    """Refuse a template in which not every question mark is replaced.

    Raises:
        TaxonomyError: Lists them.
    """
    parts = {"": content, "labels": content.get("labels"), **controls}
    entries = [
        f"{name}: {theirs}" if name else str(theirs)
        for name, part in parts.items()
        for theirs, ours in (part.items() if isinstance(part, dict) else ())
        if ours == TO_FILL_IN
    ]
    if entries:
        more = f" and {len(entries) - _LISTED} more" if len(entries) > _LISTED else ""
        marks = "mark" if len(entries) == 1 else "marks"
        raise TaxonomyError(
            f"{path}: replace the question {marks} of {', '.join(entries[:_LISTED])}{more}: "
            f"{HOW_TO_FILL_IN}"
        )


def _fields(content: Mapping[str, Any]) -> dict[str, str]:
    fields = {key: content[key] for key in FIELDS if key != "labels" and key in content}
    if isinstance(fields.get("status"), dict):
        status = fields.pop("status")
        fields |= {"status": status["column"]} if "column" in status else {}
    return {
        key: ",".join(map(str, name)) if isinstance(name, list) else str(name or "")
        for key, name in fields.items()
    }


def _words(content: Mapping[str, Any], path: Path) -> dict[str, str]:
    status = content.get("status")
    if not isinstance(status, dict):
        return {}
    words = status.get("words") or {}
    known = (*Status, SET_ASIDE)
    if not set(status) <= _STATUS_KEYS or not isinstance(words, dict):
        raise TaxonomyError(f"{path}: status has the keys column, and words: {{THEIRS: OURS}}")
    for theirs, ours in words.items():
        if ours not in known:
            raise TaxonomyError(
                f"{path}: status: {theirs!r} becomes {ours!r}; use one of: {', '.join(known)}"
            )
    return {word: str(ours) for theirs, ours in words.items() for word in _spellings(theirs)}


def _spellings(theirs: Any) -> tuple[str, ...]:
    """Return what the word may have been, in small letters."""
    return tuple(word.lower() for word in _written(theirs))


def _written(theirs: Any) -> tuple[str, ...]:
    """Return what may have been written: YAML makes a boolean of some words."""
    if isinstance(theirs, bool):
        return ("true", "yes", "on") if theirs else ("false", "no", "off")
    return (str(theirs),)


def _mapping(content: Mapping[str, Any], key: str, path: Path) -> Mapping[Any, Any]:
    part = content.get(key) or {}
    if not isinstance(part, dict):
        raise TaxonomyError(f"{path}: {key} must map their names to ours")
    return part


def _control(part: Any, where: str, taxonomy: Taxonomy) -> Labels:
    if not isinstance(part, dict):
        raise TaxonomyError(f"{where}: a control maps its labels to ours, or is null")
    return _labels(part, where, taxonomy)


def _labels(mapping: Mapping[Any, Any], where: str, taxonomy: Taxonomy) -> Labels:
    ids = {group.id: group.id for group in taxonomy.groups} | taxonomy.canonical
    labels: dict[str, tuple[str, ...]] = {}
    for theirs, ours in mapping.items():
        targets = ours if isinstance(ours, list) else [] if ours is None else [ours]
        unknown = [t for t in targets if not isinstance(t, str) or t not in ids]
        if unknown:
            raise TaxonomyError(
                f"{where}: {theirs!r} becomes {unknown[0]!r}, which is not in taxonomy "
                f"{taxonomy.name} {taxonomy.version}"
            )
        labels |= {word: tuple(ids[t] for t in targets) for word in _written(theirs)}
    return labels


def _names(content: Mapping[str, Any], key: str, path: Path) -> frozenset[str]:
    names = content.get(key) or []
    if not isinstance(names, list):
        raise TaxonomyError(f"{path}: {key} must be a list of their labels")
    return frozenset(word for name in names for word in _written(name))


def value_at(data: Mapping[str, Any], key: str) -> Any:
    """Return what is in the data under a key, or under steps such as `meta.title`."""
    if key in data:
        return data[key]
    value: Any = data
    for step in _STEPS.findall(key):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
