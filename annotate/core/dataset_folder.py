"""The dataset folder as both halves read it; annotate/dataset/writer.py is its only writer.

The parquet files themselves are read, so no cache can serve older rows. Label names come from the
features that the files carry, and must be those of the taxonomy beside them.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from annotate.core.errors import InputError, TaxonomyError
from annotate.core.io.json_files import read_object
from annotate.core.records import (
    ANSWERS,
    Annotation,
    Consensus,
    DatasetRow,
    Origin,
    Paragraph,
    Span,
    Status,
)
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy

FORMAT = 1
SPLITS = ("train", "validation", "test")
# All paragraphs with an answer; those that left gold stand in the others.
TABLES = ("gold", "disputed", "repeats")

_FIX = "pull the dataset again"
# Columns without which a file cannot be read; author, origin, fold and corpus came later.
_GOLD = (
    *("id", "article_id", "cluster", "position", "kind", "title", "source", "url", "date"),
    *("previous", "text", "next", "labels", "scores", "annotators", "spans"),
)
_ANNOTATIONS = (
    *("id", "annotator", "status", "labels", "spans", "comment", "seconds", "updated_at"),
)

_SINGLE = 5e-7  # scores are rounded to six digits, then stored in single precision

Row = Mapping[str, Any]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class DatasetFolder:
    """A dataset folder whose format and taxonomy were checked; rows are read on request.

    Attributes:
        name: The dataset's name when it was pulled; the folder may be called otherwise.
        digest: Digest of its content.
        manifest: As in manifest.json.
        texts: Paragraph id -> its columns of text, for a dataset that was published without them;
            paragraphs that are not here are left out of what is read.
    """

    folder: Path
    name: str
    digest: str
    manifest: Mapping[str, Any]
    taxonomy: Taxonomy
    texts: Mapping[str, Mapping[str, str]] | None = None

    @property
    def annotators(self) -> tuple[str, ...]:
        """Everybody whom the ledger names, including people who left nothing."""
        ledger = self.manifest.get("ledger")
        people = ledger.get("annotators") if isinstance(ledger, dict) else None
        return tuple(people) if isinstance(people, dict) else ()

    @property
    def paragraphs(self) -> int:
        """How many paragraphs have an answer, those that left gold too."""
        tables = (self.manifest.get(key, {}) for key in ("paragraphs", "left_out", "repeats"))
        return sum(sum(splits.values()) for splits in tables)

    @property
    def lineage(self) -> tuple[str, ...]:
        """Digests of the present and the earlier states of its splits; empty for old datasets."""
        lineage = self.manifest.get("lineage")
        if not isinstance(lineage, dict) or "digest" not in lineage:
            return ()
        return (str(lineage["digest"]), *map(str, lineage.get("earlier", ())))

    def changed_file(self) -> str:
        """Return the first file that was changed or removed since the dataset was written.

        Empty if there is none; the card may change.
        """
        files = self.manifest.get("files")
        for name, digest in (files if isinstance(files, dict) else {}).items():
            path = self.folder / name
            if not path.is_file() or file_digest(path) != digest:
                return str(name)
        return ""

    def check_unchanged(self) -> None:
        """Check that no file was changed since the dataset was written, except the card.

        Raises:
            InputError: One was changed, or is gone.
        """
        if name := self.changed_file():
            path = self.folder / name
            what = "was changed" if path.is_file() else "was removed"
            raise InputError(
                f"{path}: {what} after the dataset was written; pull to another -o, which keeps "
                "the project's splits, or use another version ('rhetoric-annotate versions')"
            )

    @property
    def splits(self) -> tuple[str, ...]:
        """Names of the splits that have rows."""
        return tuple(split for split in SPLITS if self._files("gold", split))

    def split(self, name: str) -> list[DatasetRow]:
        """Read a split, in the order of its files.

        Raises:
            InputError: There is no such split, or a file cannot be read or has broken rows.
            TaxonomyError: Its labels are not those of the taxonomy.
        """
        if name not in SPLITS:
            raise InputError(f"{name!r}: no such split; choose one of {', '.join(SPLITS)}")
        files = self._files("gold", name)
        if not files:
            raise InputError(
                f"{self.folder}: no {name!r} split, only: "
                f"{', '.join(self.splits) or 'none at all'}; label paragraphs of more articles "
                "and pull again"
            )
        return self._split("gold", name)

    def gold(self) -> list[DatasetRow]:
        """Read the paragraphs with gold labels, by article and position; raises as `split`."""
        return sorted(self._table("gold"), key=place)

    def answered(self) -> list[DatasetRow]:
        """Read gold and the paragraphs that left it, in one order."""
        rows = [row for table in TABLES for row in self._table(table)]
        return sorted(rows, key=place)

    def left_out(self, table: str) -> list[DatasetRow]:
        """Read one of the tables of what left gold, in the order of `gold`; raises as `split`."""
        return sorted(self._table(table), key=place)

    def published(self) -> Iterator[Row]:
        """Read the columns of gold and of what left it as they stand, texts or none."""
        for table in TABLES:
            for split in SPLITS:
                for path in self._files(table, split):
                    yield from read_table(path).to_pylist()

    def annotations(self) -> list[Annotation]:
        """Read what annotators and adjudicators left, in the file's order; raises as `split`."""
        files = sorted((self.folder / "annotations").glob("*.parquet"))
        return [row for path in files for row in self._rows(path, _ANNOTATIONS, self._annotation)]

    def answers(self) -> list[Annotation]:
        """Read the annotators' answers: nothing skipped, unusable, unfinished or adjudicated."""
        return [
            annotation
            for annotation in self.annotations()
            if annotation.status in ANSWERS and annotation.origin is Origin.ANNOTATION
        ]

    def _table(self, table: str) -> list[DatasetRow]:
        return [row for split in SPLITS for row in self._split(table, split)]

    def _split(self, table: str, split: str) -> list[DatasetRow]:
        if self.manifest.get("without_text") and self.texts is None:
            raise InputError(
                f"{self.folder}: was published without its texts; fill them in from the articles "
                f"with 'rhetoric-annotate rehydrate {self.folder} ARTICLES -o NEW'"
            )
        read = partial(self._gold, split)
        rows = (row for path in self._files(table, split) for row in self._rows(path, _GOLD, read))
        return [row for row in rows if row]

    def _files(self, table: str, split: str) -> list[Path]:
        return sorted((self.folder / table).glob(f"{split}-*.parquet"))

    def _rows(
        self, path: Path, columns: Collection[str], read: Callable[[Row], Value]
    ) -> Iterator[Value]:
        table = read_table(path)
        missing = [column for column in columns if column not in table.column_names]
        if missing:
            raise InputError(f"{path}: no column {missing[0]!r}; {_FIX}")
        self._check_labels(path, table.schema.metadata)
        for number, row in enumerate(table.to_pylist(), 1):
            try:
                yield read(row)
            except (LookupError, InputError, TypeError, ValueError) as error:
                raise InputError(f"{path}: row {number}: {error}; {_FIX}") from error

    def _gold(self, split: str, row: Row) -> DatasetRow | None:
        """Read a row; None if the texts lack it."""
        if self.texts is not None:
            if row["id"] not in self.texts:
                return None
            row = {**row, **self.texts[row["id"]]}
        consensus = Consensus(
            labels=self._labels(row),
            scores=tuple(row["scores"]),
            annotators=int(row["annotators"]),
            spans=tuple((self._span(span), int(span["annotators"])) for span in row["spans"]),
            disputed=self._disputed(row["scores"]),
        )
        paragraph = Paragraph.from_json(row)
        return DatasetRow(paragraph, consensus, split, row.get("fold"), row.get("corpus", ""))

    def _annotation(self, row: Row) -> Annotation:
        return Annotation(
            paragraph_id=row["id"],
            annotator=_pseudonym(row["annotator"]),
            status=Status(row["status"]),
            labels=self._labels(row),
            spans=tuple(self._span(span) for span in row["spans"]),
            comment=row["comment"],
            seconds=round(row["seconds"], 3),  # stored in single precision
            updated_at=row["updated_at"],
            origin=Origin(row.get("origin", Origin.ANNOTATION)),
        )

    def _labels(self, row: Row) -> tuple[str, ...]:
        labels = self.taxonomy.labels  # made anew each time
        return tuple(labels[number] for number in row["labels"])

    def _disputed(self, scores: Sequence[float]) -> tuple[str, ...]:
        """Return the labels whose score is disputed; datasets without a rule have ties alone."""
        settings = self.manifest.get("settings")
        rule = settings.get("disputed") if isinstance(settings, dict) else None
        low, high = (rule["from"], rule["to"]) if isinstance(rule, dict) else (0.5, 0.5)
        low, high = low - _SINGLE, high + _SINGLE
        labels = zip(self.taxonomy.labels, scores, strict=True)
        return tuple(label for label, score in labels if low <= score <= high)

    def _span(self, span: Row) -> Span:
        return Span(span["start"], span["end"], self.taxonomy.span_labels[span["label"]])

    def _check_labels(self, path: Path, metadata: Mapping[bytes, bytes] | None) -> None:
        try:
            features = parquet_features(metadata)
            labels = tuple(features["labels"]["feature"]["names"])
            span_labels = tuple(features["spans"]["feature"]["label"]["names"])
        except (KeyError, TypeError) as error:
            raise InputError(f"{path}: no names of labels in its features; {_FIX}") from error
        taxonomy = self.taxonomy
        for names, expected in ((labels, taxonomy.labels), (span_labels, taxonomy.span_labels)):
            if names != expected:
                raise TaxonomyError(
                    f"{path}: {first_difference(names, expected)} in "
                    f"{self.folder / 'taxonomy.yaml'}; {_FIX}"
                )


def open_dataset(folder: Path) -> DatasetFolder:
    """Check that a folder is a dataset, without reading its rows.

    Raises:
        InputError: It is no dataset folder, or has another format.
        TaxonomyError: Its taxonomy cannot be used.
    """
    manifest = read_manifest(folder)
    digest, name = manifest.get("digest"), manifest.get("name")
    if not isinstance(digest, str) or not isinstance(name, str) or not _is_name(name):
        path = folder / "manifest.json"
        raise InputError(f"{path}: no 'digest' and 'name' of the dataset; {_FIX}")
    return DatasetFolder(folder, name, digest, manifest, load_taxonomy(folder / "taxonomy.yaml"))


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read manifest.json of a folder that is a dataset in our format.

    Raises:
        InputError: It is no dataset folder, or has another format.
    """
    path = folder / "manifest.json"
    if not path.is_file() or not (folder / "gold").is_dir():
        raise InputError(
            f"{folder}: no dataset folder (no manifest.json with a gold folder); "
            "make one with 'rhetoric-annotate pull'"
        )
    manifest = read_object(path, _FIX)
    if manifest.get("format") != FORMAT:
        raise InputError(
            f"{path}: dataset format {manifest.get('format')!r}, this version reads {FORMAT}; "
            f"{_FIX}, or use the version that wrote it"
        )
    return manifest


def read_table(path: Path) -> Any:
    """Read the table of a parquet file, past every cache; `Any`: pyarrow has no types.

    Raises:
        InputError: It cannot be read.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        return parquet.ParquetFile(path).read()
    except (pyarrow.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())[:120]
        raise InputError(f"{path}: cannot be read: {reason}; {_FIX}") from error


def parquet_features(metadata: Mapping[bytes, bytes] | None) -> dict[str, Any]:
    """Return the features of the columns, which `datasets` writes into a Parquet file's metadata.

    Empty if it wrote none, or they cannot be read.
    """
    try:
        features = json.loads((metadata or {})[b"huggingface"])["info"]["features"]
    except (LookupError, TypeError, ValueError, RecursionError):
        return {}
    return features if isinstance(features, dict) else {}


def first_difference(names: Sequence[str], expected: Sequence[str]) -> str:
    """Describe where two label lists differ; the place of the second list completes the sentence.

    Such as "label 1 is 'fear', but 'doubt'", to be followed by " in taxonomy.yaml".
    """
    for number, (name, other) in enumerate(zip(names, expected, strict=False)):
        if name != other:
            return f"label {number} is {name!r}, but {other!r}"
    return f"{len(names)} labels, but {len(expected)}"


def _is_name(name: str) -> bool:
    """Tell whether it can name a folder: paths built from it must not lead elsewhere."""
    return Path(name).name == name and name not in ("", "..")


def place(row: DatasetRow) -> tuple[str, int, str]:
    """Return the sort key of gold: by article and position."""
    return (row.paragraph.article_id, row.paragraph.position, row.paragraph.id)


def _pseudonym(name: str) -> str:
    """Return the name if it is harmless: reports print it, and files are named after it."""
    if not name.isprintable() or "/" in name or name.startswith("."):
        raise ValueError(f"annotator {name!r} is no pseudonym")
    return name
