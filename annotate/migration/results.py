"""Results as Label Studio stores them, under another taxonomy; see `annotate.migration.plan`.

Only what the old taxonomy knows is changed: comments, verdicts, regions' ids and junk stay as they
are, so that running it twice changes nothing more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotate.core.taxonomy import NONE_ID
from annotate.label_config.labeling_page import SPANS, VERDICT, group_control
from annotate.label_studio.provenance import Item, _text
from annotate.label_studio.results import choices_item, group_items
from annotate.migration.plan import Migration


@dataclass(frozen=True, slots=True)
class Moved:
    """A result under the new taxonomy.

    Attributes:
        result: To be stored; the same object as before where nothing changes.
        split: Whether a technique of it was split, so that it goes back for labelling.
    """

    result: Any
    split: bool


def move_result(result: Any, migration: Migration) -> Moved:
    """The result of an annotation or a draft under the new taxonomy."""
    if not isinstance(result, list):
        return Moved(result, split=False)
    ticked = [name for item in result for name in _choices(item, migration)]
    old = migration.old.canonical
    split = any(migration.is_split(old[name]) for name in ticked)
    labels = migration.labels(old[name] for name in ticked)
    moved = [*_ticks(labels, result, migration), *_others(result, migration)]
    if ticked and not labels and not split:  # all of them are removed
        moved = [item for item in moved if item.get("from_name") != SPANS]
        moved.append(choices_item(VERDICT, [NONE_ID]))
    same = sorted(map(_text, moved)) == sorted(map(_text, result))
    return Moved(result if same else moved, split)


def _choices(item: Any, migration: Migration) -> list[str]:
    """The techniques that an item ticks, if it is one of the old groups' tick boxes."""
    controls = {group_control(group) for group in migration.old.groups}
    if not isinstance(item, Mapping) or item.get("from_name") not in controls:
        return []
    value = item.get("value")
    names = value.get("choices") if isinstance(value, Mapping) else None
    known = migration.old.canonical
    good = isinstance(names, list) and all(isinstance(n, str) and n in known for n in names)
    return list(names) if good and names else []


def _ticks(labels: tuple[str, ...], result: list[Any], migration: Migration) -> list[Item]:
    """An item for each new group in which something is ticked; the server's ids are kept."""
    existing = {item["from_name"]: item for item in result if _choices(item, migration)}
    items: list[Item] = []
    for item in group_items(labels, migration.new):
        base = existing.get(item["from_name"], item)
        items.append({**base, "value": {**base["value"], **item["value"]}})
    return items


def _others(result: list[Any], migration: Migration) -> list[Any]:
    """All items that are no ticks, with the labels of spans moved."""
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
    """The new labels of a span of the old taxonomy; None for anything else."""
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
