"""Plan a migration from one version of a taxonomy to the next: the new labels of each old one.

A map says what the two files do not: which techniques are renamed, merged (two become one), split
(one becomes several) or removed. An annotation with a split technique cannot be migrated: somebody
has to read the paragraph again to choose. It becomes a draft with the rest of its labels, and goes
back for labelling.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotate.core.errors import TaxonomyError
from annotate.core.io.yaml_files import read_yaml
from annotate.core.records import Annotation, Span, Status
from annotate.core.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Migration:
    """The new ids of each technique and group.

    Attributes:
        old: The taxonomy to migrate from.
        new: The taxonomy to migrate to.
        techniques: Old id -> new ids: one if kept, renamed or merged, several if split, none if
            removed.
        groups: Old id -> new id; None if there is no group for a group's spans.
    """

    old: Taxonomy
    new: Taxonomy
    techniques: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, str | None]

    def changes(self) -> list[str]:
        """Describe each change in a line."""
        into = Counter(ids[0] for ids in self.techniques.values() if len(ids) == 1)
        lines = []
        for id_, targets in self.techniques.items():
            if targets == (id_,):
                continue
            if not targets:
                lines.append(f"{id_}: removed")
            elif len(targets) > 1:
                lines.append(f"{id_}: split into {', '.join(targets)}; goes back for labelling")
            else:
                word = "merged into" if into[targets[0]] > 1 else "renamed to"
                lines.append(f"{id_}: {word} {targets[0]}")
        migrated = {t for ids in self.techniques.values() for t in ids}
        lines += [f"{label}: new" for label in self.new.labels if label not in migrated]
        lines += [f"group {a}: now {b or 'removed'}" for a, b in self.groups.items() if a != b]
        return lines

    def is_split(self, label: str) -> bool:
        """Tell whether annotations with this technique go back for labelling."""
        return len(self.techniques[label]) > 1

    def label(self, label: str) -> str | None:
        """Return the new technique or group of a label; None if it has none, or several."""
        if label in self.groups:
            return self.groups[label]
        targets = self.techniques[label]
        if len(targets) == 1:
            return targets[0]
        groups = {self.new.group_of[target] for target in targets}
        return (
            groups.pop() if len(groups) == 1 else None
        )  # spans of a split technique keep the group

    def labels(self, labels: Iterable[str]) -> tuple[str, ...]:
        """Return the new techniques of those that are not split, in the new order."""
        kept = (self.techniques[label] for label in labels)
        return self.new.sorted_labels({ids[0] for ids in kept if len(ids) == 1})

    def spans(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Return the spans whose label has a counterpart in the new taxonomy, each once."""
        moved = ((span, self.label(span.label)) for span in spans)
        return tuple(sorted({replace(span, label=label) for span, label in moved if label}))

    def apply(self, annotation: Annotation) -> Annotation:
        """Return the annotation under the new taxonomy.

        With a split technique it is a draft. If all its techniques are removed, it says that the
        paragraph has none: none of the new ones.
        """
        labels, spans = self.labels(annotation.labels), self.spans(annotation.spans)
        status = annotation.status
        if status is Status.LABELLED and any(map(self.is_split, annotation.labels)):
            status = Status.DRAFT
        elif status is Status.LABELLED and not labels:
            status, spans = Status.NONE, ()
        return replace(annotation, status=status, labels=labels, spans=spans)


def make_migration(old: Taxonomy, new: Taxonomy, map_file: Path | None) -> Migration:
    """Check that every label of the old taxonomy has a counterpart in the new one.

    Args:
        old: The taxonomy to migrate from.
        new: The taxonomy to migrate to.
        map_file: YAML with `techniques` and `groups`: old id -> new id, a list of new ids
            (techniques only), or nothing if removed.

    Raises:
        TaxonomyError: The map is invalid, or a label has no counterpart; which, and what to
            write.
    """
    given = _read_map(map_file) if map_file else {"techniques": {}, "groups": {}}
    where = str(map_file) if map_file else "without a map"
    techniques = _places(
        given["techniques"], old.labels, new.canonical, f"{where}: techniques", many=True
    )
    lost = [label for label in old.labels if label not in techniques]
    if lost:
        raise TaxonomyError(
            f"{where}: {len(lost)} techniques of {old.name} {old.version} would lose their labels: "
            f"{', '.join(lost)}; map each of them in --map (techniques: OLD: NEW, "
            "OLD: [NEW, NEW], or OLD: with nothing after it to remove it)"
        )
    ids = {group.id: group.id for group in new.groups}
    names = [group.id for group in old.groups]
    groups = _places(given["groups"], names, ids, f"{where}: groups", many=False)
    return Migration(
        old,
        new,
        {label: techniques[label] for label in old.labels},
        {g.id: _group(g.id, groups, old, new, techniques) for g in old.groups},
    )


def _read_map(path: Path) -> dict[str, dict[str, Any]]:
    content = read_yaml(path)
    if not isinstance(content, dict) or not set(content) <= {"techniques", "groups"}:
        raise TaxonomyError(f"{path}: a map has only the keys 'techniques' and 'groups'")
    given = {}
    for key in ("techniques", "groups"):
        part = content.get(key) or {}
        if not isinstance(part, dict):
            raise TaxonomyError(f"{path}: {key} must map old ids to new ones")
        given[key] = {str(old): new for old, new in part.items()}
    return given


def _places(
    given: Mapping[str, Any],
    old: Sequence[str],
    new: Mapping[str, str],
    where: str,
    *,
    many: bool,
) -> dict[str, tuple[str, ...]]:
    """Return old id -> new ids, from the map or, without an entry, from the new taxonomy."""
    unknown = [id_ for id_ in given if id_ not in old]
    if unknown:
        raise TaxonomyError(f"{where}: {unknown[0]!r} is not in the old taxonomy")
    places: dict[str, tuple[str, ...]] = {id_: (new[id_],) for id_ in old if id_ in new}
    for id_, target in given.items():
        targets = target if isinstance(target, list) else [] if target is None else [target]
        if len(targets) > 1 and not many:
            raise TaxonomyError(f"{where}: {id_!r} can only become one group")
        unknown_ids = [t for t in targets if not isinstance(t, str) or t not in new]
        if unknown_ids or len(set(targets)) < len(targets):
            bad = unknown_ids[0] if unknown_ids else targets[0]
            raise TaxonomyError(f"{where}: {id_!r} becomes {bad!r}, which is not in the new one")
        places[id_] = tuple(new[t] for t in targets)
    return places


def _group(
    id_: str,
    given: Mapping[str, tuple[str, ...]],
    old: Taxonomy,
    new: Taxonomy,
    techniques: Mapping[str, tuple[str, ...]],
) -> str | None:
    """Return the new group for a group's spans: as the map says, or that of all its techniques."""
    if id_ in given:
        return given[id_][0] if given[id_] else None
    members = (label for label, group in old.group_of.items() if group == id_)
    targets = {new.group_of[t] for label in members for t in techniques[label]}
    return targets.pop() if len(targets) == 1 else None
