import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """Debian's Chromium; playwright's own download is not needed."""
    found = shutil.which("chromium") or shutil.which("chromium", path="/usr/bin")
    if not found:
        pytest.skip("no 'chromium' on PATH or in /usr/bin: install Debian's package chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    quiet = ("component-update", "background-networking", "sync")
    options = ["--no-sandbox", *(f"--disable-{name}" for name in quiet)]  # root has no sandbox
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=options)
        try:
            yield browser
        finally:
            browser.close()
