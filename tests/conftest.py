"""What all tests share: the server fixtures, and the options of a run."""

import os
import signal
from collections.abc import Generator
from importlib.util import find_spec

import pytest
from hypothesis import settings

# No timed tests: machines are noisy, and a first example pays for imports. The same examples each
# time, so that a run says something about the change; 'make test-random' draws new ones.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("random", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# A shell starts background jobs with SIGINT ignored, and the programs that tests start and
# interrupt would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["tests.studio.cluster", "tests.studio.server"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--forbid-skips", action="store_true", help="A skipped test is a failure, as in CI."
    )
    parser.addoption(
        "--postgres",
        action="store_true",
        help="Run Label Studio on a private PostgreSQL, and the tests that need one.",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of PostgreSQL, another long start, and of packages that are too large."""
    wanted = {
        "postgres": config.getoption("--postgres"),
        "sinks": all(find_spec(name) for name in ("mlflow", "trackio")),
    }
    absent = {name for name, given in wanted.items() if not given}
    left_out = [item for item in items if absent & {mark.name for mark in item.iter_markers()}]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    forbidden = item.config.getoption("--forbid-skips")
    if forbidden and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which --forbid-skips forbids: {report.longreprtext}"
    return report
