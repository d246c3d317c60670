"""From one version of a taxonomy to the next: what becomes of each label, and of each answer.

A map says what the two files do not: a technique that is renamed, or merged with another (two lead
to one), split (one leads to several), or removed. An answer with a split technique cannot be
taken over: only who reads the paragraph again knows which part is meant. It becomes a draft with
the rest of its labels, and goes back for labelling.
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
    """What becomes of each technique and group.

    Attributes:
        old: What labels meant.
        new: What they are to mean.
        techniques: Old id -> new ids: one for kept, renamed and merged ones, several for a split,
            none for a removed one.
        groups: Old id -> new id; None where a group's spans have no group to go to.
    """

    old: Taxonomy
    new: Taxonomy
    techniques: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, str | None]

    def changes(self) -> list[str]:
        """What changes, a line each."""
        into = Counter(ids[0] for ids in self.techniques.values() if len(ids) == 1)
        lines = []
        for id_, targets in self.techniques.items():
            if targets == (id_,):
                continue
            if not targets:
                lines.append(f"{id_}: removed")
            elif len(targets) > 1:
                lines.append(f"{id_}: split into {', '.join(targets)}; back for labelling")
            else:
                word = "merged into" if into[targets[0]] > 1 else "renamed to"
                lines.append(f"{id_}: {word} {targets[0]}")
        made = set(self.new.labels) - {t for ids in self.techniques.values() for t in ids}
        lines += [f"{label}: new" for label in self.new.labels if label in made]
        lines += [f"group {a}: now {b or 'gone'}" for a, b in self.groups.items() if a != b]
        return lines

    def is_split(self, label: str) -> bool:
        """Whether an answer with this technique goes back for labelling."""
        return len(self.techniques[label]) > 1

    def label(self, label: str) -> str | None:
        """The new technique or group of a label; None where it has none, or several."""
        if label in self.groups:
            return self.groups[label]
        targets = self.techniques[label]
        if len(targets) == 1:
            return targets[0]
        groups = {self.new.group_of[target] for target in targets}
        return groups.pop() if len(groups) == 1 else None  # words of a split keep the group

    def labels(self, labels: Iterable[str]) -> tuple[str, ...]:
        """The new techniques of those that are not split, in the new order."""
        kept = (self.techniques[label] for label in labels)
        return self.new.sorted_labels({ids[0] for ids in kept if len(ids) == 1})

    def spans(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """The spans whose label has a place in the new taxonomy, each once."""
        moved = ((span, self.label(span.label)) for span in spans)
        return tuple(sorted({replace(span, label=label) for span, label in moved if label}))

    def apply(self, annotation: Annotation) -> Annotation:
        """The answer under the new taxonomy.

        With a split technique it is a draft. Where all its techniques are removed it says that
        there is none: of the techniques that there are now, that is what it says.
        """
        labels, spans = self.labels(annotation.labels), self.spans(annotation.spans)
        status = annotation.status
        if status is Status.LABELLED and any(map(self.is_split, annotation.labels)):
            status = Status.DRAFT
        elif status is Status.LABELLED and not labels:
            status, spans = Status.NONE, ()
        return replace(annotation, status=status, labels=labels, spans=spans)


def make_migration(old: Taxonomy, new: Taxonomy, map_file: Path | None) -> Migration:
    """Check that every label of the old taxonomy has a place in the new one.

    Args:
        old: What labels meant.
        new: What they are to mean.
        map_file: YAML with `techniques` and `groups`: old id -> new id, a list of new ids
            (techniques only), or nothing for a removed one.

    Raises:
        TaxonomyError: The map is none, or leaves a label without a place: which, and what to
            write.
    """
    said = _read_map(map_file) if map_file else {"techniques": {}, "groups": {}}
    where = str(map_file) if map_file else "without a map"
    techniques = _places(
        said["techniques"], old.labels, new.canonical, f"{where}: techniques", many=True
    )
    lost = [label for label in old.labels if label not in techniques]
    if lost:
        raise TaxonomyError(
            f"{where}: {len(lost)} techniques of {old.name} {old.version} would lose their labels: "
            f"{', '.join(lost)}; say in --map what becomes of each (techniques: OLD: NEW, "
            "OLD: [NEW, NEW] or OLD: with nothing behind it)"
        )
    ids = {group.id: group.id for group in new.groups}
    names = [group.id for group in old.groups]
    groups = _places(said["groups"], names, ids, f"{where}: groups", many=False)
    return Migration(
        old,
        new,
        {label: techniques[label] for label in old.labels},
        {g.id: _group(g.id, groups, old, new, techniques) for g in old.groups},
    )


def _read_map(path: Path) -> dict[str, dict[str, Any]]:
    content = read_yaml(path)
    if not isinstance(content, dict) or not set(content) <= {"techniques", "groups"}:
        raise TaxonomyError(f"{path}: a map has the keys 'techniques' and 'groups', no others")
    found = {}
    for key in ("techniques", "groups"):
        part = content.get(key) or {}
        if not isinstance(part, dict):
            raise TaxonomyError(f"{path}: {key} must map old ids to new ones")
        found[key] = {str(old): new for old, new in part.items()}
    return found


def _places(
    said: Mapping[str, Any],
    old: Sequence[str],
    new: Mapping[str, str],
    where: str,
    *,
    many: bool,
) -> dict[str, tuple[str, ...]]:
    """Old id -> new ids, of those that the map or the new taxonomy knows."""
    unknown = [id_ for id_ in said if id_ not in old]
    if unknown:
        raise TaxonomyError(f"{where}: {unknown[0]!r} is not in the old taxonomy")
    found: dict[str, tuple[str, ...]] = {id_: (new[id_],) for id_ in old if id_ in new}
    for id_, target in said.items():
        targets = target if isinstance(target, list) else [] if target is None else [target]
        if len(targets) > 1 and not many:
            raise TaxonomyError(f"{where}: {id_!r} can become one group only")
        odd = [t for t in targets if not isinstance(t, str) or t not in new]
        if odd or len(set(targets)) < len(targets):
            bad = odd[0] if odd else targets[0]
            raise TaxonomyError(f"{where}: {id_!r} becomes {bad!r}, which is not in the new one")
        found[id_] = tuple(new[t] for t in targets)
    return found


def _group(
    id_: str,
    said: Mapping[str, tuple[str, ...]],
    old: Taxonomy,
    new: Taxonomy,
    techniques: Mapping[str, tuple[str, ...]],
) -> str | None:
    """Where a group's spans go: as said, or where all its techniques went."""
    if id_ in said:
        return said[id_][0] if said[id_] else None
    own = (label for label, group in old.group_of.items() if group == id_)
    targets = {new.group_of[t] for label in own for t in techniques[label]}
    return targets.pop() if len(targets) == 1 else None
