"""Paragraphs that were labelled elsewhere, a row each: of JSON Lines or CSV."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError, TaxonomyError
from annotate.core.io.csv_rows import check_columns, read_csv_rows
from annotate.core.io.jsonl import read_rows
from annotate.imports.mapping import FIELDS, LabelMap, listed


@dataclass(frozen=True, slots=True)
class LabelRow:
    """What a row says, unchecked.

    Attributes:
        line: Where it stands in the file.
        values: By our names of the columns; what is not there is missing.
        labels: As the file has them; None where it does not say.
    """

    line: int
    values: Mapping[str, Any]
    labels: tuple[str, ...] | None


def read_label_rows(path: Path, map_: LabelMap, separator: str) -> Iterator[LabelRow]:
    """The rows of a file.

    Args:
        path: What its name ends in says what it is.
        map_: What the columns are called.
        separator: Parts the labels within a cell.

    Raises:
        InputError: It cannot be read, or a row is none: the line is named.
    """
    line = 0
    for line, row in _rows(path, map_):
        values = {name: row[map_.field(name)] for name in FIELDS if map_.field(name) in row}
        labels = _labels(values.get("labels"), "" in map_.none, separator, f"{path}:{line}")
        yield LabelRow(line, {k: v for k, v in values.items() if v not in ("", None)}, labels)
    if not line:
        raise InputError(f"{path}: the file is empty")


def _rows(path: Path, map_: LabelMap) -> Iterator[tuple[int, dict[str, Any]]]:
    if path.suffix.lower() == ".csv":
        return _csv(path, map_)
    if path.suffix.lower() == ".jsonl":
        return read_rows(path)
    raise InputError(f"{path}: labels are read from .csv and .jsonl; save it as one of these")


def _csv(path: Path, map_: LabelMap) -> Iterator[tuple[int, dict[str, Any]]]:
    def check(columns: list[str]) -> None:
        check_columns(columns, map_.field("text"), "--text-field", path)
        check_columns(columns, map_.field("labels"), "--labels-field", path)

    for line, row, _ in read_csv_rows(path, check):
        yield line, row


def _labels(said: Any, empty: bool, separator: str, where: str) -> tuple[str, ...] | None:
    """The labels of a cell or list; with `empty`, an empty cell says that there is none."""
    if said is None or (isinstance(said, str) and not said.strip() and not empty):
        return None  # nobody may have looked
    if isinstance(said, str):
        return tuple(name.strip() for name in said.split(separator) if name.strip())
    if isinstance(said, list) and all(isinstance(name, str) for name in said):
        return tuple(said)
    raise InputError(f"{where}: the labels must be a list of texts")


def check_labels(rows: Iterable[LabelRow], path: Path, map_: LabelMap, separator: str) -> None:
    """Refuse labels that nobody said the meaning of.

    Raises:
        TaxonomyError: Which, how often, and where the first of them stands.
    """
    unknown: Counter[str] = Counter()
    first = 0
    for row in rows:
        odd = [name for name in row.labels or () if not _is_known(name, map_)]
        odd += [name for name in span_names(row) if map_.targets(name) is None]
        first = first or (row.line if odd else 0)
        unknown.update(odd)
    if unknown:
        name = f"{map_.taxonomy.name} {map_.taxonomy.version}"
        raise TaxonomyError(
            f"{path}:{first}: labels that taxonomy {name} does not have: {listed(unknown)}; say in "
            "a --map what becomes of each (labels: THEIRS: OURS), choose another --taxonomy, or "
            f"say with --separator what stands between labels (now {separator!r})"
        )


def _is_known(name: str, map_: LabelMap) -> bool:
    """Whether it can label a paragraph: a group can only label marked words."""
    targets = map_.targets(name)
    return targets is not None and not set(targets) & {g.id for g in map_.taxonomy.groups}


def span_names(row: LabelRow) -> list[str]:
    """Labels of the row's marked words, as far as they can be read."""
    spans = row.values.get("spans")
    rows = spans if isinstance(spans, list) else []
    return [s["label"] for s in rows if isinstance(s, dict) and isinstance(s.get("label"), str)]
