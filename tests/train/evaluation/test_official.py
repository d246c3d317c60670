import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from annotate.core.errors import InputError, TaxonomyError
from tests.train.samples import write_official_dataset
from train.cli import app
from train.evaluation.evaluate import evaluate

pytestmark = pytest.mark.slow
runner = CliRunner()

GOLD = "11\t1\tDoubt\n11\t2\t\n"
ANSWER = "11\t1\tDoubt,Slogans\n11\t2\t\n"


@pytest.fixture(scope="module")
def report(
    official_run: Path, official_dataset: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("reports") / "report"
    return evaluate(official_run, official_dataset, "test", out, "semeval2023").folder


def read(report: Path) -> Any:
    return json.loads((report / "evaluation.json").read_text(encoding="utf-8"))


def files(folder: Path, submission: str = ANSWER, gold: str = GOLD) -> list[str]:
    for name, text in (("submission.txt", submission), ("gold.txt", gold)):
        (folder / name).write_text(text, encoding="utf-8")
    return [str(folder / "submission.txt"), str(folder / "gold.txt")]


def test_official_figures_agree_with_those_beside_them(report: Path) -> None:
    evaluation = read(report)
    official = evaluation["official"]

    facts = [official[key] for key in ("task", "unit", "items")]
    assert facts == ["semeval2023", "paragraph", 18]
    raters = {"model": evaluation["scores"]["model"]} | evaluation["scores"]["baselines"]
    del raters["most_frequent"]  # the task has such an answer of its own
    assert list(official["scores"])[:5] == [*raters, "empty answer"]
    for rater, ours in raters.items():
        theirs = official["scores"][rater]
        assert list(theirs.values()) == pytest.approx(
            [
                ours["micro"]["f1"]["value"],
                *(ours[m]["value"] for m in ("macro_official", "macro")),
            ],
            abs=1e-5,
        )
        assert list(theirs) == ["micro-F1", "macro-F1", "macro-F1, labels with examples"]
        assert theirs["micro-F1"] > 0


def test_answers_that_need_no_model_stand_beside_it(report: Path) -> None:
    evaluation = read(report)
    official, labels = evaluation["official"], evaluation["scores"]["model"]["labels"]
    label = official["most_frequent"]["label"]
    uses, paragraphs = sum(each["support"] for each in labels.values()), evaluation["paragraphs"]

    always = official["scores"][f"always {label}"]["micro-F1"]

    assert official["most_frequent"]["in"] == "train"
    assert always == pytest.approx(2 * labels[label]["support"] / (uses + paragraphs), abs=1e-5)
    assert official["scores"]["empty answer"]["micro-F1"] == 0
    assert official["scores"]["empty answer"]["macro-F1"] == pytest.approx(20 / 23, abs=1e-5)


def test_the_pages_and_the_printed_lines_show_them(
    report: Path, official_run: Path, official_dataset: Path, tmp_path: Path
) -> None:
    arguments = [str(official_run), str(official_dataset), "-o", str(tmp_path / "out")]
    result = runner.invoke(app, ["evaluate", *arguments, "--official", "semeval2023"])
    micro = f"{read(report)['official']['scores']['model']['micro-F1']:.5f}"

    pages = [(report / f"evaluation.{kind}").read_text("utf-8") for kind in ("md", "html")]
    for text in (*pages, result.output):
        assert "SemEval-2023 Task 3, subtask 3" in text
        assert "empty answer" in text
        assert micro in text
    assert "Its official measure is micro-F1" in pages[0]
    assert (tmp_path / "out" / "evaluation.html").read_bytes() == pages[1].encode()


def test_without_training_paragraphs_the_scored_split_tells_the_most_frequent_label(
    official_run: Path, tmp_path: Path
) -> None:
    dataset = write_official_dataset(tmp_path / "dataset", sizes=[("test", 2)])

    out = evaluate(official_run, dataset, "test", tmp_path / "out", "semeval2023").folder

    official = read(out)["official"]
    assert official["most_frequent"]["in"] == "test"
    assert "tfidf" not in official["scores"]


def test_only_a_task_with_the_same_labels_is_scored(
    tiny_run: Path, tiny_dataset: Path, tmp_path: Path
) -> None:
    with pytest.raises(
        TaxonomyError, match=r"'tiny' are not the 23 of SemEval-2023.*it lacks 'App"
    ):
        evaluate(tiny_run, tiny_dataset, "test", tmp_path / "out", "semeval2023")
    with pytest.raises(InputError, match="is about spans"):
        evaluate(tiny_run, tiny_dataset, "test", tmp_path / "out", "semeval2020-si")
    assert not (tmp_path / "out").exists()


def test_a_submission_is_scored_against_a_gold_file(tmp_path: Path) -> None:
    result = runner.invoke(app, ["evaluate", *files(tmp_path), "--official", "semeval2023"])

    assert result.exit_code == 0
    title, head, micro, *_ = result.output.splitlines()
    assert title == "SemEval-2023 Task 3, subtask 3: 2 paragraphs"
    assert head.split("  ")[-1] == "always Doubt"
    assert micro.split() == ["micro-F1", "0.66667", "0.00000", "0.66667"]


def test_the_figures_of_a_submission_can_be_had_as_json(tmp_path: Path) -> None:
    arguments = [*files(tmp_path), "--official", "semeval2023", "--json"]
    result = runner.invoke(app, ["evaluate", *arguments])

    scores = json.loads(result.output)["scores"]
    assert scores["submission"]["micro-F1"] == pytest.approx(2 / 3, abs=1e-5)


def test_spans_are_scored_too(tmp_path: Path) -> None:
    arguments = files(tmp_path, "7\t10\t20\n7\t15\t35\n", "7\t0\t20\n7\t30\t40\n")
    result = runner.invoke(app, ["evaluate", *arguments, "--official", "semeval2020-si"])

    assert result.output.splitlines()[2].split() == ["F1", "0.54545", "0.00000"]


def refusal(arguments: list[str]) -> str:
    result = runner.invoke(app, ["evaluate", *arguments])
    assert result.exit_code == 1
    return result.stderr


def test_a_file_and_a_folder_do_not_go_together(
    official_run: Path, official_dataset: Path, tmp_path: Path
) -> None:
    submission, gold = files(tmp_path)
    task = ["--official", "semeval2023"]

    assert "submission.txt: is a file; name a model folder, or the shared" in refusal(
        [submission, gold]
    )
    assert "evaluate takes a model and a dataset, or a submission" in refusal(
        [submission, str(official_dataset), *task]
    )
    assert "gold.txt: no dataset folder" in refusal([str(official_run), gold, *task])
    assert "a submission has no report" in refusal([submission, gold, *task, "-o", str(tmp_path)])
    assert "no such shared task; choose one of" in refusal([submission, gold, "--official", "x"])
