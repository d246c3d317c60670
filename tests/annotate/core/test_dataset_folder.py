import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import InputError, TaxonomyError
from annotate.core.records import Annotation, Origin, Span, Status
from annotate.dataset.writer import DatasetContent, write_dataset
from tests.annotate.agreement.samples import content, load_small
from tests.annotate.samples import TAXONOMY, paragraph

ANNOTATIONS = "annotations/train-00000-of-00001.parquet"


@pytest.fixture
def said(tmp_path: Path) -> DatasetContent:
    """Everything that the tables can hold."""
    paragraphs = [paragraph(f"You traitor, “é” {n}!", f"article {n // 2}", n % 2) for n in range(5)]
    first, second, third = (p.id for p in paragraphs[:3])
    spans = (Span(0, 3, "Insult"), Span(4, 11, "attack"))
    at = "2026-11-22T04:00:00.000000Z"
    annotations = [
        Annotation(first, "a1", Status.LABELLED, ("Insult", "Fear"), spans, "Hm, é.", 12.345, at),
        Annotation(first, "a2", Status.NONE, seconds=7200.1),
        Annotation(first, "a3", Status.LABELLED, ("Insult",), origin=Origin.ADJUDICATION),
        Annotation(second, "a1", Status.SKIPPED),
        Annotation(second, "a2", Status.LABELLED, ("Doubt",)),
        Annotation(third, "a1", Status.DRAFT, ("Doubt",)),
        Annotation(third, "a2", Status.UNUSABLE),
        *(Annotation(p.id, "a1", Status.NONE) for p in paragraphs[2:]),
    ]
    return content("pilot", load_small(tmp_path), paragraphs, annotations)


@pytest.fixture
def folder(said: DatasetContent, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    copy = tmp_path / "copy"
    shutil.copytree(write_dataset(said, tmp_path / "pilot"), copy)
    return copy


def test_what_was_written_is_read(said: DatasetContent, folder: Path) -> None:
    dataset = open_dataset(folder)

    assert dataset.annotations() == list(said.annotations)
    found = dataset.gold()
    assert [(r.paragraph, r.split) for r in found] == [(r.paragraph, r.split) for r in said.gold]
    for read, wrote in zip(found, said.gold, strict=True):
        assert read.gold.scores == pytest.approx(wrote.gold.scores)  # single precision
        assert replace(read.gold, scores=()) == replace(wrote.gold, scores=())
    assert dataset.taxonomy == said.taxonomy
    assert dataset.annotators == ("a1", "a2", "a3", "a9")
    assert dataset.name == "pilot"


def test_disputed_labels_are_read_from_the_scores_and_the_rule_of_the_manifest(
    said: DatasetContent, tmp_path: Path
) -> None:
    scores = [(0.4, 0.6, 0.5), (0.399999, 0.600001, 0.0), (1.0, 0.0, 0.5)]
    rows = [
        replace(row, gold=replace(row.gold, scores=s))
        for row, s in zip(said.gold[:3], scores, strict=True)
    ]

    def read(**settings: object) -> list[tuple[str, ...]]:
        agreement = {**said.agreement, "disputed": {"paragraphs": 0, "labels": {}}}
        whole = {**said.settings, **settings}
        content = replace(said, gold=rows, settings=whole, agreement=agreement)
        folder = write_dataset(content, tmp_path / f"x{len(settings)}")
        return [row.gold.disputed for row in open_dataset(folder).gold()]

    assert read(disputed={"gold": "off", "from": 0.4, "to": 0.6}) == [
        ("Insult", "Doubt", "Fear"),
        (),
        ("Fear",),
    ]
    assert read() == [("Fear",), (), ("Fear",)]  # an older dataset: ties alone


def test_paragraphs_that_left_gold_are_apart_and_among_the_answered(
    said: DatasetContent, tmp_path: Path
) -> None:
    gone, *gold = said.gold
    dataset = open_dataset(write_dataset(replace(said, gold=gold, disputed=[gone]), tmp_path / "x"))

    assert [row.paragraph for row in dataset.gold()] == [row.paragraph for row in gold]
    assert [row.paragraph for row in dataset.answered()] == [row.paragraph for row in said.gold]
    assert dataset.manifest["left_out"] == {gone.split: 1}


def test_what_is_read_can_be_written_as_the_same_rows(
    said: DatasetContent, folder: Path, tmp_path: Path
) -> None:
    dataset = open_dataset(folder)
    again = replace(said, gold=dataset.gold(), annotations=dataset.annotations())

    other = write_dataset(again, tmp_path / "again" / "pilot")

    for path in sorted(folder.rglob("*.parquet")):
        assert (other / path.relative_to(folder)).read_bytes() == path.read_bytes()


def change(path: Path, change_column: str, values: Any) -> None:
    """Replace a column of a parquet file, or leave it out; what the file says of labels stays."""
    import pyarrow
    from pyarrow import parquet

    table = parquet.read_table(path)
    kept = {name: table.column(name) for name in table.column_names if name != change_column}
    if values is not None:
        kept[change_column] = pyarrow.array(values)
    parquet.write_table(pyarrow.table(kept).replace_schema_metadata(table.schema.metadata), path)


def test_a_folder_of_before_adjudications_has_annotations_only(
    said: DatasetContent, folder: Path
) -> None:
    change(folder / ANNOTATIONS, "origin", None)

    found = open_dataset(folder).annotations()

    assert found == [replace(a, origin=Origin.ANNOTATION) for a in said.annotations]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("status", "odd", "row 1: 'odd' is not a valid Status"),
        ("origin", "odd", "row 1: 'odd' is not a valid Origin"),
        ("labels", [9], "row 1: tuple index out of range"),
        ("status", None, "no column 'status'"),
    ],
)
def test_rows_that_say_what_cannot_be_are_refused_with_their_place(
    said: DatasetContent, folder: Path, column: str, value: object, message: str
) -> None:
    change(folder / ANNOTATIONS, column, None if value is None else [value] * len(said.annotations))

    with pytest.raises(InputError, match=message) as caught:
        open_dataset(folder).annotations()

    assert "train-00000-of-00001.parquet" in str(caught.value)
    assert "pull the dataset again" in str(caught.value)


def test_a_gold_row_whose_text_was_changed_is_refused(folder: Path) -> None:
    path = folder / "gold" / "test-00000-of-00001.parquet"
    change(path, "text", ["Other words."])

    with pytest.raises(InputError, match=r"row 1: the id .* is not that of its text"):
        open_dataset(folder).gold()


def test_a_broken_table_is_refused(folder: Path) -> None:
    (folder / ANNOTATIONS).write_bytes(b"PAR1 and no more")

    with pytest.raises(InputError, match="cannot be read"):
        open_dataset(folder).annotations()


def test_labels_that_are_not_the_taxonomys_are_refused(folder: Path) -> None:
    (folder / "taxonomy.yaml").write_text(TAXONOMY.replace("id: Fear", "id: Dread"))

    dataset = open_dataset(folder)

    with pytest.raises(TaxonomyError, match=r"label \d is 'Fear', but 'Dread' in .*taxonomy.yaml"):
        dataset.gold()


@pytest.mark.parametrize("features", [None, b"nope", b'{"info": null}', b'{"info": {}}'])
def test_a_table_without_names_of_labels_is_refused(folder: Path, features: bytes | None) -> None:
    from pyarrow import parquet

    table = parquet.read_table(folder / ANNOTATIONS)
    metadata = None if features is None else {"huggingface": features}
    parquet.write_table(table.replace_schema_metadata(metadata), folder / ANNOTATIONS)

    with pytest.raises(InputError, match="no names of labels"):
        open_dataset(folder).annotations()


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"format": 2}', "dataset format 2, this version reads 1"),
        ('{"format": 1, "name": "a"}', "no 'digest' and 'name'"),
        ('{"format": 1, "digest": "a", "name": "../a"}', "no 'digest' and 'name'"),
        ('{"format": 1, "digest": "a", "name": ".."}', "no 'digest' and 'name'"),
        ('{"format": 1, "digest": "a", "name": ""}', "no 'digest' and 'name'"),
    ],
)
def test_a_manifest_that_is_none_is_refused(folder: Path, manifest: str, message: str) -> None:
    (folder / "manifest.json").write_text(manifest)

    with pytest.raises(InputError, match=message):
        open_dataset(folder)


@pytest.mark.parametrize("missing", ["manifest.json", "gold"])
def test_a_folder_that_is_no_dataset_is_refused(folder: Path, missing: str) -> None:
    place = folder / missing
    place.unlink() if place.is_file() else shutil.rmtree(place)

    with pytest.raises(InputError, match="no dataset folder"):
        open_dataset(folder)


@pytest.mark.parametrize("ledger", [None, {}, {"annotators": ["a1"]}])
def test_a_manifest_without_a_ledger_names_nobody(folder: Path, ledger: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"ledger": ledger}))

    assert open_dataset(folder).annotators == ()
