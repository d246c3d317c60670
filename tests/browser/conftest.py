import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


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


@pytest.fixture
def page(chromium: "Browser", address: str) -> Iterator["Page"]:
    """The page at the module's `address`."""
    opened = chromium.new_page()
    opened.goto(address)
    yield opened
    opened.close()


def title_when_loaded(chromium: "Browser", address: str) -> str:
    """The title of a page that asks for nothing else and has nothing to complain of."""
    page, asked, said = chromium.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))

    page.goto(address)
    page.wait_for_load_state("networkidle")

    assert asked == [address]
    assert said == []
    title = page.title()
    page.close()
    return title
