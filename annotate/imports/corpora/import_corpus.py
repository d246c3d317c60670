"""Import a public corpus into a dataset folder, with its own labels or mapped to others.

The rows go the same way as those of `import-labels`: answers of one annotator, the corpus.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError, TaxonomyError
from annotate.core.records import normalise
from annotate.core.taxonomy_file import find_taxonomy, load_taxonomy
from annotate.dataset.lineage import SplitRequest
from annotate.imports.corpora.corpus import Corpus, CorpusRows
from annotate.imports.corpora.crosswalks import crosswalk
from annotate.imports.file_sources import check_labels
from annotate.imports.import_labels import ImportReport, import_rows
from annotate.imports.label_rows import LabelRow
from annotate.imports.mapping import LabelMap, read_map
from annotate.imports.registry import digest_of
from annotate.sync.pull import PullRequest

_FEW = 5  # rows with an unknown label that count as damaged; more mean labels of another form


@dataclass(frozen=True, slots=True)
class CorpusConfig:
    """How a corpus becomes a dataset.

    Attributes:
        label_config: Folder of the taxonomies.
        taxonomy_file: What the labels become; None for the corpus's own taxonomy.
        map_file: Maps the corpus's labels; None for the table that comes with us.
        new_split: Draw the splits anew instead of keeping the official ones.
        seed: See `PullRequest`.
    """

    label_config: Path
    taxonomy_file: Path | None
    map_file: Path | None
    new_split: bool
    seed: int


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """What became of a corpus.

    Attributes:
        imported: The rows and the dataset.
        mapped_from: The corpus's taxonomy if the labels were mapped to another; else empty.
        left_out: Label without a counterpart -> number of its uses.
        several: Label with several counterparts, all of which were set -> number of its uses.
        notes: What the reader says of the corpus.
    """

    imported: ImportReport
    mapped_from: str
    left_out: Mapping[str, int]
    several: Mapping[str, int]
    notes: Sequence[str] = ()


def import_corpus(
    corpus: Corpus, path: Path, out: Path, key_file: Path, config: CorpusConfig
) -> CorpusReport:
    """Write a corpus to the dataset folder `out`.

    Raises:
        InputError: It is not this corpus, or no row can be used.
        TaxonomyError: Its labels are not those of its taxonomy.
    """
    target_file = config.taxonomy_file or find_taxonomy(corpus.taxonomy, config.label_config)
    target = load_taxonomy(target_file)
    source = target
    if target.name != corpus.taxonomy:
        source = load_taxonomy(find_taxonomy(corpus.taxonomy, config.label_config))
    map_file = config.map_file or crosswalk(source.name, target.name)
    map_ = read_map(map_file, target)
    content = corpus.read(path)
    rows = usable_rows(content, LabelMap(source))
    check_labels(rows, map_, "")
    request = PullRequest(
        target_file,
        out,
        key_file,
        config.seed,
        source=_source(corpus, content, map_file),
        splits=SplitRequest(new=config.new_split),
    )
    imported = import_rows(
        [replace(row, values={"annotator": corpus.name, **row.values}) for row in rows],
        corpus.name,
        map_,
        request,
    )
    uses = Counter(name for row in rows for name in _labels(row)) if map_file else Counter()
    counts = [(name, len(map_.targets(name) or ()), count) for name, count in uses.most_common()]
    return CorpusReport(
        imported,
        source.name if map_file else "",
        {name: count for name, targets, count in counts if not targets},
        {name: count for name, targets, count in counts if targets > 1},
        content.notes,
    )


def _source(corpus: Corpus, content: CorpusRows, map_file: Path | None) -> dict[str, str]:
    """Return the manifest's entry."""
    source = {
        "kind": "corpus",
        "name": corpus.name,
        "title": corpus.title,
        "url": corpus.url,
        "licence": corpus.licence,
        "digest": digest_of(content.files),
    }
    return source | ({"map": digest_of([map_file])} if map_file else {})


def usable_rows(content: CorpusRows, source: LabelMap) -> list[LabelRow]:
    """Return the rows with their labels as ids; those with an unknown label are set aside.

    An unknown label is a damaged row's if at most `_FEW` rows have it, and if fewer than half of
    all rows have one. Otherwise the file has other labels than the corpus.

    Args:
        content: What was read.
        source: The corpus's taxonomy.

    Raises:
        InputError: No row can be used; says why the first cannot.
        TaxonomyError: Too many labels are unknown; lists them with their counts.
    """
    rows = [row if row.problem else _with_ids(row, source) for row in content.rows]
    unknown: Counter[str] = Counter()
    strange = []
    for row in rows:
        names = {name for name in _labels(row) if source.targets(name) is None}
        unknown.update(() if row.problem else names)
        strange += [row] if names and not row.problem else []
    if strange and (max(unknown.values()) > _FEW or 2 * len(strange) >= len(rows)):
        listed = ", ".join(f"{name!r} ({n})" for name, n in unknown.most_common(5))
        raise TaxonomyError(
            f"{strange[0].where}: labels that the corpus does not have: {listed}; expected those "
            f"of {source.taxonomy.name}: {', '.join(source.taxonomy.labels[:3])}, ..."
        )
    rows = [_set_aside(row, unknown) for row in rows]
    if all(row.problem for row in rows):
        first = rows[0] if rows else None
        where = f"{first.where}: {first.problem}" if first else f"{content.files[0]}: no rows"
        raise InputError(f"{where}; no other row can be used either, so no dataset was written")
    return rows


def _set_aside(row: LabelRow, unknown: Mapping[str, int]) -> LabelRow:
    names = [name for name in _labels(row) if name in unknown]
    if row.problem or not names:
        return row
    return row.aside(f"label {names[0]!r} is not one of the corpus's")


def _labels(row: LabelRow) -> list[str]:
    """Return the labels of a row, once each: of the paragraph and of marked words."""
    spans: Sequence[Any] = row.values.get("spans", ())
    return list(dict.fromkeys((*(row.labels or ()), *(span["label"] for span in spans))))


def _with_ids(row: LabelRow, source: LabelMap) -> LabelRow:
    """Write the labels as the ids of their taxonomy; unknown ones stay as they are."""
    name_of = _id_of(source)
    labels = None if row.labels is None else tuple(map(name_of, row.labels))
    spans = [{**span, "label": name_of(span["label"])} for span in row.values.get("spans", ())]
    values = {**row.values, **({"spans": spans} if spans else {})}
    return replace(row, values=values, labels=labels)


def _id_of(source: LabelMap) -> Callable[[str], str]:
    def id_of(label: str) -> str:
        targets: Iterable[str] = source.targets(normalise(label)) or (label,)
        return next(iter(targets))

    return id_of
