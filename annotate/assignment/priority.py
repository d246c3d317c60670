"""Order paragraphs by a file that says how urgent each is."""

from collections.abc import Iterable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.jsonl import read_rows
from annotate.paragraphs.index import AnyPlanned


def read_priorities(path: Path) -> dict[str, float]:
    """Read paragraph id -> priority.

    Raises:
        InputError: A line has no id or no number, or an id occurs twice.
    """
    priorities: dict[str, float] = {}
    for number, row in read_rows(path):
        id_: Any = row.get("id")
        value: Any = row.get("priority")
        if not isinstance(id_, str) or type(value) not in (int, float) or not isfinite(value):
            raise InputError(
                f'{path}:{number}: a line must be like {{"id": "...", "priority": 0.7}}'
            )
        if id_ in priorities:
            raise InputError(f"{path}:{number}: the id {id_!r} stands twice; remove one of them")
        priorities[id_] = float(value)
    if not priorities:
        raise InputError(f"{path}: no priorities")
    return priorities


def by_priority(
    paragraphs: Iterable[AnyPlanned], priorities: Mapping[str, float]
) -> list[AnyPlanned]:
    """Sort the highest first; equal ones keep their order, and those without one come last."""
    lowest = float("-inf")
    return sorted(paragraphs, key=lambda p: -priorities.get(p.id, lowest))
