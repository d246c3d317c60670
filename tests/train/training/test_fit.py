import json
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import InputError, ModelError
from annotate.core.records import Annotation, Paragraph, Status
from tests.limits import files_limited_to
from tests.train.samples import (
    WORDS,
    annotations,
    paragraph,
    paragraphs,
    taxonomy_text,
    write_tiny_dataset,
)
from train.dataset import read_split
from train.evaluation.evaluate import evaluate
from train.inference.predict import predict
from train.models.classifier import load_classifier
from train.models.folder import model_digest, open_model
from train.scoring.calibration import sigmoid
from train.training.checkpoints import is_whole
from train.training.fit import FitConfig, fit
from train.training.losses import LOSSES
from train.training.recipe import Recipe
from train.training.run_folder import RunFolder

pytestmark = pytest.mark.slow

# a run that dies, as by the kernel's hand, right after its third checkpoint is sealed
ONE_EPOCH = Recipe(min_epochs=1, max_epochs=1, learning_rate=3e-3, max_length=32)
DIES = """
import os, signal, sys
from pathlib import Path
from train.training import log
from train.training.fit import FitConfig, fit
from train.training.recipe import Recipe

seal, count = log.seal, []

def dying(checkpoint):
    seal(checkpoint)
    count.append(checkpoint)
    if len(count) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

log.seal = dying
recipe = Recipe(max_epochs=4, learning_rate=3e-3, max_length=32)
fit(Path(sys.argv[1]), FitConfig(sys.argv[2], recipe), Path(sys.argv[3]))
"""


@pytest.fixture(scope="module")
def killed_run(
    tmp_path_factory: pytest.TempPathFactory, tiny_dataset: Path, tiny_bert: Path
) -> Path:
    run = tmp_path_factory.mktemp("killed") / "run"
    command = [sys.executable, "-c", DIES, str(tiny_dataset), str(tiny_bert), str(run)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    return run


@pytest.fixture
def killed(killed_run: Path, tmp_path: Path) -> Path:
    """A killed run that a test may go on with."""
    return shutil.copytree(killed_run, tmp_path / "run")


def checkpoints(run: Path) -> list[Path]:
    return sorted((run / "checkpoints").iterdir(), key=lambda path: int(path.name[11:]))


def test_a_finished_run_holds_a_model_and_no_pickle(tiny_run: Path) -> None:
    assert sorted(path.name for path in tiny_run.iterdir()) == [
        "fit.json",
        "metrics.jsonl",
        "model",
        "resources.json",
        "validation.json",
    ]
    assert sorted(path.name for path in (tiny_run / "model").iterdir()) == [
        "config.json",
        "model.safetensors",
        "taxonomy.yaml",
        "tokenizer.json",
        "tokenizer_config.json",
    ]


def test_the_result_tells_how_everything_was_chosen(tiny_run: Path) -> None:
    result = json.loads((tiny_run / "validation.json").read_text(encoding="utf-8"))
    model = open_model(tiny_run)

    assert result["model_digest"] == model.digest
    assert result["threshold"]["value"] == model.settings.threshold
    assert result["threshold"] == model.settings.chosen
    assert result["threshold"]["paragraphs"] == result["paragraphs"]
    assert result["threshold"]["positives"] == result["model"]["micro"]["support"]
    assert result["calibration"]["temperature"] == model.settings.temperature
    assert result["calibration"]["shift"] == model.settings.shift
    assert model.settings.dataset == result["dataset"]["digest"]
    assert result["split"] == "validation"
    assert result["comparison"]["baselines"]["tfidf"]["micro"]["f1"]["value"] > 0.9


def test_a_run_tells_what_it_was_made_of_and_what_it_cost(
    tiny_run: Path, tiny_dataset: Path
) -> None:
    told = json.loads((tiny_run / "fit.json").read_text(encoding="utf-8"))
    cost = json.loads((tiny_run / "resources.json").read_text(encoding="utf-8"))
    dataset = open_dataset(tiny_dataset)

    assert told["request"]["dataset"]["digest"] == dataset.digest
    assert told["dataset"] == {
        "taxonomy": dataset.taxonomy.digest,
        "lineage": list(dataset.lineage),
    }
    assert told["request"]["recipe"]["learning_rate"] == 3e-3
    assert {"versions", "device", "threads", "git"} < set(told)
    assert told["processes"] == 1
    assert cost["cpu_seconds"] > 0


def test_the_threshold_fits_the_saved_model(tiny_run: Path, tiny_dataset: Path) -> None:
    result = json.loads((tiny_run / "validation.json").read_text(encoding="utf-8"))
    validation = read_split(open_dataset(tiny_dataset), "validation")

    scores = load_classifier(open_model(tiny_run)).classify(validation.texts).scores
    predicted = scores >= result["threshold"]["value"]

    hits = (predicted & validation.gold).sum()
    f1 = 2 * hits / (predicted.sum() + validation.gold.sum())
    assert result["model"]["micro"]["f1"]["value"] == pytest.approx(f1, abs=1e-6)


def metrics(run: Path) -> list[dict[str, float]]:
    lines = (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_every_logged_step_and_epoch_is_a_line(tiny_run: Path) -> None:
    entries = metrics(tiny_run)

    trained = [e for e in entries if "loss" in e]
    evaluated = [e for e in entries if "validation_loss" in e]
    assert [e["epoch"] for e in evaluated] == [1, 2, 3, 4]
    assert set(trained[0]) == {"step", "epoch", "loss", "learning_rate", "gradient_norm"}
    assert set(evaluated[0]) == {
        "step",
        "epoch",
        "validation_loss",
        "validation_micro_f1",
        "validation_threshold",
    }


def test_the_loss_is_logged_before_each_checkpoint_which_does_not_hold_it(
    tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    recipe = replace(ONE_EPOCH, arguments={"logging_steps": 1000})

    run = fit(tiny_dataset, replace(tiny_config, recipe=recipe), tmp_path / "run").run

    trained, evaluated = metrics(run)
    assert trained["loss"] > 0
    assert trained["step"] == evaluated["step"]


def test_a_plain_pipeline_gives_the_calibrated_scores(tiny_run: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

    opened, text = open_model(tiny_run), "the mayor spoke supposedly about a bridge"
    model = AutoModelForSequenceClassification.from_pretrained(opened.folder)
    tokenizer = AutoTokenizer.from_pretrained(opened.folder)
    temperature, shift = opened.settings.temperature, opened.settings.shift
    with torch.no_grad():  # the head as it was before the calibration was folded in
        model.classifier.weight.mul_(temperature)
        model.classifier.bias.sub_(shift).mul_(temperature)
        logits = model(**tokenizer(text, return_tensors="pt")).logits.numpy()

    classify: Any = pipeline("text-classification", model=str(opened.folder), top_k=None)
    [scores] = classify([text])
    by_label = {s["label"]: s["score"] for s in scores}
    expected = sigmoid(logits / temperature + shift)[0]
    assert [by_label[label] for label in opened.labels] == pytest.approx(expected, abs=1e-6)


def test_scores_do_not_depend_on_the_company_of_a_text(tiny_run: Path) -> None:
    classifier = load_classifier(open_model(tiny_run))
    texts = [row.text for row in paragraphs(["x"], 40)]

    together = classifier.classify(texts).scores

    alone = np.concatenate([classifier.classify([text]).scores for text in texts])
    assert together == pytest.approx(alone, abs=1e-6)


def test_the_same_run_again_does_nothing(
    tiny_run: Path, tiny_dataset: Path, tiny_config: FitConfig
) -> None:
    before = (tiny_run / "validation.json").stat().st_mtime_ns

    report = fit(tiny_dataset, tiny_config, tiny_run)

    assert report.already_done
    assert (tiny_run / "validation.json").stat().st_mtime_ns == before


def test_another_run_is_refused_unless_it_is_to_replace(
    tiny_run: Path, tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "run")
    other = replace(tiny_config, recipe=ONE_EPOCH)

    with pytest.raises(InputError, match=r"recipe\.min_epochs was 2, is now 1.*--replace"):
        fit(tiny_dataset, other, run)
    assert model_digest(run / "model") == model_digest(tiny_run / "model")

    assert not fit(tiny_dataset, other, run, replace=True).already_done
    assert fit(tiny_dataset, other, run, replace=True).already_done, "it is no other run now"


def test_a_run_is_not_removed_for_one_that_cannot_start(
    tiny_run: Path, tiny_dataset: Path, tiny_config: FitConfig, tiny_bert: Path, tmp_path: Path
) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "run")
    broken = shutil.copytree(tiny_bert, tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"no weights")

    with pytest.raises(ModelError, match="cannot be loaded"):
        fit(tiny_dataset, replace(tiny_config, encoder=str(broken)), run, replace=True)
    assert open_model(run).digest == open_model(tiny_run).digest


def test_a_killed_run_goes_on_to_the_weights_of_one_that_was_not(
    killed: Path,
    tiny_run: Path,
    tiny_dataset: Path,
    tiny_config: FitConfig,
    capsys: pytest.CaptureFixture[str],
) -> None:
    newest = checkpoints(killed)[-1]

    fit(tiny_dataset, tiny_config, killed)

    assert f"resuming from {newest}" in capsys.readouterr().err
    assert_same_run(killed, tiny_run)


def test_a_killed_run_goes_on_with_fewer_paragraphs_at_a_time(
    killed: Path,
    tiny_run: Path,
    tiny_dataset: Path,
    tiny_config: FitConfig,
    capsys: pytest.CaptureFixture[str],
) -> None:
    newest, asked = checkpoints(killed)[-1], RunFolder(killed).request()
    fewer = replace(tiny_config.recipe, per_device_train_batch_size=4)

    fit(tiny_dataset, replace(tiny_config, recipe=fewer), killed)

    assert f"resuming from {newest}" in capsys.readouterr().err
    asked["recipe"]["per_device_train_batch_size"] = 4
    assert RunFolder(killed).request() == asked
    lines, whole = (metrics(run) for run in (killed, tiny_run))
    assert [line["step"] for line in lines] == [line["step"] for line in whole]
    assert lines[-1]["validation_loss"] == pytest.approx(whole[-1]["validation_loss"], abs=0.01)
    assert fit(tiny_dataset, tiny_config, killed).already_done


def test_a_broken_newest_checkpoint_is_passed_over_for_the_older_one(
    killed: Path,
    tiny_run: Path,
    tiny_dataset: Path,
    tiny_config: FitConfig,
    capsys: pytest.CaptureFixture[str],
) -> None:
    older, newest = checkpoints(killed)
    weights = newest / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])

    fit(tiny_dataset, tiny_config, killed)

    told = capsys.readouterr().err
    assert f"{newest}: broken" in told
    assert f"resuming from {older}" in told
    assert_same_run(killed, tiny_run)


def test_with_all_checkpoints_broken_one_line_tells_what_to_remove_and_replace_starts_again(
    killed: Path, tiny_run: Path, tiny_dataset: Path, tiny_config: FitConfig
) -> None:
    for checkpoint in checkpoints(killed):
        (checkpoint / "optimizer.pt").unlink()

    with pytest.raises(ModelError, match=r"no checkpoint is complete.*remove this folder"):
        fit(tiny_dataset, tiny_config, killed)
    fit(tiny_dataset, tiny_config, killed, replace=True)
    assert_same_run(killed, tiny_run)


def test_a_run_killed_behind_its_last_step_only_finishes_with_the_last_epoch(
    killed: Path, tiny_run: Path, tiny_dataset: Path, tiny_config: FitConfig
) -> None:
    from safetensors.numpy import load_file

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("train.training.result.fit_calibration", stop)
        with pytest.raises(KeyboardInterrupt):
            fit(tiny_dataset, tiny_config, killed)
    last = load_file(checkpoints(killed)[-1] / "average.safetensors")

    fit(tiny_dataset, tiny_config, killed)

    assert_same_run(killed, tiny_run)
    kept = load_file(killed / "model" / "model.safetensors")
    encoder = {name: name.removeprefix("model.") for name in last if ".bert." in name}
    assert len(encoder) > 10
    assert all(np.array_equal(kept[encoder[name]], last[name]) for name in encoder)


def assert_same_run(run: Path, other: Path) -> None:
    for name in ("model/model.safetensors", "metrics.jsonl", "validation.json"):
        assert (run / name).read_bytes() == (other / name).read_bytes(), name
    assert not (run / "checkpoints").exists()


@pytest.mark.parametrize("size", [20_000, 150_000])  # the weights, or only the optimizer's state
def test_a_full_disk_is_one_line_and_the_run_goes_on_later(
    size: int, tiny_run: Path, tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    run = tmp_path / "run"

    with pytest.raises(InputError, match="cannot be written") as caught, files_limited_to(size):
        fit(tiny_dataset, tiny_config, run)

    assert "\n" not in str(caught.value)
    assert not (run / "model").exists()
    shutil.rmtree(run / "checkpoints")  # what the user may have to do for room
    fit(tiny_dataset, tiny_config, run)
    assert_same_run(run, tiny_run)


def test_stdout_is_left_to_data(
    tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fit(tiny_dataset, replace(tiny_config, recipe=ONE_EPOCH), tmp_path / "run")

    out, err = capfd.readouterr()
    assert out == ""
    assert [line.split(":")[0] for line in err.splitlines()] == [
        "no training examples, so the model cannot learn",
        "training on 48 paragraphs of 8 articles",
        "validating on 18 paragraphs of 3 articles",
        "7 training paragraphs are longer than the model reads (32 tokens); the rest is cut",
        "epoch 1/1",
    ]


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ([("train", 2)], "no 'validation' split, only: train"),
        ([("test", 1), ("validation", 1)], "no 'train' split, only: validation, test"),
    ],
)
def test_a_dataset_without_a_split_that_is_needed_is_refused(
    sizes: list[tuple[str, int]], message: str, tiny_config: FitConfig, tmp_path: Path
) -> None:
    dataset = write_tiny_dataset(tmp_path / "dataset", sizes)

    with pytest.raises(InputError, match=message):
        fit(dataset, tiny_config, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_dataset_that_was_edited_by_hand_is_refused(
    tiny_config: FitConfig, tmp_path: Path
) -> None:
    dataset = write_tiny_dataset(tmp_path / "dataset")
    (dataset / "taxonomy.yaml").write_text(taxonomy_text() + "\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"taxonomy\.yaml: was changed after the dataset was"):
        fit(dataset, tiny_config, tmp_path / "run")

    assert not (tmp_path / "run").exists()


def test_a_single_fold_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--folds 1: .* take 0, or 2 or more"):
        fit(tmp_path / "no dataset", FitConfig(folds=1), tmp_path / "run")


def test_a_dataset_without_any_technique_is_refused(tiny_config: FitConfig, tmp_path: Path) -> None:
    def silent(rows: Sequence[Paragraph]) -> list[Annotation]:
        return [replace(a, labels=(), status=Status.NONE) for a in annotations(rows)]

    dataset = write_tiny_dataset(tmp_path / "dataset", say=silent)

    with pytest.raises(InputError, match="no paragraph of the train split has a technique"):
        fit(dataset, tiny_config, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_validation_split_without_any_technique_is_reported_and_breaks_nothing(
    tiny_config: FitConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def silent_on_validation(rows: Sequence[Paragraph]) -> list[Annotation]:
        labelled = annotations(rows)
        quiet = rows[0].article_id.startswith("validation")
        return [replace(a, labels=(), status=Status.NONE) for a in labelled] if quiet else labelled

    dataset = write_tiny_dataset(tmp_path / "dataset", say=silent_on_validation)

    result = fit(dataset, replace(tiny_config, recipe=ONE_EPOCH), tmp_path / "run").result

    assert "stays at 0.5" in capsys.readouterr().err
    assert result["threshold"]["value"] == 0.5
    assert (result["calibration"]["temperature"], result["calibration"]["shift"]) == (1, 0)


def only_insults(rows: Sequence[Paragraph]) -> list[Annotation]:
    return [replace(a, labels=("insult",), status=Status.LABELLED) for a in annotations(rows)]


def test_paragraphs_that_all_have_one_label_are_trained_on_with_a_warning(
    tiny_config: FitConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = write_tiny_dataset(tmp_path / "dataset", say=only_insults)

    fit(dataset, replace(tiny_config, recipe=ONE_EPOCH), tmp_path / "run")

    err = capsys.readouterr().err
    assert "every training paragraph is labelled insult, so the model will find it" in err
    assert "cannot learn: doubt, fear, values" in err
    scores = load_classifier(open_model(tmp_path / "run")).classify(["the council met"]).scores
    assert np.isfinite(scores).all()


def test_ten_paragraphs_in_all_are_trained_on_with_warnings(
    tiny_config: FitConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = [("train", 3), ("validation", 1), ("test", 1)]
    dataset = write_tiny_dataset(tmp_path / "dataset", sizes, each=2)

    fit(dataset, replace(tiny_config, recipe=ONE_EPOCH), tmp_path / "run")

    assert "training on 6 paragraphs of 3 articles: too few" in capsys.readouterr().err
    assert open_model(tmp_path / "run").labels == tuple(WORDS)


def test_a_paragraph_of_100_000_words_is_cut_in_a_dataset_and_refused_in_an_article(
    tiny_config: FitConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = " ".join(["the", "council", "met", "on"] * 25_000)

    def with_one_long(articles: Sequence[str], each: int, seed: int) -> list[Paragraph]:
        first, *rest = paragraphs(articles, each, seed)
        return [paragraph(first.article_id, 0, words), *rest]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tests.train.samples.paragraphs", with_one_long)
        dataset = write_tiny_dataset(tmp_path / "dataset", each=3)
    run, article = tmp_path / "run", tmp_path / "article.txt"
    article.write_text(f"A title\n\n{words}\n", encoding="utf-8")

    fit(dataset, replace(tiny_config, recipe=ONE_EPOCH), run)
    told = capsys.readouterr().err
    report = evaluate(run, dataset, "test", tmp_path / "report")

    assert told.count("longer than the model reads (32 tokens); the rest is cut") == 1
    assert report.evaluation["paragraphs"] == 9
    with pytest.raises(InputError, match=r"at most 100,000\); separate paragraphs by blank lines"):
        predict(run, [article], tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_one_of_several_processes_is_refused(
    tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")

    with pytest.raises(ModelError, match="'rhetoric-train fit' only"):
        fit(tiny_dataset, tiny_config, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def no_number(logits: Any, _: object) -> Any:
    return logits * float("nan")


def no_gradient(logits: Any, _: object) -> Any:
    return (logits - logits).abs().sqrt()


@pytest.mark.parametrize("broken", [no_number, no_gradient])
def test_a_loss_that_is_no_number_stops_the_run_at_that_step_and_names_its_batch(
    broken: Callable[[Any, object], Any],
    tiny_run: Path,
    tiny_dataset: Path,
    tiny_config: FitConfig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asymmetric, calls = LOSSES["asymmetric"], []

    def breaks_at_the_fifth_step(logits: Any, gold: Any) -> Any:
        import torch

        calls.append(torch.is_grad_enabled())  # not in validation
        return (broken if sum(calls) == 5 else asymmetric)(logits, gold)

    monkeypatch.setitem(LOSSES, "asymmetric", breaks_at_the_fifth_step)
    run = tmp_path / "run"

    with pytest.raises(ModelError, match="the loss is not a number at step 5") as caught:
        fit(tiny_dataset, tiny_config, run)

    assert "checkpoint of step 3 is kept; train again with --replace and --set" in str(caught.value)
    assert "learning_rate=0.0015" in str(caught.value)
    assert "\n" not in str(caught.value)
    batch = str(caught.value).partition("this batch: ")[2].split(", ")
    assert len(set(batch)) == 16
    assert set(batch) < set(read_split(open_dataset(tiny_dataset), "train").ids)
    assert [path.name for path in checkpoints(run)] == ["checkpoint-3"]
    assert is_whole(checkpoints(run)[0])
    assert not (run / "model").exists()
    calls.clear()
    monkeypatch.setitem(LOSSES, "asymmetric", asymmetric)
    fit(tiny_dataset, tiny_config, run)
    assert_same_run(run, tiny_run)


LITTLE_MEMORY = """
import resource, sys
import torch, transformers, sklearn.linear_model, accelerate
from train.cli import main
from train.training import trainer

make = trainer._trainer

def limited(*rest):
    made = make(*rest)
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 20_000_000,) * 2)
    return made

trainer._trainer = limited
main()
"""


def test_too_little_memory_is_one_line_that_says_which_setting_to_lower(
    tiny_dataset: Path, tiny_bert: Path, tmp_path: Path
) -> None:
    from transformers import BertConfig, BertModel

    wide = shutil.copytree(tiny_bert, tmp_path / "wide")
    size: Any = {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 2}
    BertModel(BertConfig.from_pretrained(wide, **size)).save_pretrained(wide)
    run = tmp_path / "run"
    words = ["fit", str(tiny_dataset), "-o", str(run), "--encoder", str(wide), "--recipe", "minilm"]

    done = subprocess.run(
        [sys.executable, "-c", LITTLE_MEMORY, *words],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    *_, last = done.stderr.splitlines()
    assert last == (
        "error: too little memory; run it again with --set per_device_train_batch_size=8, or "
        "start anew with --replace and --set max_length=128"
    )
    assert not (run / "model").exists()


def test_minilm_is_fitted_by_the_same_path(tmp_path: Path) -> None:
    dataset = write_tiny_dataset(tmp_path / "dataset", [("train", 2), ("validation", 1)], each=4)

    fit(dataset, FitConfig(recipe=ONE_EPOCH), tmp_path / "run")

    model = open_model(tmp_path / "run")
    assert model.settings.max_length == 32
    scores = load_classifier(model).classify(["the traitor spoke"]).scores
    assert scores.shape == (1, 4)


def test_small_training_data_are_warned_of_in_words(
    tiny_config: FitConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = (("train", 2), ("validation", 1), ("test", 1))
    dataset = write_tiny_dataset(tmp_path / "dataset", sizes, each=4)

    report = fit(dataset, replace(tiny_config, recipe=ONE_EPOCH), tmp_path / "run")

    printed = capsys.readouterr().err
    assert "training on 8 paragraphs of 2 articles: too few to tell anything" in printed
    assert "validating on 4 paragraphs of 1 article: too few to tell" in printed
    assert all(shortage in printed for shortage in report.result["shortages"])
    assert report.result["model"]["micro"]["f1"]["low"] is None


INTERRUPTED = """
import os, signal, sys
from train import cli
from train.training import log

seal, count = log.seal, []

def interrupting(checkpoint):
    seal(checkpoint)
    count.append(checkpoint)
    if len(count) == {after}:
        os.kill(os.getpid(), signal.SIGINT)

log.seal = interrupting
signal.signal(signal.SIGINT, signal.default_int_handler)
{before}
cli.main()
"""


@pytest.mark.parametrize(
    ("after", "before", "message"),
    [
        (2, "", "run keeps the run up to step 6; to go on from there, run again:"),
        (
            -1,
            "log.log_callback = None; from train.training import trainer\n"
            "def stop(*_): os.kill(os.getpid(), signal.SIGINT)\n"
            "trainer.newest_whole = stop",
            "stopped before the first epoch ended, so nothing is kept; to start over, run again:",
        ),
    ],
)
def test_ctrl_c_says_what_is_kept_and_which_command_goes_on(
    after: int, before: str, message: str, tiny_dataset: Path, tiny_bert: Path, tmp_path: Path
) -> None:
    words = ["fit", str(tiny_dataset), "-o", str(tmp_path / "run"), "--encoder", str(tiny_bert)]
    words += ["--recipe", "minilm", "--set", "max_epochs=4"]
    code = INTERRUPTED.format(after=after, before=before)

    stopped = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
    )

    assert stopped.returncode == 130, stopped.stderr
    assert message in stopped.stderr
    command = next(x for x in stopped.stderr.splitlines() if x.startswith("  rhetoric-train "))
    assert shlex.split(command) == ["rhetoric-train", *words]
    again = "from train.cli import main; main()"
    resumed = subprocess.run(
        [sys.executable, "-c", again, *shlex.split(command)[1:]], capture_output=True, text=True
    )
    assert resumed.returncode == 0, resumed.stderr
    assert ("resuming from" in resumed.stderr) == (after == 2)
