import json
from pathlib import Path

import pytest

from annotate.core.dataset_folder import DatasetFolder, open_dataset
from annotate.core.errors import InputError, TaxonomyError
from tests.train.comparison.conftest import gold_answers, write_predictions
from tests.train.samples import write_tiny_dataset
from train.comparison.prediction_files import read_prediction_file
from train.dataset import read_split


@pytest.fixture(scope="module")
def dataset(wide_dataset: Path) -> DatasetFolder:
    return open_dataset(wide_dataset)


@pytest.fixture
def gold(wide_dataset: Path) -> dict[str, list[str]]:
    return gold_answers(wide_dataset)


def table(rows: dict[str, list[str]], separator: str = "|", head: str = "id,labels") -> str:
    lines = [f"{id_},{separator.join(labels)}" for id_, labels in rows.items()]
    return "\n".join([head, *lines]) + "\n"


def quoted(rows: dict[str, list[str]], separator: str) -> str:
    lines = [f'"{separator.join(labels)}",{id_}' for id_, labels in rows.items()]
    return "\n".join(["labels,id", *lines]) + "\n"


def test_every_form_says_the_same_in_any_order(
    tmp_path: Path, dataset: DatasetFolder, gold: dict[str, list[str]]
) -> None:
    answers = dict(reversed(gold.items()))
    objects = [{"id": id_, "labels": labels, "text": "x"} for id_, labels in answers.items()]
    texts = {
        "a.jsonl": "".join(json.dumps(item) + "\n" for item in objects),
        "b.json": json.dumps(objects),
        "c.csv": table(answers),
        "d.csv": quoted(answers, ","),
        "e.csv": table(answers, ";").replace("id,labels", "\ufeffid,labels"),
        "f.tsv": table(answers).replace(",", "\t"),
    }
    wanted = read_split(dataset, "test").gold

    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        read = read_prediction_file(tmp_path / name, dataset, "test")
        assert (read == wanted).all(), name


def test_an_id_may_be_the_articles_where_each_is_one_text(tmp_path: Path) -> None:
    sizes = (("train", 4), ("test", 8))
    dataset = open_dataset(write_tiny_dataset(tmp_path / "texts", sizes, each=1))
    rows = dataset.split("test")
    answers = {row.paragraph.article_id: row.gold.labels for row in rows}
    path = write_predictions(tmp_path / "official.jsonl", answers)

    assert (read_prediction_file(path, dataset, "test") == read_split(dataset, "test").gold).all()


def test_a_missing_paragraph_is_refused(
    tmp_path: Path, dataset: DatasetFolder, gold: dict[str, list[str]]
) -> None:
    gold.popitem()
    missing, _ = gold.popitem()  # the one before it
    path = write_predictions(tmp_path / "p.jsonl", gold)

    with pytest.raises(InputError, match=rf"no answer for paragraph {missing} and 1 other of 7"):
        read_prediction_file(path, dataset, "test")


def test_an_extra_paragraph_is_refused_with_its_line(
    tmp_path: Path, dataset: DatasetFolder, gold: dict[str, list[str]]
) -> None:
    path = write_predictions(tmp_path / "p.jsonl", {**gold, "another": []})

    with pytest.raises(InputError, match=rf"p.jsonl:{len(gold) + 1}: 'another' is no paragraph of"):
        read_prediction_file(path, dataset, "test")


def test_two_answers_for_one_paragraph_are_refused(
    tmp_path: Path, dataset: DatasetFolder, gold: dict[str, list[str]]
) -> None:
    path = write_predictions(tmp_path / "p.jsonl", gold)
    path.write_text(path.read_text("utf-8") * 2, encoding="utf-8")

    with pytest.raises(InputError, match=r"is in .*p.jsonl:1 too; remove one"):
        read_prediction_file(path, dataset, "test")


@pytest.mark.parametrize(
    ("cell", "name"), [("insult|rudeness", "rudeness"), ("rudeness", "rudeness"), ('["x"]', "x")]
)
def test_a_label_that_the_dataset_lacks_is_refused(
    tmp_path: Path, dataset: DatasetFolder, gold: dict[str, list[str]], cell: str, name: str
) -> None:
    cell = cell.replace('"', '""')
    (tmp_path / "p.csv").write_text(f'id,labels\n{next(iter(gold))},"{cell}"\n', encoding="utf-8")

    with pytest.raises(TaxonomyError, match=rf"p.csv:2: the dataset .* has no label '{name}'"):
        read_prediction_file(tmp_path / "p.csv", dataset, "test")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "header"),
        ("id,label\na,b\n", "no column 'labels'; predictions are CSV"),
        ('{"id": "a"}\n', "expected a list 'labels'"),
        ('[{"labels": []}]', "expected an 'id'"),
        ('id,labels\na,"[1"\n', "no paragraph"),
    ],
)
def test_a_file_in_no_form_is_refused(
    tmp_path: Path, dataset: DatasetFolder, text: str, message: str
) -> None:
    (tmp_path / "p").write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=message):
        read_prediction_file(tmp_path / "p", dataset, "test")
