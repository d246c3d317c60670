"""Import a public corpus into a dataset folder, with its own labels or mapped to others.

The rows go the same way as those of `import-labels`: answers of one annotator, the corpus.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from annotate.core.taxonomy_file import find_taxonomy, load_taxonomy
from annotate.dataset.splits.lineage import SplitRequest
from annotate.imports.corpora.corpus import Corpus, CorpusRows
from annotate.imports.corpora.crosswalks import crosswalk
from annotate.imports.corpora.usable_rows import labels_of, usable_rows
from annotate.imports.file_sources import check_labels
from annotate.imports.import_labels import ImportReport, import_rows
from annotate.imports.mapping import LabelMap, read_map
from annotate.imports.registry import digest_of
from annotate.sync.pull import PullRequest


@dataclass(frozen=True, slots=True)
class CorpusConfig:
    """How a corpus becomes a dataset.

    Attributes:
        label_config: Folder of the taxonomies.
        taxonomy_file: What the labels become; None for the corpus's own taxonomy.
        map_file: Maps the corpus's labels; None for the table that comes with us.
        splits: See `PullRequest`; with `new` the official splits are ignored.
        seed: See `PullRequest`.
    """

    label_config: Path
    taxonomy_file: Path | None
    map_file: Path | None
    splits: SplitRequest
    seed: int


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """What became of a corpus.

    Attributes:
        imported: The rows and the dataset.
        taxonomy: Name of the one that its labels belong to.
        left_out: Label without a counterpart -> rows that have it; empty if nothing was mapped.
        several: Label with several counterparts, all of which were set -> rows that have it.
        notes: What the reader says of the corpus.
    """

    imported: ImportReport
    taxonomy: str
    left_out: Mapping[str, int]
    several: Mapping[str, int]
    notes: Sequence[str] = ()


def import_corpus(
    corpus: Corpus, path: Path, out: Path, key_file: Path, config: CorpusConfig
) -> CorpusReport:
    """Write a corpus to the dataset folder `out`.

    Raises:
        InputError: It is not this corpus, or no row can be used.
        TaxonomyError: Its labels are not those of its taxonomy, or cannot be mapped.
    """
    taxonomy_file = config.taxonomy_file or find_taxonomy(corpus.taxonomy, config.label_config)
    target = load_taxonomy(taxonomy_file)
    source = target
    if target.name != corpus.taxonomy:
        source = load_taxonomy(find_taxonomy(corpus.taxonomy, config.label_config))
    map_file = config.map_file or crosswalk(source.name, target.name)
    map_ = read_map(map_file, target)
    content = corpus.read(path)
    rows = usable_rows(content, LabelMap(source))
    check_labels(rows, map_, "")
    request = PullRequest(
        taxonomy_file,
        out,
        key_file,
        config.seed,
        source=_source(corpus, content, map_file),
        splits=config.splits,
        corpus=corpus.name,
    )
    answers = [replace(row, values={"annotator": corpus.name, **row.values}) for row in rows]
    imported = import_rows(answers, corpus.name, map_, request, content.united)
    uses = Counter(name for row in rows for name in labels_of(row)).most_common()
    targets = {name: len(map_.targets(name) or ()) for name, _ in uses}
    return CorpusReport(
        imported,
        source.name,
        {name: count for name, count in uses if not targets[name]},
        {name: count for name, count in uses if targets[name] > 1},
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
        "languages": ", ".join(corpus.languages),
        "digest": digest_of(content.files),
    }
    return source | ({"map": digest_of([map_file])} if map_file else {})
