"""Read and check a taxonomy file.

Everything is checked here, with file and line, so that nothing behind this door checks again.
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


def load_taxonomy(path: Path) -> Taxonomy:
    """Read and check a taxonomy file.

    Raises:
        TaxonomyError: What is wrong, with file and line.
        InputError: The file cannot be read.
    """
    root = _compose(read_text(path), path)
    if root is None:
        raise TaxonomyError(f"{path}:1: the taxonomy is empty; 'groups' and the rest are missing")
    return _Reader(path).taxonomy(root)


def _compose(text: str, path: Path) -> yaml.Node | None:
    """The file's root node; None for an empty file."""
    compose = partial(yaml.compose, Loader=yaml.SafeLoader)
    node: yaml.Node | None = parse_with(compose, text, path, TaxonomyError)
    return node


class _Reader:
    """Turns YAML nodes, which know their line, into values."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ids: dict[str, int] = {NONE_ID: 0, UNUSABLE_ID: 0}
        self.hotkeys: dict[str, int] = {}
        self.names: dict[tuple[str, str], int] = {}
        self.confusions: list[tuple[yaml.Node, str]] = []

    def fail(self, node: yaml.Node, problem: str) -> TaxonomyError:
        return TaxonomyError(f"{self.path}:{node.start_mark.line + 1}: {problem}")

    def fields(self, node: yaml.Node, required: str, optional: str = "") -> dict[str, yaml.Node]:
        """The mapping's values by key; `required` and `optional` list the keys it may have."""
        known = [*required.split(), *optional.split()]
        if not isinstance(node, yaml.MappingNode):
            raise self.fail(node, f"expected a mapping with the keys {', '.join(known)}")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value not in known:
                shown = repr(key.value) if isinstance(key, yaml.ScalarNode) else "that is no text"
                raise self.fail(key, f"unknown key {shown}; known: {', '.join(known)}")
            if key.value in found:
                raise self.fail(key, f"key {key.value!r} stands twice")
            found[key.value] = value
        missing = [key for key in required.split() if key not in found]
        if missing:
            raise self.fail(node, f"missing key {missing[0]!r}")
        return found

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
        """What people see; Label Studio accepts two alike, and people cannot tell them apart."""
        value = self.text(node, "name")
        if len(value) > MAX_NAME:
            raise self.fail(
                node,
                f"name {value!r} has {len(value)} characters, the page has room for {MAX_NAME}",
            )
        key = (among, value.casefold())
        if key in self.names:
            line = self.names[key]
            raise self.fail(node, f"duplicate name {value!r}: it stands in line {line} already")
        self.names[key] = node.start_mark.line + 1
        return value

    def items(self, node: yaml.Node, what: str) -> Iterator[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.fail(node, f"{what} must be a list")
        if not node.value:
            raise self.fail(node, f"{what} is empty")
        yield from node.value

    def new_id(self, node: yaml.Node, what: str) -> str:
        value = self.text(node, what)
        if not _ID.fullmatch(value):
            raise self.fail(node, f"{what} {value!r}: letters, digits, '_', '-' and the like only")
        if value in self.ids:
            first = self.ids[value]
            where = f"it stands in line {first} already" if first else "it is reserved"
            raise self.fail(node, f"duplicate {what} {value!r}: {where}")
        self.ids[value] = node.start_mark.line + 1
        return value

    def hotkey(self, found: dict[str, yaml.Node]) -> str:
        """The key that is given, or empty: then one is assigned when all given ones are known."""
        if "hotkey" not in found:
            return ""
        node = found["hotkey"]
        value = normal(self.text(node, "hotkey"))
        if is_reserved(value):
            raise self.fail(node, f"hotkey {value!r} is reserved by Label Studio; choose another")
        if value in self.hotkeys:
            line = self.hotkeys[value]
            raise self.fail(node, f"duplicate hotkey {value!r}: it stands in line {line} already")
        self.hotkeys[value] = node.start_mark.line + 1
        return value

    def color(self, node: yaml.Node) -> str:
        value = self.text(node, "color")
        if not _COLOR.fullmatch(value):
            raise self.fail(node, f'color {value!r} is not of the form "#d9480f"')
        return value

    def taxonomy(self, node: yaml.Node) -> Taxonomy:
        keys = "version name title language source groups none unusable rules"
        found = self.fields(node, keys)
        text = {key: self.text(found[key], key) for key in keys.split()[:5]}
        taxonomy = Taxonomy(
            **text,
            groups=tuple(self.group(item) for item in self.items(found["groups"], "groups")),
            none=self.verdict(found["none"]),
            unusable=self.verdict(found["unusable"]),
            rules=tuple(self.text(n, "rule") for n in self.items(found["rules"], "rules")),
        )
        for confusion, id_ in self.confusions:
            if id_ not in taxonomy.labels:
                raise self.fail(confusion, f"confused_with names {id_!r}, which is no technique")
        self.check_size(found["groups"], taxonomy)
        return _with_hotkeys(taxonomy, Assigner(self.hotkeys))

    def check_size(self, node: yaml.Node, taxonomy: Taxonomy) -> None:
        for what, there, most in (
            ("techniques", len(taxonomy.techniques), MAX_TECHNIQUES),
            ("groups", len(taxonomy.groups), MAX_GROUPS),
        ):
            if there > most:
                raise self.fail(
                    node, f"{there} {what} do not fit the labelling page, which has room for {most}"
                )

    def group(self, node: yaml.Node) -> Group:
        found = self.fields(node, "id name definition color techniques", "hotkey")
        return Group(
            id=self.new_id(found["id"], "id"),
            name=self.new_name(found["name"], "groups"),
            definition=self.text(found["definition"], "definition"),
            color=self.color(found["color"]),
            hotkey=self.hotkey(found),
            techniques=tuple(
                self.technique(item) for item in self.items(found["techniques"], "techniques")
            ),
        )

    def technique(self, node: yaml.Node) -> Technique:
        texts = "hint definition applies does_not_apply span"
        keys = f"id name {texts} examples near_miss confused_with"
        found = self.fields(node, keys, "aliases hotkey")
        aliases = self.items(found["aliases"], "aliases") if "aliases" in found else iter(())
        return Technique(
            id=self.new_id(found["id"], "id"),
            name=self.new_name(found["name"], "tick boxes"),
            **{key: self.text(found[key], key) for key in texts.split()},
            examples=tuple(
                self.text(n, "example") for n in self.items(found["examples"], "examples")
            ),
            near_miss=self.near_miss(found["near_miss"]),
            confused_with=tuple(
                self.confusion(n) for n in self.items(found["confused_with"], "confused_with")
            ),
            hotkey=self.hotkey(found),
            aliases=tuple(self.new_id(item, "alias") for item in aliases),
        )

    def near_miss(self, node: yaml.Node) -> NearMiss:
        found = self.fields(node, "text why")
        return NearMiss(self.text(found["text"], "text"), self.text(found["why"], "why"))

    def confusion(self, node: yaml.Node) -> Confusion:
        found = self.fields(node, "id rule")
        id_ = self.text(found["id"], "id")
        self.confusions.append((found["id"], id_))
        return Confusion(id_, self.text(found["rule"], "rule"))

    def verdict(self, node: yaml.Node) -> Verdict:
        found = self.fields(node, "name hint", "hotkey")
        return Verdict(
            self.new_name(found["name"], "tick boxes"),
            self.text(found["hint"], "hint"),
            self.hotkey(found),
        )


def _with_hotkeys(taxonomy: Taxonomy, keys: Assigner) -> Taxonomy:
    """The taxonomy with a key for everything that the file gives none."""
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
    """The file of a taxonomy that is named by its path, or by the name of a ready one.

    Args:
        name: A path, or the name without suffix of a file in `folder`/taxonomies; the name of the
            taxonomy in `folder`/taxonomy.yaml stands for that one.
        folder: The label_config of the project.

    Raises:
        InputError: Neither; the ready ones are listed.
    """
    default = folder / "taxonomy.yaml"
    ready = {path.stem: path for path in sorted((folder / "taxonomies").glob("*.yaml"))}
    if Path(name).is_file():
        return Path(name)
    if name in ready:
        return ready[name]
    if default.is_file() and name == load_taxonomy(default).name:
        return default
    raise InputError(
        f"{name}: no such taxonomy file, nor the name of a ready one: {', '.join(ready) or 'none'}"
    )


# More does not fit the page: three columns at 1440x900, with the paragraph and its context.
MAX_TECHNIQUES = 30


MAX_GROUPS = 10


MAX_NAME = 40  # characters; a longer name breaks into two lines


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.,&()' -]*")


_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


# What XML cannot hold, and controls: YAML's escapes can write them, the labelling page would break.
_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
