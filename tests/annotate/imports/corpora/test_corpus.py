"""Find the files of a corpus where the user has them."""

from pathlib import Path

import pytest

from annotate.core.errors import InputError
from annotate.imports.corpora.corpus import find_files

PATTERN = r"(?P<split>dev|test)\.txt"


def test_files_are_looked_for_in_all_folders_but_hidden_ones(tmp_path: Path) -> None:
    for name in ("copy/data/dev.txt", "copy/data/test.txt", ".git/data/dev.txt", "other.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    files = find_files(tmp_path, PATTERN, "data/dev.txt")

    assert [file.file.shown for file in files] == ["copy/data/dev.txt", "copy/data/test.txt"]
    assert [file.match["split"] for file in files] == ["dev", "test"]


def test_a_folder_named_after_an_address_stays_out_of_the_dataset(tmp_path: Path) -> None:
    path = tmp_path / "anna@example.org" / "dev.txt"
    path.parent.mkdir()
    path.touch()

    (file,) = find_files(tmp_path, PATTERN, "dev.txt")

    assert file.file.shown == "dev.txt"


def test_bytes_that_are_no_text_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "dev.txt"
    path.write_bytes("Größe 1, größe 2: Gr\u00f6\u00dfe ".encode() * 3 + b"Slog\x81ans\n")

    (file,) = find_files(path, PATTERN, "dev.txt")

    assert file.file.raw.startswith("Größe 1")
    assert file.file.raw.endswith("Slog\ufffdans\n")


def test_what_was_expected_is_named(tmp_path: Path) -> None:
    (tmp_path / "train.txt").touch()

    with pytest.raises(InputError, match="no file of this corpus in the folder; expected data/dev"):
        find_files(tmp_path, PATTERN, "data/dev.txt")
    with pytest.raises(InputError, match=r"train.txt: not this corpus; expected data/dev"):
        find_files(tmp_path / "train.txt", PATTERN, "data/dev.txt")
