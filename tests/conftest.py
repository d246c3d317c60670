"""What all tests share: the server fixtures, and the option that CI gives."""

from collections.abc import Generator

import pytest

pytest_plugins = ["tests.studio.server"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--forbid-skips", action="store_true", help="A skipped test is a failure, as in CI."
    )


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
