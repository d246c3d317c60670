import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from train.training.resources import git_state, metered, surroundings


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=tester", "-c", "user.email=tester@example.org"]
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    git(tmp_path, "remote", "add", "origin", "https://me:secret-token@example.org/code.git")
    (tmp_path / "code.py").write_text("a = 1\n", encoding="utf-8")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "First")
    return tmp_path


def test_the_commit_is_told_and_whether_files_have_changed_since(repository: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD")
    assert git_state(repository) == {"commit": commit, "changed": False}

    (repository / "code.py").write_text("a = 2\n", encoding="utf-8")

    assert git_state(repository) == {"commit": commit, "changed": True}


def test_a_folder_without_git_has_no_state(tmp_path: Path) -> None:
    assert git_state(tmp_path) is None


def test_the_surroundings_name_versions_and_device_but_neither_host_nor_remote(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.chdir(repository)

    told = surroundings()

    assert set(told) == {"versions", "device", "threads", "git"}
    assert told["versions"]["torch"] == torch.__version__
    assert {"python", "transformers", "accelerate", "tokenizers"} < set(told["versions"])
    assert told["git"]["commit"] == git(repository, "rev-parse", "HEAD")
    assert "secret-token" not in json.dumps(told)


def cost(folder: Path) -> dict[str, float]:
    values: dict[str, float] = json.loads((folder / "resources.json").read_text(encoding="utf-8"))
    return values


def test_the_cost_of_later_calls_is_added(tmp_path: Path) -> None:
    with metered(tmp_path):
        work_for(0.3)
    first = cost(tmp_path)
    with pytest.raises(KeyboardInterrupt), metered(tmp_path):  # this call counts too
        raise KeyboardInterrupt

    second = cost(tmp_path)

    assert first["calls"] == 1
    assert second["calls"] == 2
    assert first["cpu_seconds"] >= 0.2
    assert first["seconds"] >= first["cpu_seconds"]
    assert second["cpu_seconds"] >= first["cpu_seconds"]
    assert second["peak_memory"] >= first["peak_memory"] > 1_000_000


def work_for(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_a_call_that_is_killed_has_counted_until_shortly_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("train.training.resources._EVERY", 0.01)

    with metered(tmp_path):
        while not (tmp_path / "resources.json").exists():
            work_for(0.01)


KILLED = """
import os, signal, sys, time
from pathlib import Path
from train.training.resources import metered

with metered(Path(sys.argv[1])):
    while time.process_time() < float(sys.argv[2]):
        pass
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_calls_that_are_killed_within_seconds_count(tmp_path: Path) -> None:
    for seconds in ("0", "3"):
        subprocess.run([sys.executable, "-c", KILLED, tmp_path, seconds], check=False)

    assert cost(tmp_path)["calls"] == 2
    assert cost(tmp_path)["cpu_seconds"] > 0.5


def test_a_torn_account_starts_again(tmp_path: Path) -> None:
    (tmp_path / "resources.json").write_text("{", encoding="utf-8")

    with metered(tmp_path):
        pass

    assert cost(tmp_path)["calls"] == 1
