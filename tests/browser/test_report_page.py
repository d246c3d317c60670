"""The report page in a real browser: nothing is asked of the network, and its parts work."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import title_when_loaded
from tests.train.reports.samples import prediction, write_inputs, write_predictions
from tests.train.samples import write_tiny_dataset
from train.reports.build import report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    inputs = write_inputs(folder, write_tiny_dataset(folder / "datasets" / "tiny"))
    bad = "<script>document.title = 'taken'</script>" + " long" * 60 + "w" * 300
    write_predictions(inputs.predictions, [prediction(bad), prediction("More.", {}, 1)])
    return report(*inputs.arguments, folder / "report.html").page.as_uri()


def test_the_page_loads_alone_and_without_complaint(chromium: "Browser", address: str) -> None:
    assert title_when_loaded(chromium, address) == "Rhetoric report: tiny"


def test_a_lower_threshold_shows_more_and_the_way_back_leads_to_the_first(page: "Page") -> None:
    chips = page.locator(".chip:visible")
    assert chips.all_inner_texts() == ["fear\n0.83", "insult\n0.61"]

    page.locator("#threshold").fill("0.2")
    assert [text.split()[0] for text in chips.all_inner_texts()] == ["fear", "insult", "doubt"]
    assert page.locator("#threshold-value").inner_text() == "0.20"

    page.locator("#threshold").fill("0.7")
    assert chips.count() == 1
    assert page.locator(".stripe span:visible").count() == 1

    page.get_by_role("button", name="back to the predictions' threshold").click()
    assert chips.count() == 2
    assert page.locator("#threshold-value").inner_text() == "0.30"


def test_a_techniques_definition_opens_and_closes_by_keyboard(page: "Page") -> None:
    page.locator(".chip:visible").first.focus()

    page.keyboard.press("Enter")
    assert page.locator(".card:visible h3").all_inner_texts() == ["fear"]

    page.keyboard.press("Escape")
    assert page.locator(".card:visible").count() == 0


@pytest.mark.parametrize("width", [400, 800, 1400])
def test_no_width_needs_scrolling_sideways(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_page_reads_as_the_model_says(
    chromium: "Browser", address: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)

    assert page.locator(".chip:visible").count() == 2
    assert page.locator("#threshold:visible").count() == 0
    context.close()
