"""What pip prints when a set-up fails, told in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from annotate.doctor import setup_log
from annotate.doctor.setup_log import explain


@pytest.mark.parametrize(
    "text",
    [
        "error: command 'gcc' failed: No such file or directory",
        "error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory",
        "error: command 'aarch64-linux-gnu-gcc' failed: No such file or directory",
        "unable to execute 'gcc': No such file or directory",
        "RuntimeError: No working compiler found, or invalid compiler flags",
        "ERROR: Unknown compiler(s): [['cc'], ['gcc'], ['clang']]",
    ],
)
def test_a_missing_compiler_is_named(text: str) -> None:
    line = explain(f"Building wheel\n{text}\nERROR: Failed to build\n", "setup.log")

    assert line.startswith("a C compiler is missing: install gcc")


@pytest.mark.parametrize(
    "text",
    [
        "WARNING: Retrying after connection broken by 'NewConnectionError(...)'",
        "ConnectTimeoutError(..., 'Connection to registry timed out. (connect timeout=30)')",
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.",
        "[Errno -3] Temporary failure in name resolution",
        "ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed'))",
        "[Errno 111] Connection refused",
        "('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))",
        "ERROR: No matching distribution found for torch==2.13.0",
        "requests.exceptions.ConnectionError: HTTPSConnectionPool",
    ],
)
def test_a_registry_that_does_not_answer_is_named_with_the_log(text: str) -> None:
    line = explain(f"{text}\nERROR: Could not find a version\n", "setup.log")

    assert line.startswith("the package registry does not answer, or lacks a package")
    assert line.endswith("(details: setup.log)")


def test_a_full_disk_is_named() -> None:
    text = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"

    assert explain(text, "setup.log").startswith("the disk is full: set-up needs about 4 GB")


def test_of_any_other_failure_the_last_error_is_quoted() -> None:
    text = "ERROR: the first\nCollecting torch\nValueError: the last\n  in a file\n"

    assert explain(text, "setup.log") == (
        "set-up failed: ValueError: the last (details: setup.log)"
    )


def test_a_long_error_is_cut() -> None:
    line = explain(f"error: {'x' * 1000}", "setup.log")

    assert len(line) < 260
    assert line.endswith("(details: setup.log)")


def test_a_log_without_an_error_says_so() -> None:
    assert explain("", "setup.log") == ("set-up failed: no error was printed (details: setup.log)")


def test_as_a_script_it_needs_no_package_and_exits_with_the_line(tmp_path: Path) -> None:
    log = tmp_path / "setup.log"
    log.write_bytes(b"\xff\nNo space left on device\n")
    command = [sys.executable, "-I", "-S", setup_log.__file__, str(log)]

    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith("error: the disk is full")
