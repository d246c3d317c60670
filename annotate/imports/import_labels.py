"""Import files of labels made with another tool into a dataset folder.

Imported labels are annotators' answers like any others, so agreement and gold labels count them.
The manifest and the card name the file; rejected.jsonl has the line of each row that was set aside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from annotate.aggregation.disputed import Disputed
from annotate.aggregation.methods import DEFAULT, Method
from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import InputError
from annotate.core.records import Status
from annotate.core.taxonomy_file import load_taxonomy
from annotate.dataset.splits.lineage import SplitRequest, read_lineage
from annotate.imports.earlier_articles import earlier_articles
from annotate.imports.file_sources import check_labels, file_sources
from annotate.imports.given_splits import SplitRows, split_rows
from annotate.imports.label_cells import SEPARATORS
from annotate.imports.label_rows import LabelRow, Meaning
from annotate.imports.mapping import LabelMap, read_map
from annotate.imports.registry import FORMATS, LabelFiles, digest_of
from annotate.imports.texts import read_texts
from annotate.sync.collect import REJECTED
from annotate.sync.pull import PullReport, PullRequest, pull

_NESTED = ("data", "fields", "inputs")  # keys under which tools keep what was labelled


@dataclass(frozen=True, slots=True)
class ImportConfig:
    """How files of labels are read.

    Attributes:
        fields: Our name of a column -> the file's.
        map_file: Maps the file's labels to ours; None if they are the same.
        separator: Stands between the labels of a cell; empty to find out.
        seed: See `PullRequest`.
        method: See `PullRequest`.
        texts: The articles or paragraphs that the labels are of, if the files do not hold them.
        disputed: See `PullRequest`.
        splits: See `PullRequest`; with `new` the rows' splits are ignored.
    """

    fields: Mapping[str, str]
    map_file: Path | None
    separator: str
    seed: int
    method: Method = DEFAULT
    texts: Path | None = None
    disputed: Disputed = Disputed.OFF
    splits: SplitRequest = field(default_factory=SplitRequest)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the rows: rows = taken + set_aside + repeats + united.

    Attributes:
        rows: Rows of the files, except those of withdrawn articles and annotators.
        taken: Answers, skipped rows and drafts that are in the dataset.
        set_aside: Rows that cannot be used.
        repeats: Rows followed by another of the same annotator and paragraph; the last counts.
        united: Rows whose one label joined another row of the same annotator and paragraph.
        parted: Articles with rows in several splits; each part became an article of its own.
        stayed: Articles that stay in the split where the dataset had them, not in the given one.
        pulled: The report of the pull that wrote the dataset.
    """

    rows: int
    taken: int
    set_aside: int
    repeats: int
    united: int
    parted: int
    stayed: int
    pulled: PullReport


def import_labels(
    files: LabelFiles, taxonomy_file: Path, out: Path, key_file: Path, config: ImportConfig
) -> ImportReport:
    """Write the labelled paragraphs of the files to the dataset folder `out`.

    Raises:
        InputError: A file cannot be read, or no row can be used.
        TaxonomyError: There are labels that neither the taxonomy nor the map defines.
    """
    if config.separator not in ("", *SEPARATORS):
        raise InputError(f"--separator {config.separator!r}: use one of {' '.join(SEPARATORS)}")
    map_ = read_map(config.map_file, load_taxonomy(taxonomy_file))
    words = {**FORMATS[files.format].words, **map_.words}
    map_ = replace(map_, fields={**map_.fields, **config.fields}, words=words)
    rows = list(files.rows(Meaning(map_, config.separator, read_texts(config.texts))))
    _check_text(rows, files, map_.field("text"))
    check_labels(rows, map_, config.separator)
    name, source = _source(files, config)
    request = PullRequest(
        taxonomy_file,
        out,
        key_file,
        config.seed,
        config.method,
        source,
        config.disputed,
        config.splits,
    )
    return import_rows(rows, name, map_, request)


def import_rows(
    rows: Sequence[LabelRow], name: str, map_: LabelMap, request: PullRequest, united: int = 0
) -> ImportReport:
    """Write rows, whose labels the map defines and each of which has its annotator, to a dataset.

    Args:
        rows: The answers.
        name: Prefix for the ids of articles that have none.
        map_: What the labels mean.
        request: The dataset.
        united: Rows of the files that became part of one of these before.

    Raises:
        InputError: No row can be used.
    """
    earlier = earlier_articles(request.output)
    split = SplitRows(rows) if request.splits.new else split_rows(rows, name, earlier)
    answers = file_sources(split.rows, name, map_)
    request = replace(request, splits=replace(request.splits, given=split.given))
    return _report(pull(answers.sources, request), answers.united + united, split)


def _check_text(rows: Sequence[LabelRow], files: LabelFiles, field: str) -> None:
    """Refuse files without answers, and those of which no row has a text.

    Raises:
        InputError: Names the keys of the first row, if there is one.
    """
    file = files.files[0]
    if not rows:
        raise InputError(
            f"{file.path}: no answers in it; label some first, or export the answers, too"
        )
    if not (file.is_json or file.is_table) or any("text" in row.values for row in rows):
        return
    row = file.rows[0][1] if file.rows else {}
    parts = [row, *(value for key in _NESTED if isinstance(value := row.get(key), dict))]
    keys = [path for part in parts for path in _key_paths(part) if path not in _NESTED]
    raise InputError(
        f"{file.path}: no row has {field!r}; say with --text-field which key has the text: "
        f"{', '.join(keys)}"
    )


def _key_paths(row: Mapping[str, Any]) -> list[str]:
    """Return the keys of a row, and the paths to those of the objects in it: article.text."""
    return [
        f"{key}.{inner}" if inner else key
        for key, value in row.items()
        for inner in (value if isinstance(value, dict) and key not in _NESTED else ("",))
    ]


def _source(files: LabelFiles, config: ImportConfig) -> tuple[str, dict[str, str]]:
    """Return a name for articles without an id, and the manifest's entry."""
    paths = [file.path for file in files.files]
    digest = digest_of(paths)
    shown = f"file-{digest}" if "@" in files.name else files.name
    source = {"kind": "file", "name": shown, "digest": digest, "format": str(files.format)}
    if config.map_file:
        source["map"] = digest_of([config.map_file])
    return Path(shown).stem, source


def _report(pulled: PullReport, united: int, split: SplitRows) -> ImportReport:
    ledger: Mapping[str, Any] = pulled.ledger
    people = ledger["annotators"].values()
    placed = read_lineage(open_dataset(pulled.folder)).split_of
    report = ImportReport(
        rows=ledger["tasks"] + united,
        taken=sum(counts[state] for counts in people for state in Status),
        set_aside=sum(counts[REJECTED] for counts in people),
        repeats=ledger["doubled_tasks"],
        united=united,
        parted=split.parted,
        stayed=sum(placed(article) not in (given, None) for article, given in split.given.items()),
        pulled=pulled,
    )
    if report.rows != report.taken + report.set_aside + report.repeats + report.united:
        raise RuntimeError("the ledger of the file does not balance")
    return report
