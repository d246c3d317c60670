"""`make setup` where it cannot work: one clear line, and exit code 2 from make.

The kinds of failure that pip reports are told apart in tests/annotate/doctor/test_setup_log.py.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in (
        *("Makefile", "pyproject.toml", "constraints.txt"),
        "annotate/doctor/setup_log.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def fake_python(folder: Path, *, version: str = "3.11", pip_says: str = "") -> Path:
    """A `python3` that has this version and whose environments hold a pip that fails so."""
    major, minor = version.split(".")
    pip = folder / "pip"
    pip.write_text(f'#!/bin/sh\necho "{pip_says}"\nexit 1\n')
    program = folder / "fakepython"
    program.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *version_info*) [ {major}{minor} -ge 311 ] && [ {major}{minor} -lt 314 ];;\n'
        f'  --version) echo "Python {version}.0";;\n'
        f'  "-m venv "*) mkdir -p "$3/bin" && cp "{pip}" "$3/bin/python";;\n'
        f'  *setup_log.py*) exec "{sys.executable}" "$@";;\n'
        "  *) true;; esac\n"
    )
    for path in (pip, program):
        path.chmod(0o755)
    return program


def outside_make() -> dict[str, str]:
    """The environment without what a `make` that runs the tests adds to it."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}


def errors(project: Path, python: str | Path, **environment: str) -> list[str]:
    run = make_setup(project, python, **environment)
    return [line for line in run.stderr.splitlines() if line.startswith("error:")]


def make_setup(
    project: Path, python: str | Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `make setup`, which must fail."""
    run = subprocess.run(
        ["make", "setup", f"PYTHON={python}"],
        cwd=project,
        env=outside_make() | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert not list(project.glob(".venv*/.complete*"))
    return run


def test_set_up_says_what_it_installs_and_once_a_minute_that_it_goes_on(project: Path) -> None:
    """With a `sleep` that ends at once, and a pip that ends after its second call."""
    python = fake_python(project)
    pip, sleep = project / "pip", project / "bin" / "sleep"
    pip.write_text(f"#!/bin/sh\nuntil [ -e {project}/second ]; do /bin/sleep .1; done\nexit 1\n")
    sleep.parent.mkdir()
    sleep.write_text(
        f"#!/bin/sh\n[ ! -e {project}/first ] || touch {project}/second\ntouch {project}/first\n"
        "exec /bin/sleep .1\n"
    )
    sleep.chmod(0o755)

    run = make_setup(project, python, PATH=f"{sleep.parent}:{os.environ['PATH']}")

    assert "setting up .venv " in run.stderr
    assert "  installing torch (1 of 4) ...\n  still installing torch (1 of 4) ...\n" in run.stderr


def test_a_wrong_python_version_is_named(project: Path) -> None:
    (line,) = errors(project, fake_python(project, version="3.9"))

    assert line.startswith("error: Python 3.11, 3.12 or 3.13 is needed")
    assert "is Python 3.9.0" in line


def test_a_python_that_is_not_there_is_named(project: Path) -> None:
    (line,) = errors(project, "no-such-python")

    assert "no-such-python" in line


def test_a_missing_compiler_is_named(project: Path) -> None:
    says = "error: command 'gcc' failed: No such file or directory"

    (line,) = errors(project, fake_python(project, pip_says=says))

    assert line.startswith("error: a C compiler is missing: install gcc")


def test_a_full_disk_is_named(project: Path) -> None:
    says = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"

    (line,) = errors(project, fake_python(project, pip_says=says))

    assert line.startswith("error: the disk is full")


def test_a_dead_registry_is_named(project: Path) -> None:
    """The real pip, asked to fetch from a port where nothing listens."""
    (line,) = errors(
        project,
        "python3",
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_NO_CACHE_DIR="1",
    )

    assert line.startswith("error: the package registry does not answer")


def test_a_slash_behind_the_dataset_changes_nothing() -> None:
    command = ["make", "-n", "train", "export", "DATASET=data/datasets/mine/"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert " -o data/runs/mine " in run.stdout
    assert "export data/runs/mine -o data/models/mine\n" in run.stdout


@pytest.mark.parametrize("given", ["PROJECTS=mine", "ANNOTATOR=ana,ben"])
def test_a_misspelt_variable_is_refused_with_those_that_exist(given: str) -> None:
    command = ["make", "-n", "push", given]
    run = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=outside_make()
    )

    assert (run.returncode, run.stdout) == (2, "")
    name = given.partition("=")[0]
    assert f"there is no variable {name}; there are: PYTHON TORCH " in run.stderr


def test_options_of_pull_can_be_given_to_make() -> None:
    command = ["make", "-n", "pull", "PROJECT=mine", "PULL_ARGS=--test 0.2 --folds 5"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert "pull --project mine -o data/datasets/mine --test 0.2 --folds 5\n" in run.stdout


def test_every_variable_with_a_default_can_be_set() -> None:
    names = re.findall(r"^(?:export )?([A-Z_]+) \?=", (ROOT / "Makefile").read_text(), re.MULTILINE)
    command = ["make", "-n", "help", *(f"{name}=some 'words' here" for name in names)]

    assert {"PROJECT", "PYTEST_ARGS", "WORKERS", "OMP_WAIT_POLICY"} <= {*names}
    subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)


def test_the_tests_that_run_on_postgres_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (names,) = re.findall(r"^ON_POSTGRES := (.*)$", makefile, re.MULTILINE)

    files = [ROOT / "tests" / "studio" / f"test_{name}.py" for name in names.split()]

    assert files
    assert [str(file) for file in files if not file.exists()] == []


def test_help_lists_every_target_with_a_line() -> None:
    run = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True)
    listed = {line.split()[1] for line in run.stdout.splitlines() if line.startswith("  make ")}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: ((?:.*\\\n)*.*)$", makefile, re.MULTILINE)

    assert listed == set(phony.replace("\\", " ").split())
    assert all(len(line.split()) > 3 for line in run.stdout.splitlines() if "  make " in line)
