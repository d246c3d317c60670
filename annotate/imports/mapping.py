"""What somebody else's columns, controls and labels are called here: the file behind --map."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotate.core.errors import TaxonomyError
from annotate.core.io.yaml_files import read_yaml
from annotate.core.taxonomy import NONE_ID, UNUSABLE_ID, Taxonomy

FIELDS = (
    *("text", "article_id", "url", "title", "author", "source", "date", "position", "kind"),
    *("previous", "next", "labels", "annotator", "comment", "spans", "status"),
)
Labels = Mapping[str, tuple[str, ...]]
_KEYS = {*FIELDS, "labels", "controls", "none", "unusable"}


@dataclass(frozen=True, slots=True)
class LabelMap:
    """Their names and ours.

    Attributes:
        taxonomy: Whose labels are ours.
        fields: Our name of a column or task key -> theirs, where they differ; empty for one that
            is not to be read. As `comment`, a project's control.
        labels: Their label -> our techniques or groups; none where it is left out.
        controls: Their control -> their labels -> ours; None for a control that is left out.
        none: Their labels that say that there is no technique; "" stands for an empty answer.
        unusable: Their labels that say that the paragraph cannot be used.
    """

    taxonomy: Taxonomy
    fields: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = field(default_factory=dict)
    controls: Mapping[str, Labels | None] = field(default_factory=dict)
    none: frozenset[str] = frozenset()
    unusable: frozenset[str] = frozenset()

    def field(self, name: str) -> str:
        """What they call a column or key."""
        return self.fields.get(name, name)

    def targets(self, label: str, control: str = "") -> tuple[str, ...] | None:
        """What their label says here; None for one that is not known.

        Args:
            label: As they write it.
            control: Theirs; empty where labels stand in a column.
        """
        said = self.controls.get(control) or {} if control else self.labels
        if label in said:
            return said[label]
        if label in self.none or (not control and label == NONE_ID):
            return (NONE_ID,)
        if label in self.unusable or (not control and label == UNUSABLE_ID):
            return (UNUSABLE_ID,)
        if label in self.taxonomy.canonical:
            return (self.taxonomy.canonical[label],)
        return (label,) if label in self.taxonomy.span_labels else None


def read_map(path: Path | None, taxonomy: Taxonomy) -> LabelMap:
    """Read and check a map; without one, names are taken to be ours.

    Raises:
        InputError: The file cannot be read.
        TaxonomyError: It is no such map, or names a label that is not in the taxonomy.
    """
    if path is None:
        return LabelMap(taxonomy)
    said = read_yaml(path)
    if not isinstance(said, dict) or not set(said) <= _KEYS:
        raise TaxonomyError(
            f"{path}: a map has the keys labels, controls, none, unusable and the names of "
            f"columns ({', '.join(f for f in FIELDS if f != 'labels')}), no others"
        )
    controls = _mapping(said, "controls", path)
    return LabelMap(
        taxonomy,
        {key: str(said[key] or "") for key in FIELDS if key != "labels" and key in said},
        _labels(_mapping(said, "labels", path), f"{path}: labels", taxonomy),
        {
            str(name): None if part is None else _control(part, f"{path}: {name}", taxonomy)
            for name, part in controls.items()
        },
        _names(said, "none", path),
        _names(said, "unusable", path),
    )


def _mapping(said: Mapping[str, Any], key: str, path: Path) -> Mapping[Any, Any]:
    part = said.get(key) or {}
    if not isinstance(part, dict):
        raise TaxonomyError(f"{path}: {key} must map their names to ours")
    return part


def _control(part: Any, where: str, taxonomy: Taxonomy) -> Labels:
    if not isinstance(part, dict):
        raise TaxonomyError(f"{where}: a control maps its labels to ours, or is null")
    return _labels(part, where, taxonomy)


def _labels(said: Mapping[Any, Any], where: str, taxonomy: Taxonomy) -> Labels:
    groups = {group.id: group.id for group in taxonomy.groups}
    known = groups | taxonomy.canonical
    found = {}
    for theirs, ours in said.items():
        targets = ours if isinstance(ours, list) else [] if ours is None else [ours]
        odd = [t for t in targets if not isinstance(t, str) or t not in known]
        if odd:
            raise TaxonomyError(
                f"{where}: {theirs!r} becomes {odd[0]!r}, which is not in taxonomy "
                f"{taxonomy.name} {taxonomy.version}"
            )
        found[str(theirs)] = tuple(known[t] for t in targets)
    return found


def _names(said: Mapping[str, Any], key: str, path: Path) -> frozenset[str]:
    names = said.get(key) or []
    if not isinstance(names, list):
        raise TaxonomyError(f"{path}: {key} must be a list of their labels")
    return frozenset(str(name) for name in names)


def listed(counts: Counter[str]) -> str:
    """Names and how often each stands there, the most frequent first."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name!r} ({count})" for name, count in ranked)
