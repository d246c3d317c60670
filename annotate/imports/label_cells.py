"""Read the labels of a cell or value, however a tool wrote them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotate.core.errors import InputError
from annotate.imports.label_rows import Meaning, is_missing, parsed_literal
from annotate.imports.span_forms import read_span

SEPARATORS = ("|", ";", "#", ",")
_RARE = ("\n", "/", "+", "&", " ")  # separate only labels that are all defined
_NUMPY = re.compile(r"\[\s*(?:'[^']*'|\"[^\"]*\")(?:\s+(?:'[^']*'|\"[^\"]*\"))+\s*\]")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
# Spreadsheets write true and false in the language of their menus.
_YES = frozenset(("1", "1.0", "true", "yes", "y", "x", "✓", "✔", "wahr", "ja", "vrai", "oui"))
_NO = frozenset(("0", "0.0", "false", "no", "n", "falsch", "nein", "faux", "non"))


@dataclass(frozen=True, slots=True)
class Parts:
    """What a value says.

    Attributes:
        labels: Of the whole text; None if the value is missing: perhaps nobody looked.
        spans: Marked words, as `read_span` returns them.
    """

    labels: tuple[str, ...] | None
    spans: tuple[dict[str, Any], ...] = ()


def read_parts(value: Any, meaning: Meaning) -> Parts:
    """Read the labels and the marked words of a value.

    Args:
        value: A list of names, numbers or marked words, or an object of names with yes and no; its
            JSON or repr in Python; or names with a separator.
        meaning: Which labels are defined, and what an empty cell means.

    Raises:
        InputError: It is none of these.
    """
    if is_missing(value) and not meaning.knows(value):
        return Parts(() if value == "" and "" in meaning.map.none else None)
    if isinstance(value, str):
        value = _parsed(value.strip(), meaning)
    if isinstance(value, Mapping) and set(value) == {"choices"}:
        value = value["choices"]  # of Label Studio
    if isinstance(value, Mapping) and all(
        ticked_or_none(tick) is not None for tick in value.values()
    ):
        value = [name for name, tick in value.items() if ticked(tick)]
    items = value if isinstance(value, list | tuple | set) else [value]
    names = [_name(item) for item in items]
    spans = [_span(item, meaning) for item, name in zip(items, names, strict=True) if name is None]
    return Parts(tuple(name for name in names if name), tuple(spans))


def _name(item: Any) -> str | None:
    """Return a label, which may be a number; None for anything else."""
    if isinstance(item, float) and item.is_integer():
        item = int(item)
    return str(item).strip() if isinstance(item, str | int) and type(item) is not bool else None


def _span(item: Any, meaning: Meaning) -> dict[str, Any]:
    span = read_span(item, meaning.knows)
    if span is None:
        raise InputError(f"{item!r} is neither a label nor marked words [start, end, label]")
    if span["label"] is None:
        raise InputError("a span without a label")
    if not isinstance(span["label"], str):
        raise InputError(
            f"label {span['label']!r} of marked words is a number of the tool's database; export "
            "with label names"
        )
    return span


def _parsed(cell: str, meaning: Meaning) -> Any:
    if meaning.knows(cell):
        return [cell]
    if _NUMPY.fullmatch(cell):
        return [a or b for a, b in _QUOTED.findall(cell)]
    if cell[0] in "[({" and cell[-1] in "])}":
        parsed = parsed_literal(cell)
        return [cell] if isinstance(parsed, str) else parsed
    return split_cell(cell, meaning)


def split_cell(cell: str, meaning: Meaning) -> list[str]:
    """Split a cell at its separator: the one between labels that are all defined.

    A comma often belongs to a label, so it separates only defined ones.
    """
    if meaning.separator:
        return _parts(cell, meaning.separator)
    choices = [_parts(cell, mark) for mark in (*SEPARATORS, *_RARE) if mark in cell]
    defined = (parts for parts in choices if all(map(meaning.knows, parts)))
    others = (_parts(cell, separator) for separator in SEPARATORS[:-1] if separator in cell)
    return next(defined, None) or next(others, [cell])


def _parts(cell: str, separator: str) -> list[str]:
    return [part.strip() for part in cell.split(separator) if part.strip()]


def ticked(value: Any) -> bool | None:
    """Tell whether the cell under a label is ticked; None if it is empty.

    Raises:
        InputError: It is neither yes nor no.
    """
    if is_missing(value):
        return None
    word = str(value).strip().lower()
    if word not in _YES | _NO:
        raise InputError(f"{value!r} is neither yes nor no")
    return word in _YES


def is_tick(value: Any) -> bool:
    """Tell whether a value can stand under a label: yes, no, or nothing."""
    try:
        ticked(value)
    except InputError:
        return False
    return True


def ticked_or_none(value: Any) -> bool | None:
    """Return whether a cell is ticked; None for an empty one and for anything else."""
    return ticked(value) if is_tick(value) else None
