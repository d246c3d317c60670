import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import InputError, ModelError
from tests.limits import files_limited_to
from tests.train.samples import write_tiny_dataset
from train.evaluation.evaluate import evaluate
from train.export.export import export
from train.inference.labelling import Wanted
from train.inference.predict import predict
from train.models.folder import open_model
from train.training.fit import FitConfig, fit

pytestmark = pytest.mark.slow

# what a stranger has: transformers, the folder, and none of this project
STRANGER = """
import json, sys
for name in ("annotate", "train"):
    sys.modules[name] = None  # importing it is an ImportError from here on
from transformers import pipeline
for model in sys.argv[3:]:
    classify = pipeline("text-classification", model=model, top_k=None)
    rows = classify(json.loads(sys.argv[1]), truncation=True, max_length=int(sys.argv[2]))
    print(json.dumps([{s["label"]: s["score"] for s in scores} for scores in rows]))
"""


@pytest.fixture
def run(tiny_run: Path, tiny_dataset: Path, tmp_path: Path) -> Path:
    """A finished and evaluated run that a test may change."""
    run = shutil.copytree(tiny_run, tmp_path / "run")
    evaluate(run, tiny_dataset, "test", run / "evaluation")
    return run


def as_a_stranger(
    models: list[Path], texts: list[str], folder: Path
) -> list[list[dict[str, float]]]:
    """The scores of each model, all in one process: nothing of the first may serve the second."""
    limit = str(open_model(models[0]).settings.max_length)
    command = [sys.executable, "-I", "-c", STRANGER, json.dumps(texts), limit, *map(str, models)]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_exported_folder_is_whole_and_its_checksums_hold(run: Path, tmp_path: Path) -> None:
    out = export(run, tmp_path / "model").folder

    names = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert names == {
        ".eval_results/tiny.yaml",
        "MANIFEST.sha256",
        "README.md",
        "config.json",
        "evaluation.json",
        "model.safetensors",
        "onnx/model.onnx",
        "taxonomy.yaml",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    lines = (out / "MANIFEST.sha256").read_text(encoding="utf-8").splitlines()
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    assert {line.split("  ")[1] for line in lines} == names - {"MANIFEST.sha256"}


def test_the_dataset_of_the_run_is_looked_up_by_its_digest(
    run: Path, tiny_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kept = Path("data/datasets/.versions/other name", open_dataset(tiny_dataset).digest)
    kept.parent.mkdir(parents=True)
    kept.symlink_to(tiny_dataset)

    _, int8 = export(run, tmp_path / "model").onnx

    assert "macro-F1" in int8.about  # so it was compared on validation


def test_a_weight_that_changed_after_the_export_is_noticed(run: Path, tmp_path: Path) -> None:
    out = export(run, tmp_path / "model").folder
    weights = bytearray((out / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (out / "model.safetensors").write_bytes(weights)
    (tmp_path / "texts.jsonl").write_text('{"id": "a", "text": "They lie."}\n', encoding="utf-8")

    with pytest.raises(ModelError, match=r"model\.safetensors: not as it was exported"):
        predict(out, [tmp_path / "texts.jsonl"], tmp_path / "predictions.jsonl")
    assert not (tmp_path / "predictions.jsonl").exists()


def test_the_export_is_the_same_model_as_the_run(run: Path, tmp_path: Path) -> None:
    assert open_model(export(run, tmp_path / "model").folder).digest == open_model(run).digest


def test_a_stranger_gets_our_scores_twice_with_the_content_changed_between(
    run: Path, tmp_path: Path
) -> None:
    texts = ["the traitor spoke about a bridge.", "the council met " * 8 + "."]
    (tmp_path / "texts.jsonl").write_text(
        "".join(json.dumps({"id": f"t{i}", "text": t}) + "\n" for i, t in enumerate(texts)),
        encoding="utf-8",
    )
    models, ours = [tmp_path / "first" / "model", tmp_path / "second" / "model"], []
    for out in models:
        export(run, out)
        predict(out, [tmp_path / "texts.jsonl"], tmp_path / "predictions.jsonl", Wanted(exact=True))
        lines = (tmp_path / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
        ours.append([json.loads(line)["scores"] for line in lines])
        change_weights(run)

    theirs = as_a_stranger(models, [" ".join(text.split()) for text in texts], tmp_path)

    assert ours[0] != ours[1]
    for mine, others in zip(ours, theirs, strict=True):
        for row, other in zip(mine, others, strict=True):
            assert row == pytest.approx(other, abs=2e-6)


def change_weights(run: Path) -> None:
    from safetensors.torch import load_file, save_file

    path = run / "model" / "model.safetensors"
    weights = load_file(path)
    weights["classifier.bias"] += 1
    save_file(weights, path, metadata={"format": "pt"})
    shutil.rmtree(run / "evaluation", ignore_errors=True)  # it is of the model as it was


def test_the_card_has_the_figures_with_intervals_and_the_human_ceiling(
    run: Path, tmp_path: Path
) -> None:
    card = (export(run, tmp_path / "model").folder / "README.md").read_text(encoding="utf-8")

    assert "|  | micro-F1 | model ahead by |" in card
    assert "| TF-IDF + frozen encoder | " in card
    assert "- **Whether the model is ahead of 4 baselines is too few to tell" in card
    assert "model-index:" in card
    assert "## Intended use and limits" in card
    assert "## Risks, and what it must not be used for\n\n- **Partisan bias.**" in card
    assert "\n- onnx/model.onnx: 0." in card
    assert "\n- onnx/model_int8.onnx: not written; no validation split" in card
    assert f"at least {open_model(run).settings.threshold}" in card


def test_the_card_repeats_the_evaluations_warning(run: Path, tmp_path: Path) -> None:
    dataset = write_tiny_dataset(tmp_path / "dataset", seed=1)
    evaluate(run, dataset, "test", run / "evaluation")

    card = (export(run, tmp_path / "model").folder / "README.md").read_text(encoding="utf-8")

    assert "This model was trained on another version of the data" in card


def test_the_cards_header_is_yaml_that_hugging_face_reads(run: Path, tmp_path: Path) -> None:
    from huggingface_hub import ModelCard

    out = export(run, tmp_path / "model").folder
    data = ModelCard.load(out / "README.md").data

    assert data.pipeline_tag == "text-classification"
    assert data.eval_results is not None
    assert data.eval_results[0].metric_name == "micro-F1"
    evaluation = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
    expected = evaluation["scores"]["model"]["micro"]["f1"]["value"]
    assert data.eval_results[0].metric_value == expected


def test_without_an_evaluation_the_card_says_so(tiny_run: Path, tmp_path: Path) -> None:
    report = export(tiny_run, tmp_path / "model")

    assert not report.evaluated
    card = (report.folder / "README.md").read_text(encoding="utf-8")
    assert "This model was not evaluated." in card
    assert "model-index" not in card
    assert "model_name" not in card
    assert not (report.folder / "evaluation.json").exists()


def test_an_evaluation_of_another_model_is_refused(run: Path, tmp_path: Path) -> None:
    path = run / "evaluation" / "evaluation.json"
    evaluation = json.loads(path.read_text(encoding="utf-8"))
    evaluation["model"]["digest"] = "0123456789abcdef"
    path.write_text(json.dumps(evaluation), encoding="utf-8")

    with pytest.raises(ModelError, match=r"belongs to another model \(0123456789abcdef, not "):
        export(run, tmp_path / "model")
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": 1}', '{"format": 1, "model": 1}'])
def test_what_is_no_evaluation_is_refused(run: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=r"mine\.json.*rhetoric-train evaluate"):
        export(run, tmp_path / "model", path)


def test_a_run_that_is_not_finished_is_refused(run: Path, tmp_path: Path) -> None:
    (run / "validation.json").unlink()

    with pytest.raises(ModelError, match="not a finished run"):
        export(run, tmp_path / "model")


def test_an_earlier_export_is_replaced_and_other_folders_are_not(run: Path, tmp_path: Path) -> None:
    out = export(run, tmp_path / "model").folder
    export(run, out)

    (out / "onnx" / "notes.txt").touch()
    with pytest.raises(InputError, match=r"onnx: holds 'notes\.txt', which this command did not"):
        export(run, out)
    (out / "notes.txt").touch()
    for folder in (out, run, run / "model"):
        with pytest.raises(InputError, match="which this command did not write"):
            export(run, folder)


def test_a_full_disk_leaves_nothing_half_written(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"), files_limited_to(20_000):
        export(run, tmp_path / "model")

    assert {path.name for path in tmp_path.iterdir()} == {"run"}


@pytest.mark.parametrize("evaluated", [True, False])
def test_the_card_names_simulated_annotators_and_what_was_too_few(
    evaluated: bool, tiny_config: FitConfig, tmp_path: Path
) -> None:
    sizes = (("train", 2), ("validation", 1), ("test", 1))
    dataset = write_tiny_dataset(tmp_path / "dataset", sizes, each=4, labelled_by="simulated")
    recipe = replace(tiny_config.recipe, min_epochs=1, max_epochs=1)
    run = fit(dataset, replace(tiny_config, recipe=recipe), tmp_path / "run").run
    if evaluated:
        evaluate(run, dataset, "test", run / "evaluation")

    card = (export(run, tmp_path / "model").folder / "README.md").read_text(encoding="utf-8")

    warning = "**Labels of simulated annotators: the scores say nothing about real news.**"
    assert f"# model\n\n{warning}\n" in card
    assert "- **Training on 8 paragraphs of 2 articles: too few to tell anything;" in card
    assert ("dataset (labelled by: simulated)" in card) is evaluated
    assert ("4 paragraphs of 1 article: too few to tell how good the model is" in card) is evaluated


def test_the_card_of_peoples_labels_names_nobody_simulated(run: Path, tmp_path: Path) -> None:
    card = (export(run, tmp_path / "model").folder / "README.md").read_text(encoding="utf-8")

    assert "imulated" not in card
