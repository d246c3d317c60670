"""The taxonomy: groups of techniques, in the order that labels have everywhere."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import chain

NONE_ID = "none"
UNUSABLE_ID = "unusable"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A text that looks like the technique and is not."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Confusion:
    """A technique that is often taken for this one, and the rule that decides."""

    id: str
    rule: str


@dataclass(frozen=True, slots=True)
class Technique:
    """One label of the taxonomy.

    Attributes:
        id: Stable: what results, datasets and models store.
        name: What people see beside the tick box.
        hint: The tick box's tooltip.
        span: Which words to mark.
        aliases: Other ids under which it is known; read, never written.
    """

    id: str
    name: str
    hint: str
    definition: str
    applies: str
    does_not_apply: str
    span: str
    examples: tuple[str, ...]
    near_miss: NearMiss
    confused_with: tuple[Confusion, ...]
    hotkey: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Techniques that belong together; also the coarse label of a span."""

    id: str
    name: str
    definition: str
    color: str
    hotkey: str
    techniques: tuple[Technique, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer about the whole paragraph: no technique, or not usable."""

    name: str
    hint: str
    hotkey: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Groups of techniques in the file's order, which is the order of labels everywhere."""

    version: str
    name: str
    title: str
    language: str
    source: str
    groups: tuple[Group, ...]
    none: Verdict
    unusable: Verdict
    rules: tuple[str, ...]

    @property
    def techniques(self) -> tuple[Technique, ...]:
        """All techniques, in order."""
        return tuple(chain.from_iterable(group.techniques for group in self.groups))

    @property
    def labels(self) -> tuple[str, ...]:
        """Technique ids, in order."""
        return tuple(technique.id for technique in self.techniques)

    @property
    def span_labels(self) -> tuple[str, ...]:
        """What a span may be labelled with: techniques, then groups."""
        return self.labels + tuple(group.id for group in self.groups)

    @property
    def group_of(self) -> dict[str, str]:
        """Technique id -> group id."""
        return {t.id: group.id for group in self.groups for t in group.techniques}

    @property
    def canonical(self) -> dict[str, str]:
        """Every id and alias of a technique -> its id."""
        return {name: t.id for t in self.techniques for name in (t.id, *t.aliases)}

    @property
    def digest(self) -> str:
        """Changes when anything that the file says changes."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return sha256(text.encode()).hexdigest()[:16]

    def sorted_labels(self, labels: frozenset[str] | set[str]) -> tuple[str, ...]:
        """These labels in the taxonomy's order."""
        return tuple(label for label in self.labels if label in labels)
