"""The feedback sheet in a real browser: nothing is asked of the network, and every width reads."""

from typing import TYPE_CHECKING, Literal

import pytest

from annotate.core.dataset_folder import open_dataset
from annotate.review.feedback import sheets
from annotate.review.feedback_page import sheet_page
from tests.annotate.agreement.samples import write_folder
from tests.browser.conftest import title_when_loaded

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

# Disputed in the first, outvoted in the second, together in the others.
PEOPLE = {"a1": "I D" + " I" * 6, "a2": "ID -" + " I" * 6, "a3": ". -" + " I" * 6}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("feedback")
    bad = "<script>document.title = 'taken'</script>" + " long" * 60 + "w" * 300
    link = write_folder(folder / "datasets" / "many", PEOPLE, [bad])
    dataset = open_dataset(link)
    sheet, *_ = sheets(dataset.answered(), dataset.annotations(), dataset.taxonomy.labels)
    page = folder / "a1.html"
    page.write_text(sheet_page(sheet, "many", dataset.taxonomy), encoding="utf-8")
    return page.as_uri()


def test_the_sheet_loads_alone_and_without_complaint(chromium: "Browser", address: str) -> None:
    assert title_when_loaded(chromium, address) == "Feedback for a1: many"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1100])
def test_no_width_needs_scrolling_sideways(
    chromium: "Browser", address: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(address)

    assert page.get_by_role("heading", level=2).all_inner_texts() == [
        "You and the others",
        "What went well",
        "Where the final labels differ",
        "Disputed, not decided",
        "The techniques",
    ]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
