import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate.core.errors import InputError, ModelError, TaxonomyError
from annotate.core.records import Annotation, Paragraph, Status
from tests.annotate.dataset.splits.test_lineage import without_lineage
from tests.limits import files_limited_to
from tests.train.samples import annotations, write_tiny_dataset
from train.commands.evaluate import evaluate_command
from train.evaluation.evaluate import evaluate, report_folder
from train.models.folder import open_model

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def report(tiny_run: Path, tiny_dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reports") / "report"
    return evaluate(tiny_run, tiny_dataset, "test", out).folder


def read(report: Path) -> dict[str, object]:
    return dict(json.loads((report / "evaluation.json").read_text(encoding="utf-8")))


def test_model_baselines_and_people_stand_side_by_side(report: Path) -> None:
    text = (report / "evaluation.md").read_text(encoding="utf-8")

    assert "|  | micro-F1 | model ahead by | macro-F1 |" in text
    names = ("model", "most frequent label", "TF-IDF", "frozen encoder", "TF-IDF + frozen encoder")
    for name in map(re.escape, names):
        assert re.search(rf"\| {name} \| [01]\.\d\d \(.*\) \|", text)
    assert re.search(r"\| model, against peers \| [01]\.\d\d \(.*\) \| – \|", text)
    assert re.search(
        r"\| human ceiling \| 1.00 \(.*\) \| [+\N{MINUS SIGN}][01]\.\d\d \(too few to", text
    )


def test_the_model_less_the_people_is_the_difference_against_the_same_answers(
    report: Path,
) -> None:
    evaluation: Any = read(report)

    model, people = (
        evaluation["scores"][name]["micro"]["f1"]["value"]
        for name in ("model_against_peers", "human")
    )
    difference = evaluation["difference_to_people"]
    assert difference["value"] == pytest.approx(model - people, abs=2e-6)
    assert difference["no_interval"] == "too few to tell: 3 articles, and an interval needs 5"
    # everybody ticks the same, so the peers say what gold says
    assert model == evaluation["scores"]["model"]["micro"]["f1"]["value"]


def test_differences_and_a_sentence_say_whether_the_model_is_ahead(report: Path) -> None:
    evaluation: Any = read(report)

    micro = {n: s["micro"]["f1"]["value"] for n, s in evaluation["scores"]["baselines"].items()}
    model = evaluation["scores"]["model"]["micro"]["f1"]["value"]
    assert {n: d["value"] for n, d in evaluation["differences"].items()} == pytest.approx(
        {name: model - value for name, value in micro.items()}, abs=2e-6
    )
    # three articles
    assert evaluation["verdict"][0].startswith("Whether the model is ahead of 4 baselines is too")
    for name in ("evaluation.md", "evaluation.html"):
        assert evaluation["verdict"][0] in (report / name).read_text(encoding="utf-8")


def test_the_learning_curve_of_the_run_says_from_where_the_model_is_ahead(
    tiny_run: Path, tiny_dataset: Path, tmp_path: Path
) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "run")
    points = [
        {"paragraphs": n, "scores": {"model": {"value": 0.5}, "tfidf": {"value": value}}}
        for n, value in ((50, 0.6), (100, 0.4))
    ]
    (run / "learning-curve").mkdir()
    curve = run / "learning-curve" / "learning-curve.json"
    curve.write_text(json.dumps({"points": points}), encoding="utf-8")

    evaluation: Any = read(evaluate(run, tiny_dataset, "test", tmp_path / "out").folder)
    (run / "learning-curve.json").write_text('{"points": [{}]}', encoding="utf-8")

    assert "ahead of every baseline from 100 training paragraphs" in evaluation["verdict"][-1]
    with pytest.raises(InputError, match="not in the form of a learning curve; run"):
        evaluate(run, tiny_dataset, "test", tmp_path / "out")


def test_a_model_folder_is_compared_with_minilm_and_so_is_a_run_whose_encoder_changed(
    tiny_run: Path, tiny_dataset: Path, tmp_path: Path
) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "run")
    fit_json = json.loads((run / "fit.json").read_text(encoding="utf-8"))
    fit_json["request"]["encoder_digest"] = "another"
    (run / "fit.json").write_text(json.dumps(fit_json), encoding="utf-8")

    of_folder: Any = read(evaluate(run / "model", tiny_dataset, "test", tmp_path / "a").folder)
    of_run: Any = read(evaluate(run, tiny_dataset, "test", tmp_path / "b").folder)

    assert of_folder["frozen_encoder"].startswith("The frozen encoder is minilm: a model folder")
    assert "cannot be loaded any more or has changed" in of_run["frozen_encoder"]
    assert of_folder["scores"] == of_run["scores"]
    for folder in ("a", "b"):
        page = (tmp_path / folder / "evaluation.md").read_text(encoding="utf-8")
        assert "The frozen encoder is minilm" in page


def test_a_label_without_examples_is_shown_as_such(report: Path) -> None:
    assert "| values | no example |" in (report / "evaluation.md").read_text(encoding="utf-8")
    page = (report / "evaluation.html").read_text(encoding="utf-8")
    assert "No example in this split: values." in page


def test_the_figures_say_of_what_they_are(report: Path, tiny_run: Path) -> None:
    evaluation = read(report)
    result = json.loads((tiny_run / "validation.json").read_text(encoding="utf-8"))

    assert evaluation["format"] == 3
    assert evaluation["frozen_encoder"] is None  # the run's own
    assert evaluation["model"]["digest"] == result["model_digest"]  # type: ignore[index]
    assert (evaluation["split"], evaluation["articles"], evaluation["paragraphs"]) == (
        "test",
        3,
        18,
    )
    assert evaluation["annotators"] == 3


def test_evaluating_again_gives_the_same_bytes(
    report: Path, tiny_run: Path, tiny_dataset: Path, tmp_path: Path
) -> None:
    elsewhere = shutil.copytree(
        tiny_run, tmp_path / "run", ignore=shutil.ignore_patterns("evaluation")
    )

    again = evaluate(elsewhere, tiny_dataset, "test", tmp_path / "again").folder

    for name in ("evaluation.json", "evaluation.md", "evaluation.html"):
        assert (again / name).read_bytes() == (report / name).read_bytes()


def test_an_earlier_report_is_replaced_and_other_files_are_not(
    tiny_run: Path, tiny_dataset: Path, tmp_path: Path
) -> None:
    out = evaluate(tiny_run, tiny_dataset, "validation", tmp_path / "out").folder
    assert read(evaluate(tiny_run, tiny_dataset, "test", out).folder)["split"] == "test"

    (out / "notes.txt").touch()
    with pytest.raises(InputError, match=r"holds 'notes\.txt'"):
        evaluate(tiny_run, tiny_dataset, "test", out)


def test_a_split_on_which_choices_were_made_is_said_to_flatter(
    tiny_run: Path, tiny_dataset: Path, tmp_path: Path
) -> None:
    out = evaluate(tiny_run, tiny_dataset, "validation", tmp_path / "out").folder

    assert "these figures flatter it" in (out / "evaluation.md").read_text(encoding="utf-8")


def test_the_data_of_the_training_give_no_warning(report: Path) -> None:
    assert read(report)["warning"] is None


@pytest.mark.parametrize("known", [True, False])
def test_another_version_of_the_data_is_told_with_what_is_known_of_it(
    known: bool, tiny_run: Path, tiny_dataset: Path, tmp_path: Path
) -> None:
    model = shutil.copytree(tiny_run / "model", tmp_path / "model")
    if not known:
        config = json.loads((model / "config.json").read_text(encoding="utf-8"))
        del config["rhetoric"]["dataset"]
        (model / "config.json").write_text(json.dumps(config), encoding="utf-8")
    dataset = write_tiny_dataset(tmp_path / "dataset", seed=1)

    out = evaluate(model, dataset, "test", tmp_path / "out").folder

    digest = json.loads((tiny_dataset / "manifest.json").read_text(encoding="utf-8"))["digest"]
    warning = f"another version of the data ({digest if known else 'unknown'}): its training"
    for name in ("evaluation.json", "evaluation.md", "evaluation.html"):
        assert warning in (out / name).read_text(encoding="utf-8")


def model_of(run: Path, folder: Path, dataset: str, lineage: list[str] | None) -> Path:
    """The run's model, as if it had been trained on another version of the dataset."""
    model = shutil.copytree(run / "model", folder / "model")
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    config["rhetoric"] |= {"dataset": dataset, "lineage": lineage}
    if lineage is None:
        del config["rhetoric"]["lineage"]
    (model / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return model


def test_a_model_keeps_the_states_of_its_datasets_splits(
    tiny_run: Path, tiny_dataset: Path
) -> None:
    lineage = json.loads((tiny_dataset / "manifest.json").read_text(encoding="utf-8"))["lineage"]

    assert open_model(tiny_run).settings.lineage == (lineage["digest"],)


@pytest.mark.parametrize(
    ("earlier", "later", "relation"),
    [([], ["NOW"], "another"), (["old"], ["old"], "an earlier"), ([], ["new", "NOW"], "a later")],
)
def test_a_model_of_another_version_of_the_lineage_is_sound_and_said_so(
    earlier: list[str],
    later: list[str],
    relation: str,
    tiny_run: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    dataset = write_tiny_dataset(tmp_path / "dataset", seed=1)
    manifest = json.loads((dataset / "manifest.json").read_text(encoding="utf-8"))
    now = manifest["lineage"]["digest"]
    manifest["lineage"]["earlier"] = earlier
    (dataset / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    states = [now if state == "NOW" else state for state in later]
    model = model_of(tiny_run, tmp_path, "abc", states)

    out = tmp_path / "out"
    evaluate_command(model, dataset, "test", out)

    printed = capsys.readouterr()
    assert read(out)["warning"] is None
    assert "may be among these" not in printed.err
    sentence = f"The model was trained on {relation} version of this dataset (abc): no article of"
    for name in ("evaluation.json", "evaluation.md", "evaluation.html"):
        assert sentence in (out / name).read_text(encoding="utf-8")
    assert sentence in printed.out


def test_models_and_datasets_without_lineage_are_warned_of(tiny_run: Path, tmp_path: Path) -> None:
    dataset = without_lineage(write_tiny_dataset(tmp_path / "dataset", seed=1))
    model = model_of(tiny_run, tmp_path, "abc", None)

    evaluation = read(evaluate(model, dataset, "test", tmp_path / "out").folder)

    assert evaluation["trained_on"] is None
    assert str(evaluation["warning"]).startswith("This model was trained on another version of")


def test_a_dataset_that_was_edited_by_hand_is_not_scored(tiny_run: Path, tmp_path: Path) -> None:
    dataset = write_tiny_dataset(tmp_path / "dataset")
    (dataset / "lineage.json").write_text("{}", encoding="utf-8")

    with pytest.raises(InputError, match="was changed after the dataset was written"):
        evaluate(tiny_run, dataset, "test", tmp_path / "out")


def test_one_annotator_gives_no_human_ceiling(tiny_run: Path, tmp_path: Path) -> None:
    def alone(rows: list[Paragraph]) -> list[Annotation]:
        return [a for a in annotations(rows) if a.annotator == "a1"]

    dataset = write_tiny_dataset(tmp_path / "dataset", say=alone)  # type: ignore[arg-type]

    out = evaluate(tiny_run, dataset, "test", tmp_path / "out").folder

    assert read(out)["scores"]["human"] is None  # type: ignore[index]
    assert read(out)["scores"]["model_against_peers"] is None  # type: ignore[index]
    assert read(out)["difference_to_people"] is None
    text = (out / "evaluation.md").read_text(encoding="utf-8")
    assert "There is no human ceiling" in text
    assert "| human ceiling |" not in text


def test_what_is_no_answer_counts_for_nobody(tiny_run: Path, tmp_path: Path) -> None:
    def two_and_a_skipper(rows: list[Paragraph]) -> list[Annotation]:
        return [
            replace(a, status=Status.SKIPPED, labels=()) if a.annotator == "a3" else a
            for a in annotations(rows)
        ]

    dataset = write_tiny_dataset(tmp_path / "dataset", say=two_and_a_skipper)  # type: ignore[arg-type]

    out = evaluate(tiny_run, dataset, "test", tmp_path / "out").folder

    assert read(out)["annotators"] == 2
    assert read(out)["scores"]["human"]["micro"]["f1"]["value"] == 1  # type: ignore[index]


def test_a_dataset_of_a_test_split_alone_has_no_baseline(tiny_run: Path, tmp_path: Path) -> None:
    dataset = write_tiny_dataset(tmp_path / "dataset", [("test", 2)])

    out = evaluate(tiny_run, dataset, "test", tmp_path / "out").folder

    evaluation: Any = read(out)
    assert evaluation["scores"]["baselines"] == evaluation["differences"] == {}
    assert evaluation["verdict"] == []


@pytest.mark.parametrize("labels", [(), ("doubt",)])
def test_a_dataset_of_one_class_breaks_nothing(
    labels: tuple[str, ...], tiny_run: Path, tmp_path: Path
) -> None:
    def same(rows: list[Paragraph]) -> list[Annotation]:
        status = Status.LABELLED if labels else Status.NONE
        return [replace(a, labels=labels, status=status) for a in annotations(rows)]

    dataset = write_tiny_dataset(tmp_path / "dataset", say=same)  # type: ignore[arg-type]

    out = evaluate(tiny_run, dataset, "test", tmp_path / "out").folder

    assert read(out)["with_technique"] == 18 * len(labels)


def test_a_dataset_without_the_split_is_refused(tiny_run: Path, tmp_path: Path) -> None:
    dataset = write_tiny_dataset(tmp_path / "dataset", [("train", 2)])

    message = "no 'test' split, only: train; choose one of these with --split"
    with pytest.raises(InputError, match=message):
        evaluate(tiny_run, dataset, "test", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (("insult", "fear", "doubt", "values"), "label 1 is 'doubt', but 'fear'"),
        (("insult", "doubt", "fear", "values", "more"), "4 labels, but 5"),
    ],
)
def test_a_dataset_of_another_taxonomy_is_refused(
    labels: tuple[str, ...], message: str, tiny_run: Path, tmp_path: Path
) -> None:
    dataset = write_tiny_dataset(tmp_path / "dataset", labels=labels)

    with pytest.raises(TaxonomyError, match=message):
        evaluate(tiny_run, dataset, "test", tmp_path / "out")


def test_a_folder_without_a_model_is_refused(tiny_dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="neither a model folder nor a finished run"):
        evaluate(tiny_dataset, tiny_dataset, "test", tmp_path / "out")


def test_a_full_disk_leaves_nothing_half_written(
    tiny_run: Path, tiny_dataset: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="cannot be written"), files_limited_to(500):
        evaluate(tiny_run, tiny_dataset, "test", tmp_path / "out")

    assert list(tmp_path.iterdir()) == []


def test_only_a_run_has_a_place_of_its_own_for_the_report(tiny_run: Path) -> None:
    assert report_folder(tiny_run) == tiny_run / "evaluation"
    with pytest.raises(InputError, match="name the folder for the report with -o"):
        report_folder(tiny_run / "model")


def test_one_test_article_gives_no_interval_anywhere(
    tiny_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = (("train", 8), ("validation", 3), ("test", 1))
    dataset = write_tiny_dataset(tmp_path / "dataset", sizes)

    evaluate_command(tiny_run, dataset, "test", tmp_path / "out")

    printed = capsys.readouterr()
    assert "6 paragraphs of 1 article: too few to tell how good the model is" in printed.err
    assert read(tmp_path / "out")["scores"]["model"]["micro"]["f1"]["no_interval"] == (  # type: ignore[index]
        "too few to tell: 1 article, and an interval needs 5"
    )
    pages = [(tmp_path / "out" / f"evaluation.{kind}").read_text() for kind in ("md", "html")]
    for text in (*pages, printed.out):
        assert "(too few to tell)" in text
        assert not re.search(r"\d \(\d\.\d\d to", text)


def test_simulated_annotators_are_carried_from_the_manifest(
    tiny_run: Path, report: Path, tmp_path: Path
) -> None:
    dataset = write_tiny_dataset(tmp_path / "dataset", labelled_by="simulated")

    out = evaluate(tiny_run, dataset, "test", tmp_path / "out").folder

    assert read(out)["labelled_by"] == "simulated"
    warning = "Labels of simulated annotators: the scores say nothing about real news."
    assert warning in (out / "evaluation.md").read_text(encoding="utf-8")
    assert read(report)["labelled_by"] == "people"
    assert "simulated" not in (report / "evaluation.html").read_text(encoding="utf-8")
