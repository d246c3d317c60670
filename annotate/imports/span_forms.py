"""Marked words, in the forms in which tools write them: [start, end, label] or an object."""

from collections.abc import Callable, Mapping
from typing import Any

_STARTS = ("start", "start_offset", "startOffset", "start_char", "begin")
_ENDS = ("end", "end_offset", "endOffset", "end_char")
_LABELS = ("label", "technique", "tag", "entityLabel", "annotation", "name", "type")
_QUOTES = ("text", "text_fragment")
_TRIPLE = 3


def read_span(item: Any, knows: Callable[[Any], bool]) -> dict[str, Any] | None:
    """Return start, end and label of marked words, and the words if they are quoted.

    Args:
        item: What may be marked words.
        knows: Tells whether a label is defined; finds it where no usual key has one.

    Returns:
        None if the item marks no words. The values are unchecked.
    """
    if isinstance(item, list | tuple) and len(item) == _TRIPLE:
        first, second, third = item
        if isinstance(first, str):  # Argilla 1 has the label in front
            first, second, third = second, third, first
        return {"start": first, "end": second, "label": third}
    if not isinstance(item, Mapping):
        return None
    start, end = _first(item, _STARTS), _first(item, _ENDS)
    if start is None and end is None:
        return None
    label, quote = _first(item, _LABELS), _first(item, _QUOTES)
    if label is None:
        others = (value for key, value in item.items() if key not in _QUOTES)
        label = next(filter(knows, others), None)
    quoted = {"text": quote} if isinstance(quote, str) and quote != label else {}
    return {"start": start, "end": end, "label": label, **quoted}


def _first(item: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((item[key] for key in keys if item.get(key) not in (None, "")), None)
