"""Read the labels of a cell or value, however a tool wrote them."""

import re
from collections.abc import Mapping
from typing import Any

from annotate.core.errors import InputError
from annotate.imports.label_rows import Meaning, parsed_literal

SEPARATORS = ("|", ";", "#", ",")
_NUMPY = re.compile(r"\[\s*(?:'[^']*'|\"[^\"]*\")(?:\s+(?:'[^']*'|\"[^\"]*\"))+\s*\]")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
# Spreadsheets write true and false in the language of their menus.
_YES = frozenset(("1", "1.0", "true", "yes", "y", "x", "✓", "✔", "wahr", "ja", "vrai", "oui"))
_NO = frozenset(("0", "0.0", "false", "no", "n", "falsch", "nein", "faux", "non"))


def read_labels(value: Any, meaning: Meaning) -> tuple[str, ...] | None:
    """Return the labels of a value; None if it is missing, because perhaps nobody looked.

    Args:
        value: A list of names, or an object of names with yes and no; its JSON or repr in Python;
            or names with a separator.
        meaning: Which labels are defined, and what an empty cell means.

    Raises:
        InputError: It is none of these.
    """
    if value is None:
        return None
    if isinstance(value, str):
        value = value.strip()
        if not value:
            return () if "" in meaning.map.none else None
        value = _parsed(value, meaning)
    if isinstance(value, Mapping) and set(value) == {"choices"}:
        value = value["choices"]  # of Label Studio
    if isinstance(value, Mapping) and all(
        ticked_or_none(tick) is not None for tick in value.values()
    ):
        value = [name for name, tick in value.items() if ticked(tick)]
    if isinstance(value, list | tuple | set) and all(isinstance(name, str) for name in value):
        return tuple(name.strip() for name in value if name.strip())
    raise InputError("the labels must be a list of texts")


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
    choices = [_parts(cell, mark) for mark in (*SEPARATORS, "\n") if mark in cell]
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
    word = str(value).strip().lower()
    if value is None or word in ("", "nan"):
        return None
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
