"""A rename, a merge, a split and a removal at once, as a map and as a taxonomy file."""

import json
from pathlib import Path
from typing import Any

import yaml  # noqa: TID251 -- changes the file as a person would

from annotate.core.taxonomy_file import load_taxonomy
from annotate.migration.plan import Migration, make_migration

PLAN: dict[str, tuple[str, ...]] = {
    "Doubt": ("Casting_Doubt",),
    "Whataboutism": ("Red_Herring",),
    "Slogans": ("Appeal_to_Time", "Conversation_Killer"),
    "Repetition": (),
}
_GONE = {old for old, new in PLAN.items() if old != "Doubt"}


def planned(folder: Path, taxonomy_file: Path) -> tuple[Migration, Path]:
    """The migration by `PLAN` and the file of the new taxonomy, version 2.0.0."""
    new = folder / "next.yaml"
    text = taxonomy_file.read_text("utf-8").replace("id: Doubt\n", "id: Casting_Doubt\n")
    data = yaml.safe_load(text) | {"version": "2.0.0"}
    for group in data["groups"]:
        group["techniques"] = [_trimmed(t) for t in group["techniques"] if t["id"] not in _GONE]
    new.write_text(yaml.safe_dump(data, sort_keys=False), "utf-8")
    map_file = folder / "map.yaml"
    map_file.write_text(json.dumps({"techniques": PLAN}))  # is YAML too
    return make_migration(load_taxonomy(taxonomy_file), load_taxonomy(new), map_file), new


def _trimmed(technique: dict[str, Any]) -> dict[str, Any]:
    kept = [c for c in technique.get("confused_with", []) if c["id"] not in _GONE]
    return {**technique, "confused_with": kept}
