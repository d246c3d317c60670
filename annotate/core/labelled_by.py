"""Whose labels a dataset holds, as its manifest says, and the warning that every page repeats."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class LabelledBy(StrEnum):
    """Who made the answers of a dataset; the value stands in the manifest's settings."""

    PEOPLE = "people"
    SIMULATED = "simulated"
    MIXED = "people and simulated annotators"
    IMPORTED = "imported"


_WARNINGS = {
    LabelledBy.SIMULATED: "Labels of simulated annotators: the scores say nothing about real news.",
    LabelledBy.MIXED: (
        "Labels of people and simulated annotators, mixed: the scores say nothing about real news."
    ),
}


def labelled_by(manifest: Mapping[str, Any]) -> str:
    """Return who labelled a dataset; empty for datasets that were written before this was kept."""
    return str(manifest.get("settings", {}).get("labelled_by", ""))


def simulation_warning(labellers: str) -> str:
    """Return the warning for labels that are simulated, at least in part; empty for others."""
    return next((text for who, text in _WARNINGS.items() if who == labellers), "")
