"""Reads a dataset folder back: the parquet files themselves, so no cache can serve older rows.

The counterpart of `writer`. Names of labels come from the features that the files carry,
and must be those of the taxonomy beside them.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from annotate.core.dataset_folder import MEND, read_manifest, read_table
from annotate.core.errors import InputError, TaxonomyError
from annotate.core.records import Annotation, Consensus, DatasetRow, Origin, Paragraph, Span, Status
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.dataset.splits import SPLITS

Row = Mapping[str, Any]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class DatasetFolder:
    """A dataset folder whose format and taxonomy are known; rows are read when asked.

    Attributes:
        name: As it was pulled; the folder may be called otherwise.
        digest: Of its content.
        manifest: As in manifest.json.
    """

    folder: Path
    name: str
    digest: str
    manifest: Mapping[str, Any]
    taxonomy: Taxonomy

    @property
    def annotators(self) -> tuple[str, ...]:
        """Everybody whom the ledger names, those who left nothing too."""
        ledger = self.manifest.get("ledger")
        people = ledger.get("annotators") if isinstance(ledger, dict) else None
        return tuple(people) if isinstance(people, dict) else ()

    def gold(self) -> list[DatasetRow]:
        """The paragraphs with an answer, by article and position.

        Raises:
            InputError: A file cannot be read, or holds what does not belong there.
            TaxonomyError: Its labels are not those of the taxonomy.
        """
        rows = [
            row
            for split in SPLITS
            for path in sorted((self.folder / "gold").glob(f"{split}-*.parquet"))
            for row in self._read(path, partial(self._gold_row, split))
        ]
        return sorted(rows, key=_place)

    def annotations(self) -> list[Annotation]:
        """Everything that annotators and adjudicators left, in the file's order; raises as `gold`.

        A folder of before there were adjudications has annotations only.
        """
        paths = sorted((self.folder / "annotations").glob("*.parquet"))
        return [row for path in paths for row in self._read(path, self._annotation)]

    def _read(self, path: Path, read: Callable[[Row], Value]) -> Iterator[Value]:
        table = read_table(path)
        self._check_labels(path, table.schema.metadata or {})
        for number, row in enumerate(table.to_pylist(), 1):
            try:
                yield read(row)
            except KeyError as error:
                raise InputError(f"{path}: no column {error}; {MEND}") from error
            except (IndexError, InputError, TypeError, ValueError) as error:
                raise InputError(f"{path}: row {number}: {error}; {MEND}") from error

    def _gold_row(self, split: str, row: Row) -> DatasetRow:
        spans = [(self._span(span), int(span["annotators"])) for span in row["spans"]]
        labels = tuple(self.taxonomy.labels[number] for number in row["labels"])
        gold = Consensus(labels, tuple(row["scores"]), int(row["annotators"]), tuple(spans))
        return DatasetRow(Paragraph.from_json(row), gold, split)

    def _annotation(self, row: Row) -> Annotation:
        return Annotation(
            paragraph_id=row["id"],
            annotator=_pseudonym(row["annotator"]),
            status=Status(row["status"]),
            labels=tuple(self.taxonomy.labels[number] for number in row["labels"]),
            spans=tuple(self._span(span) for span in row["spans"]),
            comment=row["comment"],
            seconds=round(row["seconds"], 3),  # the file has it in single precision
            updated_at=row["updated_at"],
            origin=Origin(row.get("origin", Origin.ANNOTATION)),
        )

    def _span(self, span: Row) -> Span:
        return Span(span["start"], span["end"], self.taxonomy.span_labels[span["label"]])

    def _check_labels(self, path: Path, metadata: Mapping[bytes, bytes]) -> None:
        try:
            features = json.loads(metadata[b"huggingface"])["info"]["features"]
            labels = tuple(features["labels"]["feature"]["names"])
            span_labels = tuple(features["spans"]["feature"]["label"]["names"])
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"{path}: no names of labels in its features; {MEND}") from error
        if (labels, span_labels) != (self.taxonomy.labels, self.taxonomy.span_labels):
            raise TaxonomyError(
                f"{path}: its labels are not those of {self.folder / 'taxonomy.yaml'}; {MEND}"
            )


def open_dataset(folder: Path) -> DatasetFolder:
    """Check what a dataset folder is, without reading its rows.

    Raises:
        InputError: It is no dataset folder, or one of another format.
        TaxonomyError: Its taxonomy cannot be used.
    """
    manifest = read_manifest(folder)
    digest, name = manifest.get("digest"), manifest.get("name")
    if not isinstance(digest, str) or not isinstance(name, str) or not _is_name(name):
        path = folder / "manifest.json"
        raise InputError(f"{path}: no 'digest' and 'name' that say what the rows are; {MEND}")
    return DatasetFolder(folder, name, digest, manifest, load_taxonomy(folder / "taxonomy.yaml"))


def _is_name(name: str) -> bool:
    """Whether it can name a folder: what is written beside others must not lead elsewhere."""
    return Path(name).name == name and name not in ("", "..")


def _place(row: DatasetRow) -> tuple[str, int, str]:
    return (row.paragraph.article_id, row.paragraph.position, row.paragraph.id)


def _pseudonym(name: str) -> str:
    """The name, which reports print and files are called by, if it can do no harm there."""
    if not name.isprintable() or "/" in name or name.startswith("."):
        raise ValueError(f"annotator {name!r} is no pseudonym")
    return name
