from pathlib import Path

import pytest

from annotate.core.errors import InputError
from train.training.ownership import check_replaceable


def test_what_we_wrote_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "evaluation.json").touch()

    check_replaceable(tmp_path, {"evaluation.json", "evaluation.md"})
    check_replaceable(tmp_path / "missing", set())


def test_what_the_user_wrote_may_not(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()

    with pytest.raises(InputError, match=r"holds 'thesis\.txt', which this command did not write"):
        check_replaceable(tmp_path, {"evaluation.json"})


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(InputError, match="is a file"):
        check_replaceable(tmp_path / "file", set())
