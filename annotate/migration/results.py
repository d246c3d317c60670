"""Migrate annotation results as Label Studio stores them; see `annotate.migration.plan`.

Only labels of the old taxonomy are changed: comments, verdicts, regions' ids and junk stay, so that
a second run changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotate.core.taxonomy import NONE_ID
from annotate.label_config.labeling_page import SPANS, VERDICT, group_control
from annotate.label_studio.provenance import Item, _text, is_simulated, mark_simulated
from annotate.label_studio.results import choices_item, group_items
from annotate.migration.plan import Migration


@dataclass(frozen=True, slots=True)
class Moved:
    """A result under the new taxonomy.

    Attributes:
        result: The same object as before if nothing changes.
        split: Whether one of its techniques is split, so that it goes back for labelling.
    """

    result: Any
    split: bool


def move_result(result: Any, migration: Migration) -> Moved:
    """Migrate the result of an annotation or a draft."""
    if not isinstance(result, list):
        return Moved(result, split=False)
    ticked = [name for item in result for name in _choices(item, migration)]
    old = migration.old.canonical
    split = any(migration.is_split(old[name]) for name in ticked)
    labels = migration.labels(old[name] for name in ticked)
    moved = [*_ticks(labels, result, migration), *_others(result, migration)]
    if ticked and not labels and not split:  # all were removed
        moved = [item for item in moved if item.get("from_name") != SPANS]
        moved.append(choices_item(VERDICT, [NONE_ID]))
    unchanged = sorted(map(_text, moved)) == sorted(map(_text, result))
    if is_simulated(result) and not split:  # a split one goes back to a person
        moved = mark_simulated(moved)
    return Moved(result if unchanged else moved, split)


def _choices(item: Any, migration: Migration) -> list[str]:
    """Return the techniques that an item ticks, if it is one of the old groups' tick boxes."""
    controls = {group_control(group) for group in migration.old.groups}
    if not isinstance(item, Mapping) or item.get("from_name") not in controls:
        return []
    value = item.get("value")
    names = value.get("choices") if isinstance(value, Mapping) else None
    ids = migration.old.canonical
    valid = isinstance(names, list) and all(isinstance(n, str) and n in ids for n in names)
    return list(names) if valid and names else []


def _ticks(labels: tuple[str, ...], result: list[Any], migration: Migration) -> list[Item]:
    """Return an item for each new group with a ticked technique; regions keep their ids."""
    existing = {item["from_name"]: item for item in result if _choices(item, migration)}
    items: list[Item] = []
    for item in group_items(labels, migration.new):
        base = existing.get(item["from_name"], item)
        items.append({**base, "value": {**base["value"], **item["value"]}})
    return items


def _others(result: list[Any], migration: Migration) -> list[Any]:
    """Return all items that are not ticks, with the new labels of spans."""
    kept = []
    for item in result:
        if _choices(item, migration):
            continue
        labels = _span_labels(item, migration)
        if labels is None:
            kept.append(item)
        elif labels:
            kept.append({**item, "value": {**item["value"], "labels": labels}})
    return kept


def _span_labels(item: Any, migration: Migration) -> list[str] | None:
    """Return the new labels of a span of the old taxonomy; None for anything else."""
    if not isinstance(item, Mapping) or item.get("from_name") != SPANS:
        return None
    value = item.get("value")
    names = value.get("labels") if isinstance(value, Mapping) else None
    if not isinstance(names, list) or not names:
        return None
    old = {g.id: g.id for g in migration.old.groups} | migration.old.canonical
    if not all(isinstance(name, str) and name in old for name in names):
        return None
    moved = (migration.label(old[name]) for name in names)
    return [label for label in moved if label]
