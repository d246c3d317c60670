"""Labels that were given elsewhere, from a file to a dataset folder.

They are annotators' own answers, so their `origin` is that of every annotation: agreement and gold
labels count them. Which file they came from stands in the manifest and on the card; the place of
what was set aside in rejected.jsonl.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from annotate.aggregation.methods import DEFAULT, Method
from annotate.core.errors import InputError
from annotate.core.io.files import read_bytes
from annotate.core.records import Status
from annotate.core.taxonomy_file import load_taxonomy
from annotate.imports.label_file import file_stores
from annotate.imports.label_rows import check_labels, read_label_rows
from annotate.imports.mapping import read_map
from annotate.sync.collect import REJECTED
from annotate.sync.pull import PullReport, PullRequest, pull


@dataclass(frozen=True, slots=True)
class ImportConfig:
    """How a file of labels is read.

    Attributes:
        fields: Our name of a column -> the file's.
        map_file: What becomes of its labels; None where they are ours.
        separator: Parts the labels within a cell.
        seed: See `PullRequest`.
        method: See `PullRequest`.
    """

    fields: Mapping[str, str]
    map_file: Path | None
    separator: str
    seed: int
    method: Method = DEFAULT


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the rows: rows = taken + set_aside + repeats.

    Attributes:
        rows: Of the file, without those of withdrawn articles and annotators.
        taken: Answers, skipped rows and drafts that are in the dataset.
        set_aside: Rows that cannot be used.
        repeats: Rows that say again what their annotator said of the paragraph, or said before
            something else; the last row counts.
        pulled: As of every pull.
    """

    rows: int
    taken: int
    set_aside: int
    repeats: int
    pulled: PullReport


def import_labels(
    path: Path, taxonomy_file: Path, out: Path, key_file: Path, config: ImportConfig
) -> ImportReport:
    """Write the labelled paragraphs of a file to the dataset folder `out`.

    Raises:
        InputError: The file cannot be read, or no row of it can be used.
        TaxonomyError: It has labels that neither the taxonomy nor the map knows.
    """
    taxonomy = load_taxonomy(taxonomy_file)
    map_ = read_map(config.map_file, taxonomy)
    map_ = replace(map_, fields={**map_.fields, **config.fields})
    _check_separator(config.separator)
    rows = list(read_label_rows(path, map_, config.separator))
    check_labels(rows, path, map_, config.separator)
    digest = _digest(path)
    shown = f"file-{digest}" if "@" in path.name else path.name  # an e-mail stands in no dataset
    source = {"kind": "file", "name": shown, "digest": digest}
    if config.map_file:
        source["map"] = _digest(config.map_file)
    stores = file_stores(rows, shown, path.name, map_)
    request = PullRequest(taxonomy_file, out, key_file, config.seed, config.method, source)
    return _report(pull(stores, request))


def _check_separator(separator: str) -> None:
    if separator not in ("|", ";", ","):
        raise InputError(f"--separator {separator!r}: use one of | ; ,")


def _digest(path: Path) -> str:
    return sha256(read_bytes(path)).hexdigest()[:16]


def _report(pulled: PullReport) -> ImportReport:
    ledger: Mapping[str, Any] = pulled.ledger
    people = ledger["annotators"].values()
    taken = sum(counts[state] for counts in people for state in Status)
    set_aside = sum(counts[REJECTED] for counts in people)
    report = ImportReport(ledger["tasks"], taken, set_aside, ledger["doubled_tasks"], pulled)
    if report.rows != taken + set_aside + report.repeats:
        raise RuntimeError("the ledger of the file does not balance")
    return report
