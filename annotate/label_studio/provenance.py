"""Mark annotation results that this program wrote: those it migrated, and simulated answers."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

Item = Mapping[str, Any]

_MARK = "migrated"
_SIMULATED = "simulated"


def _text(item: Any) -> str:
    return json.dumps(item, sort_keys=True, default=str)


def mark(result: list[Any], target: str) -> list[Any]:
    """Add to each item a digest of the result, and the taxonomy that it was moved to.

    Whoever rewrites somebody else's answer becomes its last editor, and a pull sets aside what
    others edited. The digest shows that it was this program, and that nobody changed it since. The
    target tells a second run what is moved already, even if two techniques swap names.
    """
    plain = [_unmarked(item) for item in result]
    note = {"to": target, "digest": _digest(plain)}
    return [{**item, "meta": {**item.get("meta", {}), _MARK: note}} for item in plain]


def marked(result: Any) -> str:
    """Return the taxonomy that `mark` says the result was moved to; empty if changed since."""
    if not isinstance(result, list) or not result:
        return ""
    marks = [_mark_of(item) for item in result]
    digest = _digest([_unmarked(item) for item in result if isinstance(item, Mapping)])
    good = all(m == marks[0] and m.get("digest") == digest for m in marks)
    return str(marks[0].get("to", "")) if good else ""


def mark_simulated(result: list[Any]) -> list[Any]:
    """Add to each item that a simulated annotator made the result, and a digest of the result.

    The account may later be a person's: when somebody changes the result, the digest shows it.
    """
    note = {"digest": _digest([_unmarked(item, _MARK, _SIMULATED) for item in result])}
    return [{**item, "meta": {**item.get("meta", {}), _SIMULATED: note}} for item in result]


def is_simulated(result: Any) -> bool:
    """Tell whether a simulated annotator made the result, and nobody has changed it since."""
    if not isinstance(result, list) or not result:
        return False
    items = [_unmarked(i, _MARK, _SIMULATED) for i in result if isinstance(i, Mapping)]
    note = {"digest": _digest(items)}
    return all(_mark_of(item, _SIMULATED) == note for item in result)


def _mark_of(item: Any, name: str = _MARK) -> dict[str, Any]:
    meta = item.get("meta") if isinstance(item, Mapping) else None
    note = meta.get(name) if isinstance(meta, Mapping) else None
    return dict(note) if isinstance(note, Mapping) else {}


def _unmarked(item: Item, *names: str) -> dict[str, Any]:
    meta, marks = item.get("meta"), names or (_MARK,)
    kept = {k: v for k, v in meta.items() if k not in marks} if isinstance(meta, Mapping) else {}
    rest = {key: value for key, value in item.items() if key != "meta"}
    return {**rest, "meta": kept} if kept else rest


def _digest(items: list[dict[str, Any]]) -> str:
    return sha256("\n".join(sorted(map(_text, items))).encode()).hexdigest()[:16]
