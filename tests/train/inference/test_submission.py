import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import InputError, TaxonomyError
from tests.train.samples import write_official_dataset
from train.cli import app
from train.evaluation.evaluate import evaluate
from train.inference.submission import write_submission
from train.scoring.official.registry import score_files
from train.scoring.official.semeval2021 import LABELS
from train.training.fit import FitConfig, fit

pytestmark = pytest.mark.slow
runner = CliRunner()


@pytest.fixture(scope="module")
def memes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with the labels of SemEval-2021, which are those of SemEval-2024."""
    return write_official_dataset(tmp_path_factory.mktemp("datasets") / "memes", LABELS)


@pytest.fixture(scope="module")
def meme_run(tmp_path_factory: pytest.TempPathFactory, memes: Path, tiny_config: FitConfig) -> Path:
    return fit(memes, tiny_config, tmp_path_factory.mktemp("runs") / "memes").run


def write_files(dataset: Path, folder: Path) -> tuple[Path, Path]:
    """The template and the gold file of the test split, as the task would publish them."""
    template, gold = folder / "test.template", folder / "gold.txt"
    rows = open_dataset(dataset).split("test")
    keys = [f"{row.paragraph.article_id}\t{row.paragraph.position + 1}" for row in rows]
    texts = [f"{key}\t  {row.paragraph.text}\n" for key, row in zip(keys, rows, strict=True)]
    labels = [f"{key}\t{','.join(row.gold.labels)}\n" for key, row in zip(keys, rows, strict=True)]
    template.write_text("".join(texts), encoding="utf-8")
    gold.write_text("".join(labels), encoding="utf-8")
    return template, gold


def test_a_submission_scores_as_the_evaluation_does(
    official_run: Path, official_dataset: Path, tmp_path: Path
) -> None:
    template, gold = write_files(official_dataset, tmp_path)
    out, name = tmp_path / "submission.txt", "semeval2023"

    predict = ["predict", str(official_run), str(template), "--format", name, "-o", str(out)]
    written = runner.invoke(app, predict)
    score = ["evaluate", str(out), str(gold), "--official", name, "--json"]
    scored = json.loads(runner.invoke(app, score).output)

    assert written.exit_code == 0
    assert written.stdout.startswith("18 paragraphs, ")
    assert not out.with_suffix(".ledger.jsonl").exists()
    report = evaluate(official_run, official_dataset, "test", tmp_path / "report", name)
    assert scored["scores"]["submission"] == report.evaluation["official"]["scores"]["model"]


@pytest.mark.parametrize("name", ["semeval2021", "semeval2024"])
def test_so_does_a_submission_about_whole_texts(
    name: str, memes: Path, meme_run: Path, tmp_path: Path
) -> None:
    rows = open_dataset(memes).split("test")
    items = [
        {"id": row.paragraph.id, "text": row.paragraph.text, "labels": row.gold.labels}
        for row in rows
    ]
    gold, out = tmp_path / "test.json", tmp_path / "submission.json"
    gold.write_text(json.dumps(items), encoding="utf-8")

    write_submission(meme_run, [gold], out, name)

    report = evaluate(meme_run, memes, "test", tmp_path / "report", name)
    scores = report.evaluation["official"]["scores"]
    assert score_files(out, gold, name).scores["submission"] == pytest.approx(
        scores["model"], abs=1e-5
    )
    assert [item["id"] for item in json.loads(out.read_text("utf-8"))] == [i["id"] for i in items]


def test_every_row_of_the_template_has_an_answer_in_its_place(
    official_run: Path, tmp_path: Path
) -> None:
    template, out = tmp_path / "dev.template", tmp_path / "submission.txt"
    template.write_text("9\t3\tA heading\n9\t1\t\n8\t2\tsupposedly\n", encoding="utf-8")
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "article9.txt").write_text("\n", encoding="utf-8")

    report = write_submission(official_run, [template, articles], out, "semeval2023")

    rows = [line.split("\t") for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row[:2] for row in rows] == [["9", "3"], ["9", "1"], ["8", "2"]]
    assert report.paragraphs == 3
    assert report.labelled == sum(bool(row[2]) for row in rows)


def test_a_model_with_other_labels_is_refused(tiny_run: Path, tmp_path: Path) -> None:
    template, out = tmp_path / "dev.template", tmp_path / "submission.txt"
    template.write_text("9\t3\tA heading\n", encoding="utf-8")

    with pytest.raises(TaxonomyError, match="'tiny' are not the 23 of SemEval-2023"):
        write_submission(tiny_run, [template], out, "semeval2023")
    assert not out.exists()


def test_texts_that_are_missing_are_named(official_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "submission.txt"
    with pytest.raises(InputError, match="is a folder; name the file of paragraphs to label too"):
        write_submission(official_run, [tmp_path], out, "semeval2023")
    (tmp_path / "prose.txt").write_text("One.\n\nTwo.\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"prose.txt:1: expected a row of the form article TAB"):
        write_submission(official_run, [tmp_path / "prose.txt"], out, "semeval2023")


@pytest.mark.parametrize(
    ("options", "what"),
    [(["--with-paragraphs"], "paragraphs"), (["--scores", "scores.csv"], "scores")],
)
def test_a_submission_has_no_place_for_more(
    options: list[str], what: str, official_run: Path, tmp_path: Path
) -> None:
    template = tmp_path / "dev.template"
    template.write_text("9\t3\tA heading\n", encoding="utf-8")
    arguments = [str(official_run), str(template), "--format", "semeval2023", *options]

    result = runner.invoke(app, ["predict", *arguments, "-o", str(tmp_path / "out.txt")])

    assert result.exit_code == 1
    assert f"--format has no place for {what}" in result.stderr
