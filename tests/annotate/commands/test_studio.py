"""Signals of a job that a shell started in the background, with SIGINT ignored."""

import subprocess
import sys

HANDLER = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HANDLER!r}], check=True)"


def in_background(code: str) -> subprocess.CompletedProcess[str]:
    words = ["sh", "-c", 'trap \'\' INT; exec "$0" -c "$1"', sys.executable, code]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)


def test_sigint_stops_a_studio_that_runs_in_the_background() -> None:
    done = in_background(
        "import os, signal, time\n"
        "from annotate.commands.studio import stop_on_signals\n"
        "stop_on_signals()\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "time.sleep(0.1)\n"
        "print('not stopped')\n"
    )

    assert done.stdout == ""
    assert done.stderr.endswith("KeyboardInterrupt\n")


def test_what_tests_start_in_the_background_can_be_interrupted() -> None:
    ignored = in_background(CHILD)
    restored = in_background(f"import tests.conftest\n{CHILD}")

    assert (ignored.stdout, restored.stdout) == ("False\n", "True\n"), restored.stderr
