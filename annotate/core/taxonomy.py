"""The taxonomy: groups of techniques, in the order that labels have everywhere."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import chain

NONE_ID = "none"
UNUSABLE_ID = "unusable"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A text that looks like an example of the technique but is not."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Confusion:
    """A technique that is often confused with this one, and the rule that tells them apart."""

    id: str
    rule: str


@dataclass(frozen=True, slots=True)
class Technique:
    """One label of the taxonomy.

    Attributes:
        id: What results, datasets and models store; it never changes.
        name: The text beside the tick box.
        hint: The tooltip of the tick box.
        span: Which words to mark.
        aliases: Other ids for it in labels from elsewhere; read, never written.
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
    """Techniques that belong together; also a coarse label for spans."""

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
        """The labels that a span may have: techniques, then groups."""
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
        """A digest that changes with any text of the file."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return sha256(text.encode()).hexdigest()[:16]

    def sorted_labels(self, labels: frozenset[str] | set[str]) -> tuple[str, ...]:
        """Return the labels in the taxonomy's order."""
        return tuple(label for label in self.labels if label in labels)
