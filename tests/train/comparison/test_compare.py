import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate.core.errors import InputError, ModelError, TaxonomyError
from annotate.core.records import Annotation, Paragraph, Status
from tests.train.comparison.conftest import gold_answers, shuffled, write_predictions
from tests.train.samples import write_tiny_dataset
from tests.train.test_cli import rhetoric_train
from train.comparison.compare import compare
from train.training.fit import FitConfig, fit
from train.training.run_folder import RunFolder


@pytest.fixture
def files(tmp_path: Path, wide_dataset: Path) -> tuple[Path, Path]:
    """The gold labels as predictions, and the same shuffled."""
    gold = gold_answers(wide_dataset)
    return (
        write_predictions(tmp_path / "gold.jsonl", gold),
        write_predictions(tmp_path / "shuffled.jsonl", shuffled(gold)),
    )


def read(folder: Path) -> Any:
    return json.loads((folder / "compare.json").read_text(encoding="utf-8"))


def test_shuffled_labels_are_worse_and_fail_where_that_is_asked(
    tmp_path: Path, wide_dataset: Path, files: tuple[Path, Path]
) -> None:
    arguments = ("compare", files[0], files[1], wide_dataset, "-o", tmp_path / "out")

    code, out, _ = rhetoric_train(*arguments, "--fail-if-worse")

    assert code == 3
    assert out.startswith("B (shuffled.jsonl) is worse than A (gold.jsonl): micro-F1 −")
    assert out.endswith(f"page: {tmp_path / 'out' / 'compare.html'}\n")
    assert rhetoric_train(*arguments)[0] == 0
    turned = ("compare", files[1], files[0], wide_dataset, "-o", tmp_path / "out")
    code, out, _ = rhetoric_train(*turned, "--fail-if-worse", "--json")
    assert code == 0
    assert json.loads(out)["pairs"][0]["verdict"] == "better"


def test_a_file_against_itself_does_not_differ(
    tmp_path: Path, wide_dataset: Path, files: tuple[Path, Path]
) -> None:
    report = compare([str(files[0])] * 2, wide_dataset, "test", tmp_path / "out")

    (pair,) = report.comparison["pairs"]
    assert pair["verdict"] == "no difference that matters"
    assert not report.worse
    page = (tmp_path / "out" / "compare.md").read_text(encoding="utf-8")
    assert "No difference: B (gold.jsonl (2)) and A (gold.jsonl) answer every paragraph" in page
    for name in ("compare.md", "compare.html"):
        assert "B against A" not in (tmp_path / "out" / name).read_text(encoding="utf-8")


def test_the_paragraphs_that_were_broken_are_shown_with_every_answer(
    tmp_path: Path, wide_dataset: Path, files: tuple[Path, Path]
) -> None:
    first, second = gold_answers(wide_dataset), shuffled(gold_answers(wide_dataset))

    compare([*map(str, files)], wide_dataset, "test", tmp_path / "out")

    comparison = read(tmp_path / "out")
    (pair,) = comparison["pairs"]
    wrong = [id_ for id_ in first if first[id_] != second[id_]]
    assert (pair["fixed"], sorted(pair["broken"])) == ([], sorted(wrong))
    assert pair["errors"]["only_second"] == len(wrong)
    labels = [label["id"] for label in comparison["labels"]]
    for id_ in wrong:
        answer = comparison["answers"][id_]
        assert [labels[n] for n in answer["gold"]] == first[id_]
        assert [labels[n] for n in answer["labels"]["B"]] == second[id_]
    shown = comparison["answers"][pair["broken"][0]]["text"]
    for name in ("compare.html", "compare.md"):
        assert shown in (tmp_path / "out" / name).read_text(encoding="utf-8")


def test_the_same_files_give_the_same_bytes(
    tmp_path: Path, wide_dataset: Path, files: tuple[Path, Path]
) -> None:
    for name in ("one", "two"):
        compare([*map(str, files)], wide_dataset, "test", tmp_path / name)

    for name in ("compare.json", "compare.md", "compare.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_of_more_than_five_each_is_compared_with_the_first(
    tmp_path: Path, wide_dataset: Path, files: tuple[Path, Path]
) -> None:
    names = [str(files[0])] * 5

    five = compare(names, wide_dataset, "test", tmp_path / "five").comparison["pairs"]
    six = compare([*names, names[0]], wide_dataset, "test", tmp_path / "six").comparison["pairs"]

    assert len(five) == 10
    assert [(p["first"], p["second"]) for p in six] == [("A", key) for key in "BCDEF"]


def test_a_page_is_one_file_that_asks_for_nothing(
    tmp_path: Path, wide_dataset: Path, files: tuple[Path, Path]
) -> None:
    compare([*map(str, files)], wide_dataset, "test", tmp_path / "out")

    page = (tmp_path / "out" / "compare.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "<script" not in page


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["baseline:tfidf"], "a comparison needs two"),
        (["baseline:tfidf", "baseline:svm"], "baseline:svm: no such baseline; choose one of"),
        (["baseline:tfidf"] * 27, "compare at most 26"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    tmp_path: Path, wide_dataset: Path, names: list[str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        compare(names, wide_dataset, "test", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_baseline_needs_splits_to_learn_from(tmp_path: Path) -> None:
    dataset = write_tiny_dataset(tmp_path / "small", (("train", 3), ("test", 3)))

    with pytest.raises(InputError, match=r"learns from the 'validation' split, which .* lacks"):
        compare(["baseline:tfidf", "baseline:frozen"], dataset, "test", tmp_path / "out")
    with pytest.raises(InputError, match="no 'validation' split, only: train, test"):
        compare(["baseline:tfidf", "baseline:frozen"], dataset, "validation", tmp_path / "out")


def test_a_name_that_does_not_exist_is_refused_in_one_line(
    tmp_path: Path, wide_dataset: Path
) -> None:
    code, _, err = rhetoric_train("compare", tmp_path / "none", "baseline:tfidf", wide_dataset)

    assert code == 1
    assert err.startswith(f"error: {tmp_path / 'none'}: does not exist; make it with")


def test_the_folder_is_named_after_what_is_compared(
    tmp_path: Path,
    wide_dataset: Path,
    files: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)

    code, _, _ = rhetoric_train("compare", *files, wide_dataset)

    assert code == 0
    assert (tmp_path / "data/comparisons/gold.jsonl-vs-shuffled.jsonl/compare.html").is_file()


@pytest.fixture(scope="module")
def kept_run(
    tmp_path_factory: pytest.TempPathFactory, tiny_dataset: Path, tiny_config: FitConfig
) -> Path:
    """A finished run that keeps its checkpoints, and one of another seed beside it."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RunFolder, "drop_checkpoints", lambda _: None)
        run = fit(tiny_dataset, tiny_config, folder / "run").run
    fit(tiny_dataset, replace(tiny_config, seed=tiny_config.seed + 1), folder / "other")
    return run


@pytest.mark.slow
def test_runs_models_checkpoints_and_baselines_stand_side_by_side(
    tmp_path: Path, kept_run: Path, tiny_dataset: Path
) -> None:
    last = max(kept_run.glob("checkpoints/*"), key=lambda path: int(path.name.split("-")[1]))
    names = [kept_run, kept_run / "model", last, kept_run.parent / "other"]

    report = compare([*map(str, names), "baseline:average"], tiny_dataset, "test", tmp_path / "out")

    run, model, checkpoint, _, baseline = report.comparison["models"]
    assert [each["kind"] for each in report.comparison["models"]] == [
        *("run", "model", "checkpoint", "run", "baseline")
    ]
    assert [each["name"] for each in (run, model, checkpoint)] == [
        *("run", "run/model", f"run/{last.name}")
    ]
    # the last checkpoint holds the weights that the run kept
    assert checkpoint["threshold"] == pytest.approx(run["threshold"], abs=1e-5)
    pairs = {(p["first"], p["second"]): p for p in report.comparison["pairs"]}
    assert pairs["A", "C"]["identical"]
    assert pairs["A", "B"]["identical"]
    assert pairs["A", "D"]["same_recipe"]
    assert not pairs["A", "C"]["same_recipe"]
    assert report.comparison["recipes"] == [["A", "D"], ["C"]]
    assert len(report.comparison["recipe_differences"]) == 1
    weights = (kept_run / "model" / "model.safetensors").stat().st_size
    assert weights < run["bytes"] == model["bytes"] < 2 * weights
    assert all(each["paragraphs_per_cpu_second"] > 0 for each in (run, checkpoint, baseline))
    assert baseline["bytes"] is None
    page = (tmp_path / "out" / "compare.md").read_text(encoding="utf-8")
    assert "These two differ only by their seed." in page
    assert "Mean over seeds: " in page
    assert "calibration and threshold are chosen on validation" in page


@pytest.mark.slow
def test_a_broken_checkpoint_and_damaged_weights_are_refused(
    tmp_path: Path, kept_run: Path, tiny_dataset: Path
) -> None:
    run = shutil.copytree(kept_run, tmp_path / "run")
    checkpoint = next(iter((run / "checkpoints").iterdir()))
    (checkpoint / "average.safetensors").write_bytes(b"cut off")
    (run / "model" / "model.safetensors").write_bytes(b"cut off")

    for name, message in ((checkpoint, "broken or incomplete"), (run, "cannot be loaded")):
        with pytest.raises(ModelError, match=message):
            compare([str(name), "baseline:tfidf"], tiny_dataset, "test", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_models_and_checkpoints_with_other_labels_than_the_dataset_are_refused(
    tmp_path: Path, kept_run: Path
) -> None:
    labels = ("insult", "doubt", "fear", "threat")
    dataset = write_tiny_dataset(tmp_path / "dataset", labels=labels)
    checkpoint = next(iter((kept_run / "checkpoints").iterdir()))

    for name in (kept_run, checkpoint):
        with pytest.raises(TaxonomyError, match="choose a dataset with the labels of the"):
            compare([str(name), "baseline:tfidf"], dataset, "test", tmp_path / "out")


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path, wide_dataset: Path) -> None:
    with pytest.raises(ModelError, match="neither a model folder nor a finished run"):
        compare([str(tmp_path), "baseline:tfidf"], wide_dataset, "test", tmp_path / "out")


def test_a_split_without_any_technique_can_be_compared(tmp_path: Path) -> None:
    def say(rows: Sequence[Paragraph]) -> list[Annotation]:
        return [Annotation(row.id, "a1", Status.NONE, ()) for row in rows]

    dataset = write_tiny_dataset(tmp_path / "none", (("train", 3), ("test", 6)), say=say)
    nothing = gold_answers(dataset)
    first = write_predictions(tmp_path / "nothing.jsonl", nothing)
    second = write_predictions(tmp_path / "doubt.jsonl", dict.fromkeys(nothing, ("doubt",)))

    report = compare([str(first), str(second)], dataset, "test", tmp_path / "out")

    (pair,) = report.comparison["pairs"]
    assert pair["verdict"] == "cannot tell"
    assert len(pair["broken"]) == len(nothing)
