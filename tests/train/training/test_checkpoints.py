import subprocess
import sys
from pathlib import Path

import pytest

from annotate.core.errors import ModelError
from train.training.checkpoints import is_whole, newest_whole, seal


def checkpoint(folder: Path, step: int, sealed: bool = True) -> Path:
    path = folder / f"checkpoint-{step}"
    path.mkdir(parents=True)
    (path / "model.safetensors").write_bytes(b"weights")
    (path / "optimizer.pt").write_bytes(b"state")
    if sealed:
        seal(path)
    return path


def test_the_newest_is_that_of_the_highest_step(tmp_path: Path) -> None:
    checkpoint(tmp_path, 90)
    newest = checkpoint(tmp_path, 100)
    messages: list[str] = []

    assert newest_whole(tmp_path, messages.append) == newest
    assert messages == []


def test_a_broken_newest_one_is_skipped_with_a_message(tmp_path: Path) -> None:
    older = checkpoint(tmp_path, 9)
    checkpoint(tmp_path, 10, sealed=False)
    messages: list[str] = []

    assert newest_whole(tmp_path, messages.append) == older
    assert messages == [f"{tmp_path / 'checkpoint-10'}: broken or incomplete; skipped"]


def test_when_all_are_broken_one_line_says_how_to_start_again(tmp_path: Path) -> None:
    (checkpoint(tmp_path, 9) / "optimizer.pt").write_bytes(b"something else")
    checkpoint(tmp_path, 10, sealed=False)

    with pytest.raises(ModelError, match=r"no checkpoint is complete.*remove this folder"):
        newest_whole(tmp_path, lambda _: None)


def test_a_run_killed_in_its_first_checkpoint_starts_from_the_beginning(tmp_path: Path) -> None:
    checkpoint(tmp_path, 9, sealed=False)

    assert newest_whole(tmp_path, lambda _: None) is None


def test_a_run_without_checkpoints_starts_from_the_beginning(tmp_path: Path) -> None:
    assert newest_whole(tmp_path / "nowhere", lambda _: None) is None


@pytest.mark.parametrize("name", ["model.safetensors", "optimizer.pt"])
def test_a_checkpoint_is_whole_only_as_it_was_sealed(tmp_path: Path, name: str) -> None:
    path = checkpoint(tmp_path, 1)
    assert is_whole(path)

    (path / name).write_bytes(b"torn")

    assert not is_whole(path)


def test_a_checkpoint_that_lacks_a_file_is_not_whole(tmp_path: Path) -> None:
    path = checkpoint(tmp_path, 1)
    (path / "optimizer.pt").unlink()

    assert not is_whole(path)


def test_a_seal_that_is_torn_is_none(tmp_path: Path) -> None:
    path = checkpoint(tmp_path, 1)
    (path / "sealed.json").write_text("{", encoding="utf-8")

    assert not is_whole(path)


SURVIVES = """
import os, random, signal, sys, time
from pathlib import Path
import sklearn.linear_model, torch, transformers
from transformers import BertForSequenceClassification, Trainer  # once, not in each child
from train.models.folder import model_digest

from train.training.fit import FitConfig, fit
from train.training.recipe import Recipe

dataset, encoder, folder = map(Path, sys.argv[1:])
recipe = Recipe(max_epochs=2, learning_rate=3e-3, max_length=32)

def counted(run, stop):
    # Die, as by the kernel's hand, at this opening, renaming or removing of a file in training.
    count = 0
    def hook(event, arguments):
        nonlocal count
        if event in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"):
            if str(run) in str(arguments[0]):
                count += 1
                if count == stop:
                    os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    return lambda: count

def child(run, stop=0):
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        count = counted(run, stop)
        fit(dataset, FitConfig(str(encoder), recipe), run)
        os.write(writer, str(count()).encode())
        os._exit(0)
    os.close(writer)
    if stop < 0:  # at any time
        time.sleep(-stop)
        os.kill(process, signal.SIGKILL)
    status = os.waitpid(process, 0)[1]
    return status, os.read(reader, 20)

begun = time.monotonic()
status, events = child(folder / "whole")
took, events = time.monotonic() - begun, int(events)
assert status == 0 and events > 50, (status, events)
digest, chance = model_digest(folder / "whole" / "model"), random.Random(13)
stops = [3, events - 3, *chance.sample(range(4, events), 3)]
stops += [-chance.uniform(0, took) for _ in range(2)]
killed = 0
for number, stop in enumerate(stops):
    run = folder / str(number)
    killed += child(run, stop)[0] == signal.SIGKILL
    assert child(run)[0] == 0, stop
    assert model_digest(run / "model") == digest, stop
    for name in ("metrics.jsonl", "validation.json"):
        assert (run / name).read_bytes() == (folder / "whole" / name).read_bytes(), (stop, name)
print(killed)
"""


@pytest.mark.slow
def test_a_run_that_is_killed_at_any_instant_ends_with_the_weights_of_one_that_was_not(
    tiny_dataset: Path, tiny_bert: Path, tmp_path: Path
) -> None:
    words = [str(tiny_dataset), str(tiny_bert), str(tmp_path)]

    done = subprocess.run(
        [sys.executable, "-c", SURVIVES, *words], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout) >= 4
