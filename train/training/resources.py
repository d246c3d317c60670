"""What a run cost and where it ran: CPU-seconds, memory, versions, state of the code."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from threading import Event, Thread
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.io.json_files import read_object, to_text

FILE = "resources.json"
_EVERY = 2.0  # seconds between two writes, so that a killed call has counted nearly all
_PACKAGES = (
    *("rhetoric-annotation", "torch", "transformers", "accelerate", "tokenizers", "numpy"),
    "scikit-learn",
)


@contextmanager
def metered(folder: Path) -> Iterator[None]:
    """Keep the cost of what is done inside in resources.json, added to that of earlier calls."""
    path = folder / FILE
    earlier, begin, stop = _earlier(path), (_cpu_seconds(), time.monotonic()), Event()

    def write() -> None:
        cost = _cost(earlier, begin)
        with suppress(InputError), writing(path) as file:  # a full disk is reported by the run
            file.write(to_text(cost))

    def write_now_and_then() -> None:
        while not stop.wait(_EVERY):
            write()

    write()  # at once, so that the call counts
    thread = Thread(target=write_now_and_then, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        write()


def _earlier(path: Path) -> Mapping[str, Any]:
    try:
        return read_object(path, "remove it")
    except InputError:
        return {}


def _cost(earlier: Mapping[str, Any], begin: tuple[float, float]) -> dict[str, Any]:
    now = {
        "cpu_seconds": round(_cpu_seconds() - begin[0], 1),
        "seconds": round(time.monotonic() - begin[1], 1),
        "calls": 1,
    }
    return {
        **{key: round(value + earlier.get(key, 0), 1) for key, value in now.items()},
        **{key: max(value, earlier.get(key, 0)) for key, value in peak_memory().items()},
    }


def _cpu_seconds() -> float:
    """CPU-seconds of this process and of those that it started and waited for."""
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def peak_memory() -> dict[str, int]:
    """Return the most bytes that this process has used so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    peak = {"peak_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        peak["peak_memory_of_the_accelerator"] = int(torch.cuda.max_memory_allocated())
    return peak


def surroundings() -> dict[str, Any]:
    """Return versions, kind of device, threads, and the commit of the working folder."""
    import torch

    device = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else "cpu"
    python = ".".join(map(str, sys.version_info[:3]))
    return {
        "versions": {"python": python} | {name: version(name) for name in _PACKAGES},
        "device": str(device),
        "threads": torch.get_num_threads(),
        "git": git_state(Path.cwd()),
    }


def git_state(folder: Path) -> dict[str, Any] | None:
    """Return the commit of a folder, and whether its files have changed since; None without git.

    The address of the remote is left out: it may hold a token.
    """
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return None
    changes = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return {"commit": commit, "changed": bool(changes)}


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
