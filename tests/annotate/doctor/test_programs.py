"""What doctor says of what is installed."""

import sys
from pathlib import Path

import pytest

from annotate.doctor.check import State
from annotate.doctor.programs import (
    about_library,
    about_version,
    check_programs,
    check_studio_program,
    wanted_versions,
)


def test_what_the_tests_run_with_is_well() -> None:
    found = check_programs()

    assert [c.name for c in found] == ["Python", "label-studio-sdk", "httpx", "datasets"]
    assert {c.state for c in found} == {State.OK}


@pytest.mark.parametrize(
    ("version", "state"), [("2.1.2", State.OK), ("2.2.0", State.WARN), ("1.9", State.WARN)]
)
def test_a_version_that_was_not_tried_is_a_warning(version: str, state: State) -> None:
    asked = wanted_versions(['label-studio-sdk<2.2,>=2.1.2; extra == "annotate"'])

    found = about_library("label-studio-sdk", version, asked["label-studio-sdk"])

    assert found.state is state
    assert ("make setup" in found.fix) == (state is State.WARN)


def test_a_python_that_was_not_tried_is_a_warning() -> None:
    assert about_version("Python", "3.14.0", "<3.14,>=3.11", "another").state is State.WARN


def test_a_library_that_is_missing_fails() -> None:
    found = about_library("datasets", "", ">=5")

    assert (found.state, found.finding) == (State.FAIL, "is not installed")
    assert "make setup" in found.fix


def program(folder: Path, first: str) -> Path:
    path = folder / "bin" / "label-studio"
    path.parent.mkdir()
    path.write_text(f"{first}\n")
    return path


def test_a_server_that_is_not_set_up_fails(tmp_path: Path) -> None:
    found = check_studio_program(tmp_path / "label-studio")

    assert (found.state, found.fix) == (State.FAIL, "run 'make setup'")


def test_a_server_whose_python_has_moved_away_fails(tmp_path: Path) -> None:
    found = check_studio_program(program(tmp_path, "#!/nowhere/bin/python"))

    assert found.state is State.FAIL
    assert "/nowhere/bin/python is gone" in found.finding
    assert "remove .venv-studio" in found.fix


def test_a_server_that_is_set_up_is_named_with_its_version(tmp_path: Path) -> None:
    path = program(tmp_path, f"#!{sys.executable}")
    (tmp_path / "lib/python3.11/site-packages/label_studio-1.23.2.dist-info").mkdir(parents=True)

    found = check_studio_program(path)

    assert (found.state, found.finding) == (State.OK, f"Label Studio 1.23.2 in {tmp_path}")
