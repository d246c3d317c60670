"""Read and check a taxonomy file.

Everything is checked here, with file and line, so that no other code has to check it again.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import yaml

from annotate.core.errors import InputError, TaxonomyError
from annotate.core.hotkeys import Assigner, is_reserved, normal
from annotate.core.io.files import read_text
from annotate.core.io.yaml_files import parse_with
from annotate.core.taxonomy import (
    NONE_ID,
    UNUSABLE_ID,
    Confusion,
    Group,
    NearMiss,
    Taxonomy,
    Technique,
    Verdict,
)
from annotate.workspace import LABEL_CONFIG, TAXONOMY

# The page has room for these: three columns at 1440x900, with the paragraph and its context.
MAX_TECHNIQUES = 30
MAX_GROUPS = 10
MAX_NAME = 40  # characters; a longer name takes two lines
_ID = re.compile(r"[^\W_][\w.,&()'/ -]*")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
# Control characters and others that XML cannot have: YAML's escapes allow them.
_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def load_taxonomy(path: Path) -> Taxonomy:
    """Read and check a taxonomy file.

    Raises:
        TaxonomyError: What is wrong, in which line.
        InputError: The file cannot be read.
    """
    if path == TAXONOMY and not path.exists():
        raise InputError(
            f"{path}: no such file, so this folder is no project folder; run the command in the "
            f"folder where {LABEL_CONFIG}/ lies"
        )
    compose = partial(yaml.compose, Loader=yaml.SafeLoader)
    root: yaml.Node | None = parse_with(compose, read_text(path), path, TaxonomyError)
    if root is None:
        raise TaxonomyError(f"{path}:1: the taxonomy is empty; 'groups' and the rest are missing")
    return _Reader(path).taxonomy(root)


class _Reader:
    """Turn YAML nodes, which know their line, into values."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # (kind, value) -> the line where it is first used; 0 for reserved ids.
        self.lines = {("id", NONE_ID): 0, ("id", UNUSABLE_ID): 0}
        self.confusions: list[tuple[yaml.Node, str]] = []

    def fail(self, node: yaml.Node, problem: str) -> TaxonomyError:
        return TaxonomyError(f"{self.path}:{node.start_mark.line + 1}: {problem}")

    def fields(self, node: yaml.Node, required: str, optional: str = "") -> dict[str, yaml.Node]:
        """Return a mapping's values by key; only `required` and `optional` keys are allowed."""
        allowed = [*required.split(), *optional.split()]
        if not isinstance(node, yaml.MappingNode):
            raise self.fail(node, f"expected a mapping with the keys {', '.join(allowed)}")
        fields: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value not in allowed:
                shown = repr(key.value) if isinstance(key, yaml.ScalarNode) else "that is not text"
                raise self.fail(key, f"unknown key {shown}; use one of: {', '.join(allowed)}")
            if key.value in fields:
                raise self.fail(key, f"duplicate key {key.value!r}")
            fields[key.value] = value
        missing = [key for key in required.split() if key not in fields]
        if missing:
            raise self.fail(node, f"missing key {missing[0]!r}")
        return fields

    def text(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self.fail(node, f"{what} must be text")
        value = " ".join(str(node.value).split())
        if not value or node.tag == "tag:yaml.org,2002:null":
            raise self.fail(node, f"{what} is empty; write it, or remove the entry")
        if odd := _NOT_SHOWN.search(value):
            raise self.fail(
                node, f"{what} has a character that cannot be shown, U+{ord(odd[0]):04X}; remove it"
            )
        return value

    def new_name(self, node: yaml.Node, among: str) -> str:
        """Read a name on the page; people could not tell two equal ones apart."""
        value = self.text(node, "name")
        if len(value) > MAX_NAME:
            raise self.fail(
                node,
                f"name {value!r} has {len(value)} characters; the page has room for {MAX_NAME}",
            )
        self.check_unique(node, "name", value, (among, value.casefold()))
        return value

    def check_unique(self, node: yaml.Node, what: str, value: str, key: tuple[str, str]) -> None:
        if key in self.lines:
            line = self.lines[key]
            where = f"already in line {line}" if line else "it is reserved"
            raise self.fail(node, f"duplicate {what} {value!r}: {where}")
        self.lines[key] = node.start_mark.line + 1

    def items(self, node: yaml.Node, what: str) -> Iterator[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.fail(node, f"{what} must be a list")
        if not node.value:
            raise self.fail(node, f"{what} is empty")
        yield from node.value

    def new_id(self, node: yaml.Node, what: str) -> str:
        value = self.text(node, what)
        if not _ID.fullmatch(value):
            raise self.fail(
                node, f"{what} {value!r}: use only letters, digits, spaces and _ . , & ( ) ' / -"
            )
        self.check_unique(node, what, value, ("id", value))
        return value

    def hotkey(self, fields: dict[str, yaml.Node]) -> str:
        """Return the given key; empty if there is none: one is assigned after all were read."""
        if "hotkey" not in fields:
            return ""
        node = fields["hotkey"]
        value = normal(self.text(node, "hotkey"))
        if is_reserved(value):
            raise self.fail(node, f"hotkey {value!r} is reserved by Label Studio; choose another")
        self.check_unique(node, "hotkey", value, ("hotkey", value))
        return value

    def color(self, node: yaml.Node) -> str:
        value = self.text(node, "color")
        if not _COLOR.fullmatch(value):
            raise self.fail(node, f'color {value!r} does not look like "#d9480f"')
        return value

    def taxonomy(self, node: yaml.Node) -> Taxonomy:
        keys = "version name title language source groups none unusable rules"
        fields = self.fields(node, keys)
        text = {key: self.text(fields[key], key) for key in keys.split()[:5]}
        taxonomy = Taxonomy(
            **text,
            groups=tuple(self.group(item) for item in self.items(fields["groups"], "groups")),
            none=self.verdict(fields["none"]),
            unusable=self.verdict(fields["unusable"]),
            rules=tuple(self.text(n, "rule") for n in self.items(fields["rules"], "rules")),
        )
        for confusion, id_ in self.confusions:
            if id_ not in taxonomy.labels:
                raise self.fail(confusion, f"confused_with names {id_!r}, which is not a technique")
        self.check_size(fields["groups"], taxonomy)
        hotkeys = (key for kind, key in self.lines if kind == "hotkey")
        return _with_hotkeys(taxonomy, Assigner(hotkeys))

    def check_size(self, node: yaml.Node, taxonomy: Taxonomy) -> None:
        for what, count, limit in (
            ("techniques", len(taxonomy.techniques), MAX_TECHNIQUES),
            ("groups", len(taxonomy.groups), MAX_GROUPS),
        ):
            if count > limit:
                raise self.fail(
                    node,
                    f"{count} {what} do not fit the labelling page, which has room for {limit}",
                )

    def group(self, node: yaml.Node) -> Group:
        fields = self.fields(node, "id name definition color techniques", "hotkey")
        return Group(
            id=self.new_id(fields["id"], "id"),
            name=self.new_name(fields["name"], "groups"),
            definition=self.text(fields["definition"], "definition"),
            color=self.color(fields["color"]),
            hotkey=self.hotkey(fields),
            techniques=tuple(
                self.technique(item) for item in self.items(fields["techniques"], "techniques")
            ),
        )

    def technique(self, node: yaml.Node) -> Technique:
        texts = "hint definition applies does_not_apply span"
        keys = f"id name {texts} examples near_miss confused_with"
        fields = self.fields(node, keys, "aliases hotkey")
        aliases = self.items(fields["aliases"], "aliases") if "aliases" in fields else iter(())
        return Technique(
            id=self.new_id(fields["id"], "id"),
            name=self.new_name(fields["name"], "tick boxes"),
            **{key: self.text(fields[key], key) for key in texts.split()},
            examples=tuple(
                self.text(n, "example") for n in self.items(fields["examples"], "examples")
            ),
            near_miss=self.near_miss(fields["near_miss"]),
            confused_with=tuple(
                self.confusion(n) for n in self.items(fields["confused_with"], "confused_with")
            ),
            hotkey=self.hotkey(fields),
            aliases=tuple(self.new_id(item, "alias") for item in aliases),
        )

    def near_miss(self, node: yaml.Node) -> NearMiss:
        fields = self.fields(node, "text why")
        return NearMiss(self.text(fields["text"], "text"), self.text(fields["why"], "why"))

    def confusion(self, node: yaml.Node) -> Confusion:
        fields = self.fields(node, "id rule")
        id_ = self.text(fields["id"], "id")
        self.confusions.append((fields["id"], id_))
        return Confusion(id_, self.text(fields["rule"], "rule"))

    def verdict(self, node: yaml.Node) -> Verdict:
        fields = self.fields(node, "name hint", "hotkey")
        return Verdict(
            self.new_name(fields["name"], "tick boxes"),
            self.text(fields["hint"], "hint"),
            self.hotkey(fields),
        )


def _with_hotkeys(taxonomy: Taxonomy, keys: Assigner) -> Taxonomy:
    """Assign hotkeys to everything that has none in the file."""
    groups = []
    for group in taxonomy.groups:
        techniques = tuple(replace(t, hotkey=t.hotkey or keys.tick()) for t in group.techniques)
        span = group.hotkey or keys.span()
        groups.append(replace(group, hotkey=span, techniques=techniques))
    none, unusable = taxonomy.none, taxonomy.unusable
    return replace(
        taxonomy,
        groups=tuple(groups),
        none=replace(none, hotkey=none.hotkey or keys.none()),
        unusable=replace(unusable, hotkey=unusable.hotkey or keys.unusable()),
    )


def find_taxonomy(name: str, folder: Path) -> Path:
    """Find a taxonomy's file by its path or its name.

    Args:
        name: A path, the name without suffix of a file in `folder`/taxonomies, or the name inside
            `folder`/taxonomy.yaml.
        folder: The label_config of the project.

    Raises:
        InputError: There is no such file or name; lists the names.
    """
    default = folder / "taxonomy.yaml"
    ready = {path.stem: path for path in sorted((folder / "taxonomies").glob("*.yaml"))}
    if Path(name).is_file():
        return Path(name)
    if name in ready:
        return ready[name]
    if default.is_file() and name == load_taxonomy(default).name:
        return default
    instead = f"there are: {', '.join(ready) or 'none'}"
    if not folder.is_dir():
        instead = f"run the command in the project folder, where {folder.name}/ lies"
    raise InputError(f"{name}: no such taxonomy file, and no taxonomy of that name; {instead}")
