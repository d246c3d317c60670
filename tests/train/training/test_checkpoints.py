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
