"""Import a file of labels made with another tool into a dataset folder.

Imported labels are annotators' answers like any others, so agreement and gold labels count them.
The manifest and the card name the file; rejected.jsonl has the line of each row that was set aside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from annotate.aggregation.disputed import Disputed
from annotate.aggregation.methods import DEFAULT, Method
from annotate.core.errors import InputError
from annotate.core.io.files import read_bytes
from annotate.core.records import Status
from annotate.core.taxonomy_file import load_taxonomy
from annotate.imports.label_file import check_labels, file_sources, read_label_rows
from annotate.imports.mapping import read_map
from annotate.sync.collect import REJECTED
from annotate.sync.pull import PullReport, PullRequest, pull


@dataclass(frozen=True, slots=True)
class ImportConfig:
    """How a file of labels is read.

    Attributes:
        fields: Our name of a column -> the file's.
        map_file: Maps the file's labels to ours; None if they are the same.
        separator: Stands between the labels of a cell.
        seed: See `PullRequest`.
        method: See `PullRequest`.
        disputed: See `PullRequest`.
    """

    fields: Mapping[str, str]
    map_file: Path | None
    separator: str
    seed: int
    method: Method = DEFAULT
    disputed: Disputed = Disputed.OFF


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the rows: rows = taken + set_aside + repeats.

    Attributes:
        rows: Rows of the file, except those of withdrawn articles and annotators.
        taken: Answers, skipped rows and drafts that are in the dataset.
        set_aside: Rows that cannot be used.
        repeats: Rows followed by another of the same annotator and paragraph; the last counts.
        pulled: The report of the pull that wrote the dataset.
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
        TaxonomyError: It has labels that neither the taxonomy nor the map defines.
    """
    taxonomy = load_taxonomy(taxonomy_file)
    map_ = read_map(config.map_file, taxonomy)
    map_ = replace(map_, fields={**map_.fields, **config.fields})
    if config.separator not in ("|", ";", ","):
        raise InputError(f"--separator {config.separator!r}: use one of | ; ,")
    rows = list(read_label_rows(path, map_, config.separator))
    check_labels(rows, path, map_, config.separator)
    digest = _digest(path)
    shown = f"file-{digest}" if "@" in path.name else path.name  # no dataset names an e-mail
    source = {"kind": "file", "name": shown, "digest": digest}
    if config.map_file:
        source["map"] = _digest(config.map_file)
    sources = file_sources(rows, shown, path.name, map_)
    request = PullRequest(
        taxonomy_file, out, key_file, config.seed, config.method, source, config.disputed
    )
    return _report(pull(sources, request))


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
