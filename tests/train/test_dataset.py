import json
import shutil
from pathlib import Path

import pytest

from annotate.core.dataset_folder import first_difference, open_dataset
from annotate.core.errors import InputError, TaxonomyError
from tests.train.samples import WORDS, taxonomy_text, write_tiny_dataset
from train.dataset import read_split


@pytest.fixture
def copied(tiny_dataset: Path, tmp_path: Path) -> Path:
    """A copy of the dataset that a test may spoil."""
    return shutil.copytree(tiny_dataset, tmp_path / "copied")


def test_a_split_is_read_as_annotate_wrote_it(tiny_dataset: Path) -> None:
    split = read_split(open_dataset(tiny_dataset), "test")

    expected = [[word in text.split() for word in WORDS.values()] for text in split.texts]
    assert split.gold.tolist() == expected
    assert len(set(split.article_ids)) == 3
    assert len(split.ids) == len(split.texts) == len(split.articles) == 18


def test_labels_come_in_the_order_of_the_taxonomy(tiny_dataset: Path) -> None:
    assert open_dataset(tiny_dataset).taxonomy.labels == tuple(WORDS)


def test_several_files_of_a_split_are_one(copied: Path) -> None:
    before = read_split(open_dataset(copied), "train")
    files = copied / "gold"
    shutil.copy(files / "test-00000-of-00001.parquet", files / "train-00001-of-00002.parquet")

    after = read_split(open_dataset(copied), "train")

    assert after.ids[: len(before.ids)] == before.ids
    assert len(after.ids) == len(before.ids) + 18


def test_only_answers_are_read_of_the_annotations(tiny_dataset: Path) -> None:
    answers = open_dataset(tiny_dataset).answers()

    assert {answer.annotator for answer in answers} == {"a1", "a2", "a3"}
    assert len(answers) == 3 * 14 * 6


def test_a_missing_split_is_named_beside_those_that_are_there(tmp_path: Path) -> None:
    dataset = open_dataset(write_tiny_dataset(tmp_path / "d", sizes=[("train", 2)]))

    with pytest.raises(InputError, match="no 'test' split, only: train; label"):
        read_split(dataset, "test")


@pytest.mark.parametrize("name", ["*", "tes?", "dev", "../gold/test"])
def test_what_names_no_split_is_refused(tiny_dataset: Path, name: str) -> None:
    with pytest.raises(InputError, match="no such split; choose one of train, validation, test"):
        read_split(open_dataset(tiny_dataset), name)


def test_a_folder_that_is_no_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no dataset folder .* make one with 'rhetoric-annotate"):
        open_dataset(tmp_path)


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ('{"format": 2, "digest": "x"}', "dataset format 2, this version reads 1"),
        ('{"format": 1}', "no 'digest'"),
        ("[1]", "not a JSON object; pull the dataset again"),
        ('{\n"format" 1}', r"manifest.json:2: not JSON"),
        ("", "manifest.json:1: not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_broken_manifest_is_refused(copied: Path, manifest: str, message: str) -> None:
    (copied / "manifest.json").write_text(manifest, encoding="utf-8")

    with pytest.raises(InputError, match=message):
        open_dataset(copied)


def test_a_taxonomy_with_other_labels_than_the_rows_is_refused(copied: Path) -> None:
    text = taxonomy_text(("insult", "fear", "doubt", "values"))
    (copied / "taxonomy.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(TaxonomyError, match=r"label 1 is 'doubt', but 'fear' in .*taxonomy.yaml"):
        read_split(open_dataset(copied), "train")


def test_a_torn_file_is_refused(copied: Path) -> None:
    path = copied / "gold" / "train-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(InputError, match=r"train-00000.*cannot be read: .*; pull the dataset"):
        read_split(open_dataset(copied), "train")


def test_a_file_without_a_column_that_is_needed_is_refused(copied: Path) -> None:
    from pyarrow import parquet

    path = copied / "gold" / "train-00000-of-00001.parquet"
    parquet.write_table(parquet.read_table(path).drop_columns(["text"]), path)

    with pytest.raises(InputError, match="no column 'text'"):
        read_split(open_dataset(copied), "train")


def test_a_file_without_names_of_labels_is_refused(copied: Path) -> None:
    from pyarrow import parquet

    path = copied / "gold" / "train-00000-of-00001.parquet"
    parquet.write_table(parquet.read_table(path).replace_schema_metadata({}), path)

    with pytest.raises(InputError, match="no names of labels"):
        read_split(open_dataset(copied), "train")


def test_the_manifest_is_where_the_digest_comes_from(tiny_dataset: Path) -> None:
    manifest = json.loads((tiny_dataset / "manifest.json").read_text(encoding="utf-8"))

    opened = open_dataset(tiny_dataset)

    assert (opened.digest, opened.name) == (manifest["digest"], "tiny")


def test_the_first_difference_of_two_label_lists_is_named() -> None:
    assert first_difference(("a", "b"), ("a", "c")) == "label 1 is 'b', but 'c'"
    assert first_difference(("a",), ("a", "b")) == "1 labels, but 2"
