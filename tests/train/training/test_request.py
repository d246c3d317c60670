from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from annotate.core.errors import InputError
from train.training.request import Kind

SHELF = Kind("shelf", ("shelf.txt", "books"))
ASKED = {"books": {"number": 3}}


def is_other(folder: Path, earlier: Mapping[str, Any] | None, *, replace: bool = False) -> bool:
    return SHELF.is_other(folder, ASKED, lambda: earlier, replace=replace)


def broken() -> Mapping[str, Any]:
    raise InputError("shelf.txt: broken")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shelf.txt").touch()
    return tmp_path


def test_a_folder_is_another_one_if_something_else_was_asked_for(folder: Path) -> None:
    other = {"books": {"number": 4}}

    assert not is_other(folder, ASKED)
    assert not is_other(folder, None)  # killed before it knew
    with pytest.raises(InputError, match=r"another shelf \(books\.number was 4, is now 3\); .*-o"):
        is_other(folder, other)
    assert is_other(folder, other, replace=True)


def test_the_paragraphs_that_are_computed_at_a_time_make_no_other_request(folder: Path) -> None:
    asked = {"seed": 1, "recipe": {"per_device_train_batch_size": 8, "loss": "bce"}}
    fewer = {"seed": 1, "recipe": {"per_device_train_batch_size": 4, "loss": "bce"}}
    other = {"seed": 2, "recipe": {"per_device_train_batch_size": 4, "loss": "bce"}}

    assert not SHELF.is_other(folder, fewer, lambda: asked, replace=False)
    with pytest.raises(InputError, match=r"\(seed was 1, is now 2\)"):
        SHELF.is_other(folder, other, lambda: asked, replace=False)


def test_a_broken_folder_is_only_replaced(folder: Path) -> None:
    with pytest.raises(InputError, match="broken"):
        SHELF.is_other(folder, ASKED, broken, replace=False)
    assert SHELF.is_other(folder, ASKED, broken, replace=True)


@pytest.mark.parametrize("name", ["letter.txt", ".letter.txt", ".shelf.txt"])
def test_other_files_are_refused_and_stay(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()

    for refused in (lambda: is_other(tmp_path, ASKED, replace=True), lambda: SHELF.clear(tmp_path)):
        with pytest.raises(InputError, match=r"other files, but no shelf \(no shelf\.txt\); .*new"):
            refused()
    assert (tmp_path / name).exists()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(InputError, match="file: cannot be written: Not a directory"):
        is_other(tmp_path / "file", ASKED)


def test_what_a_killed_call_was_writing_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / ".shelf.txt.a1").touch()
    (tmp_path / ".books.b2").mkdir()

    assert not is_other(tmp_path, {})
    SHELF.drop_leftovers(tmp_path)
    assert not list(tmp_path.iterdir())
