"""Tell the damaged rows of a corpus from a file that is not this corpus."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from annotate.core.errors import InputError, TaxonomyError
from annotate.core.records import normalise
from annotate.imports.corpora.corpus import CorpusRows
from annotate.imports.label_rows import LabelRow
from annotate.imports.mapping import LabelMap

_BREAKS = " _-"  # stand for one another in a label
_FEW = 5  # rows with an unknown label that count as damaged; more mean labels of another form


def usable_rows(content: CorpusRows, source: LabelMap) -> list[LabelRow]:
    """Return the rows with their labels as ids; those with an unknown label are set aside.

    An unknown label is a damaged row's if at most `_FEW` rows have it, and if fewer than half of
    all rows have any. Otherwise the file has other labels than the corpus. A label with a character
    that none of the taxonomy's has is unknown, too, whatever else stands in it.

    Args:
        content: What was read.
        source: The corpus's taxonomy.

    Raises:
        InputError: No row can be used; says why the first cannot.
        TaxonomyError: Too many labels are unknown; lists them with their counts.
    """
    rows = [row if row.problem else _with_ids(row, source) for row in content.rows]
    unknown = Counter(name for row in rows for name in _unknown(row, source))
    strange = [row for row in rows if _unknown(row, source)]
    if strange and (max(unknown.values()) > _FEW or 2 * len(strange) >= len(rows)):
        listed = ", ".join(f"{name!r} ({n})" for name, n in unknown.most_common(5))
        raise TaxonomyError(
            f"{strange[0].where}: labels that the corpus does not have: {listed}; expected those "
            f"of {source.taxonomy.name}: {', '.join(source.taxonomy.labels[:3])}, ..."
        )
    rows = [_set_aside(row, unknown) for row in rows]
    if not rows:
        raise InputError(f"{content.files[0]}: no rows in it")
    if all(row.problem for row in rows):
        raise InputError(f"{rows[0].where}: {rows[0].problem}; no other row can be used either")
    return rows


def labels_of(row: LabelRow) -> list[str]:
    """Return the labels of a row that can be used, once each: its own and those of its spans."""
    if row.problem:
        return []
    spans = (span["label"] for span in row.values.get("spans", ()))
    return list(dict.fromkeys((*(row.labels or ()), *spans)))


def _unknown(row: LabelRow, source: LabelMap) -> list[str]:
    return [name for name in labels_of(row) if not _targets(name, source)]


def _targets(label: str, source: LabelMap) -> tuple[str, ...]:
    """Return the ids of a label; none if it is unknown or damaged."""
    names = chain(*((t.id, t.name, *t.aliases) for t in source.taxonomy.techniques))
    letters = {*"".join(names).casefold(), *_BREAKS}
    name = normalise(label)
    return (source.targets(name) or ()) if set(name.casefold()) <= letters else ()


def _set_aside(row: LabelRow, unknown: Mapping[str, int]) -> LabelRow:
    names = [name for name in labels_of(row) if name in unknown]
    return row.aside(f"label {names[0]!r} is none of the corpus's") if names else row


def _with_ids(row: LabelRow, source: LabelMap) -> LabelRow:
    """Write the labels as the ids of their taxonomy; unknown ones stay as they are."""
    labels = None if row.labels is None else tuple(_id_of(name, source) for name in row.labels)
    spans = row.values.get("spans")
    if not spans:
        return replace(row, labels=labels)
    spans = [{**span, "label": _id_of(span["label"], source)} for span in spans]
    return replace(row, labels=labels, values={**row.values, "spans": spans})


def _id_of(label: str, source: LabelMap) -> str:
    return next(iter(_targets(label, source)), label)
