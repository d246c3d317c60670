"""Write dataset folders: the only module that knows `datasets` and the folder's layout.

`datasets.load_dataset(FOLDER)` gives the gold labels, `load_dataset(FOLDER, "annotations")` every
answer of every annotator, and `load_dataset(FOLDER, "disputed")` the paragraphs that left gold
until somebody decides, if there are any: adjudication needs their texts. So do the agreement report
and the feedback those of `load_dataset(FOLDER, "repeats")`, the paragraphs that left gold because
another split has a near-duplicate. The features stand in the
parquet files alone: the card repeats none of them, so the two cannot disagree. The card carries the
content digest in each configuration's description, because `load_dataset` caches by folder name and
card and would serve old rows.
"""

import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from annotate.core.dataset_folder import FORMAT, SPLITS, TABLES, file_digest, place
from annotate.core.dataset_versions import VERSIONS, check_whole, versions_folder
from annotate.core.errors import InputError
from annotate.core.io.files import plain_os_errors, point_link, writing_folder
from annotate.core.records import ANSWERS, Annotation, DatasetRow
from annotate.core.taxonomy import Taxonomy
from annotate.dataset.card import card
from annotate.dataset.cooccurrence import PICTURE, picture
from annotate.dataset.splits.lineage import FILE, Lineage, of_rows
from annotate.dataset.splits.repeats import find_repeats

TEXTS = ("title", "previous", "text", "next")  # columns that a dataset without texts has empty
_NO_DIGEST = "0" * 16  # stands for the digest in what the digest is taken of
_ABANDONED = 24 * 60 * 60  # seconds; no writing takes so long
_BATCH = 5000  # rows that are in memory as dictionaries, and a row group of the files


@dataclass(frozen=True, slots=True)
class DatasetContent:
    """Everything that a dataset folder holds.

    Attributes:
        name: Of the dataset; the card's title.
        taxonomy: What the labels mean.
        taxonomy_text: The taxonomy file as it was.
        gold: In the order of articles and positions; repeats of other splits leave it on writing.
        annotations: Of all annotators, all states.
        agreement: Goes to agreement.json as it is.
        ledger: Counts that account for every task and annotator.
        settings: Seeds, shares and rules, for the manifest.
        disputed: Paragraphs that left gold because of their disputed labels, in the same order.
        lineage: Which article stands in which split; None begins one with the rows.
        without_text: What the rows are without texts of: the digest of the dataset, and of its
            `rows_digest`; None writes the texts.
    """

    name: str
    taxonomy: Taxonomy
    taxonomy_text: str
    gold: Sequence[DatasetRow]
    annotations: Sequence[Annotation]
    agreement: Mapping[str, Any]
    ledger: Mapping[str, Any]
    settings: Mapping[str, Any]
    disputed: Sequence[DatasetRow] = ()
    lineage: Lineage | None = None
    without_text: Mapping[str, str] | None = None

    def lineage_or_new(self) -> Lineage:
        """Return the lineage, or the one that begins with these rows."""
        rows = chain(self.gold, self.disputed)
        return self.lineage or of_rows(rows, int(self.settings["seed"]))

    def tables(self) -> "Tables":
        """Return the rows by table, "gold", "disputed" and "repeats", and split."""
        given = self.lineage is not None and self.lineage.given
        repeats = find_repeats([] if given else chain(self.gold, self.disputed))
        tables: dict[str, dict[str, list[DatasetRow]]]
        tables = {table: {split: [] for split in SPLITS} for table in TABLES}
        for table, rows in (("gold", self.gold), ("disputed", self.disputed)):
            for row in rows:
                tables["repeats" if row.paragraph.id in repeats else table][row.split].append(row)
        for left_out in tables["repeats"].values():
            left_out.sort(key=place)
        return tables


Tables = Mapping[str, Mapping[str, Sequence[DatasetRow]]]


def _without_gold(content: DatasetContent) -> str:
    """Say why no paragraph has an answer that counts."""
    counts = Counter(annotation.status for annotation in content.annotations)
    if not counts or ANSWERS & counts.keys():
        return "no paragraph has an answer yet"
    return (
        f"no answer counts ({', '.join(f'{count} {status}' for status, count in counts.items())})"
    )


def write_dataset(content: DatasetContent, link: Path) -> Path:
    """Write the folder and point `link` at it; the last good one stays readable until then.

    The folder stands in `.versions/NAME/DIGEST` beside `link`. The digest is that of all that
    the folder says, card and agreement too, so that the same labels give the same folder and bytes.

    Raises:
        InputError: No gold row, `link` is something other than our link, or it cannot be written.
    """
    check_link(link)
    tables = content.tables()
    has_gold = any(tables["gold"].values())
    if not has_gold and content.disputed:
        raise InputError(
            f"{link}: every paragraph is disputed, so nothing was written; pull with "
            "--disputed off, then decide them with 'rhetoric-annotate adjudicate'"
        )
    if not has_gold:
        raise InputError(
            f"{link}: {_without_gold(content)}, so nothing was written; label some first"
        )
    digest = _digest(content, tables)
    folder = versions_folder(link) / digest
    _sweep(folder.parent)
    if not folder.is_dir():
        with writing_folder(folder) as fresh:
            _write_files(fresh, content, tables, digest)
    point_link(link, folder)
    return folder


def write_folder(content: DatasetContent, folder: Path) -> None:
    """Write the files of a dataset into an empty folder, which is no version of anything."""
    tables = content.tables()
    _write_files(folder, content, tables, _digest(content, tables))


def rows_digest(content: DatasetContent) -> str:
    """Digest the paragraphs with their texts and labels, whatever else the folder says."""
    digest = sha256()
    for row in _split_rows(replace(content, without_text=None), content.tables()):
        digest.update(json.dumps(row, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()[:16]


def _sweep(versions: Path) -> None:
    """Remove what killed writers left half done a day ago or earlier."""
    for left in versions.glob(".*"):
        with suppress(FileNotFoundError):  # another pull may remove it first
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)


def check_link(link: Path) -> None:
    """Refuse a place where `write_dataset` would not write.

    Raises:
        InputError: Something other than our link is there, it has no name, or it is a version.
    """
    check_whole(link)
    if not link.name:
        raise InputError(f"{link}: is no name for a dataset; choose one, as in -o data/datasets/A")
    ours = link.is_symlink() and link.readlink().parent == Path(VERSIONS, link.name)
    if os.path.lexists(link) and not ours:
        raise InputError(
            f"{link}: exists and is no dataset that 'pull' wrote; move it away or choose another -o"
        )


def _write_files(folder: Path, content: DatasetContent, tables: Tables, digest: str) -> None:
    gold_features, annotation_features = _features(content.taxonomy)
    for table, splits in tables.items():
        for split, rows in splits.items():
            if rows:  # a split without rows breaks every load
                path = folder / table / f"{split}-00000-of-00001.parquet"
                _write_parquet(_gold_rows(rows, content), gold_features, path)
    path = folder / "annotations" / "train-00000-of-00001.parquet"
    _write_parquet(_annotation_rows(content), annotation_features, path)
    (folder / "taxonomy.yaml").write_text(content.taxonomy_text, encoding="utf-8")
    _write_json(content.agreement, folder / "agreement.json")
    if drawn := _picture(content, tables):
        (folder / PICTURE).write_text(drawn, encoding="utf-8")
    _write_json(content.lineage_or_new().to_json(), folder / FILE)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): file_digest(path) for path in paths}
    manifest = _manifest(content, tables, digest) | {"files": files}
    _write_json(manifest, folder / "manifest.json")
    (folder / "README.md").write_text(_card(content, tables, digest), encoding="utf-8")


def _write_parquet(rows: Iterator[dict[str, Any]], features: Any, path: Path) -> None:
    """Write in batches; `Dataset.to_parquet` has the whole table in memory, several times."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(exist_ok=True)
    schema = features.arrow_schema
    with (
        plain_os_errors(path),
        path.open("wb") as file,  # raises the system's errors
        pq.ParquetWriter(
            file, schema, use_content_defined_chunking=True, write_page_index=True
        ) as writer,
    ):
        while batch := list(islice(rows, _BATCH)):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def _write_json(value: Mapping[str, Any], path: Path) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _features(taxonomy: Taxonomy) -> tuple[Any, Any]:
    from datasets import ClassLabel, Features, List, Value

    text, whole = Value("string"), Value("int32")
    label = ClassLabel(names=list(taxonomy.labels))
    span_label = ClassLabel(names=list(taxonomy.span_labels))
    span = {"start": whole, "end": whole, "label": span_label}
    gold = {
        **dict.fromkeys(("id", "article_id", "cluster"), text),
        "position": whole,
        **dict.fromkeys(
            ("kind", "title", "author", "source", "url", "date", "previous", "text", "next"), text
        ),
        "labels": List(label),
        "scores": List(Value("float32")),
        "annotators": whole,
        "spans": List(span | {"annotators": whole}),
        "fold": whole,
        "corpus": text,
    }
    annotations = {
        **dict.fromkeys(("id", "annotator", "status"), text),
        "labels": List(label),
        "spans": List(span),
        "comment": text,
        "seconds": Value("float32"),
        "updated_at": text,
        "origin": text,
    }
    return Features(gold), Features(annotations)


def _gold_rows(rows: Iterable[DatasetRow], content: DatasetContent) -> Iterator[dict[str, Any]]:
    taxonomy = content.taxonomy
    number, span_number = _numbers(taxonomy.labels), _numbers(taxonomy.span_labels)
    emptied = dict.fromkeys(TEXTS if content.without_text else (), "")
    for row in rows:
        yield {
            **row.paragraph.to_json(),
            **emptied,
            "kind": str(row.paragraph.kind),
            "labels": [number[label] for label in row.gold.labels],
            # As the files store them, so that what is read back gives the same digest.
            "scores": np.asarray(row.gold.scores, dtype=np.float32).tolist(),
            "annotators": row.gold.annotators,
            "spans": [
                {"start": s.start, "end": s.end, "label": span_number[s.label], "annotators": n}
                for s, n in row.gold.spans
            ],
            "fold": row.fold,
            "corpus": row.corpus,
        }


def _annotation_rows(content: DatasetContent) -> Iterator[dict[str, Any]]:
    taxonomy = content.taxonomy
    number, span_number = _numbers(taxonomy.labels), _numbers(taxonomy.span_labels)
    for annotation in content.annotations:
        row = asdict(annotation)
        row["id"] = row.pop("paragraph_id")
        if content.without_text:
            row["comment"] = ""  # it may quote
        row["status"], row["origin"] = str(annotation.status), str(annotation.origin)
        row["labels"] = [number[label] for label in annotation.labels]
        row["spans"] = [asdict(s) | {"label": span_number[s.label]} for s in annotation.spans]
        yield row


def _numbers(names: Sequence[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


def _digest(content: DatasetContent, tables: Tables) -> str:
    header: list[Any] = [
        _manifest(content, tables, _NO_DIGEST),
        _card(content, tables, _NO_DIGEST),
        _picture(content, tables),
        content.agreement,
        content.taxonomy_text,
        content.lineage_or_new().to_json(),
    ]
    digest = sha256()
    rows = (_split_rows(content, tables), ["annotations"], _annotation_rows(content))
    for part in chain(header, *rows):
        digest.update(json.dumps(part, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()[:16]


def _split_rows(content: DatasetContent, tables: Tables) -> Iterator[Any]:
    for table, splits in tables.items():
        for split, rows in splits.items():
            yield [table, split]
            yield from _gold_rows(rows, content)


def _versions() -> dict[str, str]:
    """Return the versions that shape the bytes of the folder."""
    from importlib.metadata import version

    return {name: version(name) for name in ("rhetoric-annotation", "datasets", "pyarrow")}


def _manifest(content: DatasetContent, tables: Tables, digest: str) -> dict[str, Any]:
    gold, left_out = tables["gold"], split_sizes(tables["disputed"])
    repeats, lineage = split_sizes(tables["repeats"]), content.lineage_or_new()
    folds = Counter(row.fold for rows in gold.values() for row in rows)
    return {
        "format": FORMAT,
        "digest": digest,
        "name": content.name,
        "taxonomy": {
            "name": content.taxonomy.name,
            "version": content.taxonomy.version,
            "digest": content.taxonomy.digest,
        },
        "paragraphs": {split: len(rows) for split, rows in gold.items()},
        "articles": {
            split: len({row.paragraph.article_id for row in rows}) for split, rows in gold.items()
        },
        **({"left_out": left_out} if left_out else {}),
        **({"without_text": dict(content.without_text)} if content.without_text else {}),
        **({"repeats": repeats} if repeats else {}),
        **({"folds": [folds[n] for n in range(lineage.folds)]} if lineage.folds else {}),
        "annotations": len(content.annotations),
        "lineage": lineage.summary(),
        "settings": dict(content.settings),
        "ledger": dict(content.ledger),
        "versions": _versions(),
    }


def split_sizes(splits: Mapping[str, Sequence[DatasetRow]]) -> dict[str, int]:
    """Return the number of paragraphs of each split that has any."""
    return {split: len(rows) for split, rows in splits.items() if rows}


def _card(content: DatasetContent, tables: Tables, digest: str) -> str:
    rows = {split: rows for split, rows in tables["gold"].items() if rows}
    return card(_manifest(content, tables, digest), content.agreement, content.taxonomy, rows)


def _picture(content: DatasetContent, tables: Tables) -> str:
    rows = chain.from_iterable(tables["gold"].values())
    return picture(content.taxonomy.labels, (row.gold.labels for row in rows))
