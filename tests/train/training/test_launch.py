import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.errors import InputError, ModelError
from annotate.core.records import Annotation, Paragraph, Span
from tests.train.samples import WORDS, annotations, write_tiny_dataset
from train.training.launch import World, check_sharding, find_world, shares
from train.training.recipe import Recipe

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
MAIN = "from train.cli import main; main()"
# what the launchers of torch 2.13 and accelerate 1.15 set, as printed by a script they started
TORCHRUN = {"RANK": "1", "WORLD_SIZE": "2", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "2"}
ACCELERATE_ONE = {"ACCELERATE_USE_CPU": "True", "ACCELERATE_MIXED_PRECISION": "no"}
ACCELERATE_TWO = {**ACCELERATE_ONE, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29500"}
# the mean over marked words is taken in each process
TOLERANCE = 5e-3
# the run dies, as by the kernel's hand, right after its first checkpoint is sealed
DIES = f"""
import os, signal
from train.training import log

seal = log.seal

def dying(checkpoint):
    seal(checkpoint)
    os.kill(os.getpid(), signal.SIGKILL)

log.seal = dying
{MAIN}
"""


# three steps of a tiny model, whole and split over two processes; prints how far the weights differ
SPLIT = """
import torch
from torch import distributed
from torch.distributed.fsdp import fully_shard
from transformers import BertConfig, BertForSequenceClassification
from train.models.classifier import Classifier
from train.training.objective import training_model
from train.training.recipe import Recipe
from train.training.trainer import _copied, _optimizer

distributed.init_process_group()
rank = distributed.get_rank()

def trained(split):
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, num_labels=3, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    stock = BertForSequenceClassification(config)
    stock.get_input_embeddings().requires_grad_(False)
    model = training_model(stock, Recipe(), marked=True)
    if split:
        for module in model.modules():
            if type(module).__name__ in model._no_split_modules:
                fully_shard(module)
        fully_shard(model)
    optimizer = _optimizer(model, stock.base_model_prefix, Recipe(), {})
    ids = torch.arange(32).reshape(4, 8) + 3
    tokens = torch.zeros(4, 8, 3)
    tokens[:, 2:4, 0] = 1
    rows = slice(2 * rank, 2 * rank + 2) if split else slice(0, 4)
    inputs = ids, torch.ones_like(ids), torch.eye(4, 3), tokens, torch.ones_like(tokens)
    for _ in range(3):
        model(*(values[rows] for values in inputs))["loss"].backward()
        optimizer.step()
        optimizer.zero_grad()
    parts = [hasattr(value, "full_tensor") for value in stock.state_dict().values()]
    assert all(parts) == split
    return _copied(Classifier(stock, None, 8)).model.state_dict()

whole, together = trained(False), trained(True)
if rank == 0:
    print(max(float((whole[name] - together[name]).abs().max()) for name in whole))
distributed.destroy_process_group()
"""


@pytest.mark.parametrize(
    ("environ", "world"),
    [
        ({}, World()),
        (TORCHRUN, World(rank=1, size=2, local=2)),
        (ACCELERATE_ONE, World()),
        ({"MASTER_ADDR": "10.0.0.1"}, World()),
        ({"SLURM_STEP_NUM_TASKS": "2", **TORCHRUN}, World(rank=1, size=2, local=2)),
    ],
)
def test_the_processes_are_those_that_the_launcher_started(
    environ: Mapping[str, str], world: World
) -> None:
    assert find_world(environ) == world
    assert find_world(environ, world.size) == world


@pytest.mark.parametrize(
    ("environ", "wanted", "message"),
    [
        ({}, 2, "1 process started, but --processes says 2"),
        (TORCHRUN, 8, "2 processes started, but --processes says 8"),
        (TORCHRUN, 1, "2 processes started, but --processes says 1"),
        (ACCELERATE_TWO, 2, "1 process started, but --processes says 2"),
        (ACCELERATE_TWO, 0, "asked for several processes but started one"),
        ({"OMPI_COMM_WORLD_SIZE": "4"}, 0, "mpirun started 4 processes that do not know"),
        ({"SLURM_STEP_NUM_TASKS": "2"}, 0, "srun started 2 processes that do not know"),
        ({"WORLD_SIZE": "two"}, 0, "WORLD_SIZE is 'two', no number"),
    ],
)
def test_another_number_of_processes_than_was_asked_for_is_refused(
    environ: Mapping[str, str], wanted: int, message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        find_world(environ, wanted)


def test_one_process_that_was_asked_for_may_run_alone() -> None:
    assert find_world(ACCELERATE_TWO, 1) == World()


@pytest.mark.parametrize(
    ("batch", "at_a_time", "among", "expected"),
    [
        (16, 0, 1, (16, 1)),
        (16, 4, 1, (4, 4)),
        (16, 0, 8, (2, 1)),
        (16, 4, 2, (4, 2)),
        (16, 4, 8, (2, 1)),  # a share is less than may be computed at a time
    ],
)
def test_a_batch_is_shared_by_processes_and_accumulated_steps(
    batch: int, at_a_time: int, among: int, expected: tuple[int, int]
) -> None:
    recipe = Recipe(batch_size=batch, per_device_train_batch_size=at_a_time)

    assert shares(recipe, among) == expected


@given(st.integers(1, 512), st.integers(0, 64), st.integers(1, 64))
def test_the_effective_batch_is_kept_or_another_is_named_that_would_be(
    batch: int, at_a_time: int, among: int
) -> None:
    recipe = Recipe(batch_size=batch, per_device_train_batch_size=at_a_time)
    try:
        size, accumulated = shares(recipe, among)
    except InputError as error:
        assert batch % among or (at_a_time and batch % (among * at_a_time))
        [named] = re.findall(r"--set batch_size=(\d+)$", str(error))
        batch = int(named)
        size, accumulated = shares(replace(recipe, batch_size=batch), among)

    assert size * accumulated * among == batch
    assert size <= at_a_time or not at_a_time


def test_weights_that_must_be_whole_are_not_split(monkeypatch: pytest.MonkeyPatch) -> None:
    split = Recipe(arguments={"fsdp": True}, averaging=0)

    monkeypatch.setattr("torch.accelerator.is_available", lambda: False)
    check_sharding(Recipe(), 2)
    with pytest.raises(InputError, match="several processes with a GPU each"):
        check_sharding(split, 2)

    monkeypatch.setattr("torch.accelerator.is_available", lambda: True)
    check_sharding(split, 2)
    with pytest.raises(InputError, match="several processes with a GPU each"):
        check_sharding(split, 1)
    with pytest.raises(InputError, match="--set averaging=0"):
        check_sharding(replace(split, averaging=0.9), 2)

    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    with pytest.raises(InputError, match="--set averaging=0"):
        check_sharding(Recipe(), 2)


def started(launcher: Sequence[str], code: str, *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of processes that a launcher started."""
    command = [*launcher, sys.executable, "-c", code, *map(str, arguments)]
    kept = {k: v for k, v in os.environ.items() if k not in {"RANK", "WORLD_SIZE", "MASTER_ADDR"}}
    environ = {**kept, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, capture_output=True, check=False, text=True, env=environ)
    return done.returncode, done.stdout, done.stderr


def torchrun(code: str, *arguments: str | Path) -> tuple[int, str, str]:
    """The same with torchrun and two processes on this host."""
    launcher = [str(BIN / "torchrun"), "--standalone", "--nproc-per-node=2", "--no-python"]
    return started(launcher, code, *arguments)


def errors(told: str) -> list[str]:
    """The lines of the project; a launcher reports the end of a process in lines of its own."""
    return [line for line in told.splitlines() if line.startswith("error: ")]


def marking(rows: Sequence[Paragraph]) -> list[Annotation]:
    """Annotators who also mark the word that a label hangs on."""
    texts = {row.id: row.text for row in rows}

    def spans(answer: Annotation) -> tuple[Span, ...]:
        starts = {name: texts[answer.paragraph_id].index(WORDS[name]) for name in answer.labels}
        return tuple(sorted(Span(at, at + len(WORDS[name]), name) for name, at in starts.items()))

    return [replace(answer, spans=spans(answer)) for answer in annotations(rows)]


@pytest.fixture(scope="module")
def still_bert(tiny_bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny encoder without dropout, whose masks differ from process to process."""
    folder = tmp_path_factory.mktemp("encoders") / "still"
    folder.mkdir()
    for path in tiny_bert.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config |= {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, still_bert: Path) -> list[str | Path]:
    """A run of two epochs in full precision on marked words, without its output folder."""
    dataset = write_tiny_dataset(tmp_path_factory.mktemp("datasets") / "marked", say=marking)
    values = ("learning_rate=3e-3", "max_epochs=2", "max_length=32", "bf16=false")
    sets = [f"--set={value}" for value in values]
    return ["fit", dataset, "--encoder", still_bert, "--recipe=minilm", *sets]


@pytest.fixture(scope="module")
def two(settings: list[str | Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of two processes."""
    run = tmp_path_factory.mktemp("two") / "run"
    code, out, told = torchrun(MAIN, *settings, "--processes=2", "--json", "-o", run)
    assert code == 0, told
    assert json.loads(out) == result(run), "printed once"
    assert json.loads((run / "fit.json").read_text(encoding="utf-8"))["processes"] == 2
    return run


def result(run: Path) -> Any:
    return json.loads((run / "validation.json").read_text(encoding="utf-8"))


def metrics(run: Path) -> list[dict[str, float]]:
    lines = (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.slow
def test_two_processes_train_as_one_does(
    two: Path, settings: list[str | Path], tmp_path: Path
) -> None:
    from safetensors.numpy import load_file

    code, _, told = started([], MAIN, *settings, "--processes=1", "-o", tmp_path / "one")
    assert code == 0, told

    assert len(metrics(two)) == len(metrics(tmp_path / "one")) > 2
    for ours, alone in zip(metrics(two), metrics(tmp_path / "one"), strict=True):
        # batches that were filled up count in the mean loss on validation, not in its scores
        assert ours.pop("validation_loss", 0) == pytest.approx(
            alone.pop("validation_loss", 0), abs=5e-3
        )
        assert ours == pytest.approx(alone, abs=TOLERANCE)
    weights, expected = (
        load_file(run / "model" / "model.safetensors") for run in (two, tmp_path / "one")
    )
    assert weights.keys() == expected.keys()
    for name, values in expected.items():
        assert weights[name] == pytest.approx(values, abs=0.05), name
    f1, expected_f1 = (
        result(run)["model"]["micro"]["f1"]["value"] for run in (two, tmp_path / "one")
    )
    assert f1 == pytest.approx(expected_f1, abs=TOLERANCE)


@pytest.mark.slow
def test_a_killed_run_of_two_processes_goes_on_to_the_same_weights(
    two: Path, settings: list[str | Path], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    code, _, told = torchrun(DIES, *settings, "-o", run)
    assert code == 1
    assert f"exitcode  : -{signal.SIGKILL:d}" in told

    code, _, told = torchrun(MAIN, *settings, "-o", run)

    assert code == 0, told
    assert "resuming from" in told
    for name in ("model/model.safetensors", "metrics.jsonl", "validation.json"):
        assert (run / name).read_bytes() == (two / name).read_bytes(), name
    assert not (run / "checkpoints").exists()


@pytest.mark.slow
def test_an_error_of_one_process_is_one_line_and_ends_all(
    settings: list[str | Path], tmp_path: Path
) -> None:
    code, out, told = torchrun(MAIN, *settings, "--set=batch_size=3", "-o", tmp_path / "run")

    assert (code, out) == (1, "")
    [line] = errors(told)
    assert "batch_size=3 cannot be shared equally by 2 processes" in line
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_accelerate_that_starts_one_process_for_two_is_refused(
    settings: list[str | Path], tmp_path: Path
) -> None:
    launcher = [str(BIN / "accelerate"), "launch", "--cpu", "--num_processes=2", "--no_python"]
    code, _, told = started(launcher, MAIN, *settings, "-o", tmp_path / "run")

    assert code == 1
    [line] = errors(told)
    assert "accelerate was asked for several processes but started one" in line
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_other_commands_are_refused_in_several_processes(tmp_path: Path) -> None:
    dataset = write_tiny_dataset(tmp_path / "dataset")

    code, out, told = torchrun(MAIN, "evaluate", tmp_path / "run", dataset)

    assert (code, out) == (1, "")
    assert all("'rhetoric-train fit' only" in line for line in errors(told))


@pytest.mark.slow
def test_weights_that_were_split_are_put_together() -> None:
    code, out, told = torchrun(SPLIT)

    assert code == 0, told
    assert float(out) < 1e-6
