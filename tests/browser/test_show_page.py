"""The page of a dataset in a real browser: its filters, and what it must never do."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from annotate.dataset.writer import write_dataset
from annotate.dataset_page.show import show
from tests.annotate.dataset_page.samples import (
    BAD,
    small_content,
    write_large,
    write_pairs,
    write_small,
)
from tests.browser.conftest import title_when_loaded
from tests.browser.test_agreement_page import DRAWN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FEAR, INSULT = "They will come for you.", BAD
DOUBT, RAIN = "Can we trust her?", "It rained."


def wait_for_value(page: "Page", filter_name: str, value: str) -> None:
    """Wait without a script of the test's own, which the page's policy may refuse."""
    from playwright.sync_api import expect

    expect(page.locator(f"[name={filter_name}]")).to_have_value(value)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("show")
    return show(write_small(folder), folder / "page.html", seed=13).page.as_uri()


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("pairs")
    return show(write_pairs(folder), folder / "page.html", seed=13).page.as_uri()


def texts(page: "Page") -> list[str]:
    return page.locator(".item .text").all_inner_texts()


def choose(page: "Page", **filters: str) -> list[str]:
    """Choose in the filters by their names, and return the texts that are left."""
    for name, value in filters.items():
        page.locator(f"#filters [name={name}]").select_option(value)
    return texts(page)


def test_the_page_loads_alone_and_without_complaint(chromium: "Browser", address: str) -> None:
    assert title_when_loaded(chromium, address) == "Dataset: pilot"


def test_text_that_looks_like_html_is_shown_as_text(page: "Page") -> None:
    assert texts(page)[0] == BAD
    assert page.title() == "Dataset: pilot"
    assert page.locator(".item script, .item .text b").count() == 0


def test_marked_words_are_counted_in_characters_and_say_who_marked_them(page: "Page") -> None:
    mark = page.locator("mark")

    assert mark.all_inner_texts() == ["traitor"]  # behind an emoji
    assert mark.get_attribute("title") == "Insult: a1"


def test_each_filter_leaves_the_paragraphs_that_it_names(page: "Page") -> None:
    assert choose(page) == [INSULT, DOUBT, FEAR, RAIN]
    assert choose(page, technique="Insult") == [INSULT, RAIN]  # one of a5's three ticked it there
    assert choose(page, state="holds") == [INSULT]
    assert choose(page, state="lost") == [RAIN]
    assert choose(page, state="disputed") == []
    assert choose(page, technique="", state="disputed") == [FEAR]
    assert choose(page, state="decided") == [RAIN]
    assert choose(page, state="", annotator="a3") == [INSULT, DOUBT, RAIN]
    assert choose(page, technique="Fear") == [INSULT]  # a3 alone ticked it
    assert choose(page, annotator="a4", technique="") == [RAIN]  # who skipped it
    assert choose(page, annotator="", split="train") == [INSULT, DOUBT]
    assert choose(page, split="", technique="none") == [FEAR]


def test_paragraphs_that_left_gold_are_found_and_do_not_count_as_holding(
    chromium: "Browser", tmp_path: Path
) -> None:
    content = small_content(tmp_path)
    insult, doubt, fear, rain = content.gold
    left = replace(content, gold=[doubt, rain], disputed=[insult, fear])
    write_dataset(left, tmp_path / "left")
    page = chromium.new_page()
    page.goto(show(tmp_path / "left", tmp_path / "page.html", seed=13).page.as_uri())

    assert choose(page, state="out") == [INSULT, FEAR]
    assert choose(page, technique="Fear") == [INSULT, FEAR]  # ticked in both
    assert choose(page, technique="Insult") == [INSULT]
    assert choose(page, state="holds") == []
    assert choose(page, technique="Doubt") == [DOUBT, RAIN]
    page.close()


def test_a_technique_is_chosen_by_keyboard_and_its_definition_shown(page: "Page") -> None:
    page.locator("#filters [name=technique]").focus()
    page.keyboard.type("Dou")

    assert texts(page) == [DOUBT, RAIN]
    assert page.locator("#about").inner_text().split("\n\n") == [
        "Doubt",
        "Attack",
        "Questions whether somebody is to be trusted.",
    ]
    assert page.locator("#result").inner_text() == "2 paragraphs"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "with"


def test_text_is_searched_and_clear_shows_all_again(page: "Page") -> None:
    page.get_by_label("Text").fill("TRUST")
    assert texts(page) == [DOUBT]

    page.get_by_role("button", name="Clear").click()
    assert len(texts(page)) == 4
    assert "#" not in page.url


def test_the_address_keeps_the_filters(page: "Page", chromium: "Browser") -> None:
    choose(page, technique="Doubt", split="test")
    assert page.url.endswith("#technique=Doubt&split=test")
    page.get_by_role("link", name="Set aside").click()
    page.wait_for_url("**#technique=Doubt&split=test")
    assert page.evaluate("scrollY") > 0

    other = chromium.new_page()
    other.goto(page.url)
    assert texts(other) == [RAIN]
    other.goto(page.url.replace("Doubt", "Gone"))  # a name that nothing has filters nothing
    wait_for_value(other, "technique", "")
    assert texts(other) == [RAIN]
    other.close()


def test_a_techniques_name_leads_to_its_paragraphs(page: "Page") -> None:
    page.locator("#label-table").get_by_role("link", name="Doubt").click()

    wait_for_value(page, "technique", "Doubt")
    assert texts(page) == [DOUBT, RAIN]


def test_who_ticked_a_technique_and_who_did_not_is_said_to_a_screen_reader_too(
    page: "Page",
) -> None:
    doubt = page.locator(".item").nth(1).locator(".tick")

    assert doubt.locator(".yes").all_inner_texts() == ["a1", "a2"]
    assert doubt.locator(".no").all_inner_texts() == ["a3"]
    assert doubt.locator(".unseen").inner_text() == "ticked by a1, a2; not by a3"


def test_a_decision_and_a_dispute_are_marked(page: "Page") -> None:
    assert page.locator(".item").nth(2).locator(".tag.disputed").count() == 1
    decided = page.locator(".item").nth(3)
    assert decided.locator(".tag.decided").all_inner_texts() == ["decided by a5"]
    assert "a4: skipped" in decided.inner_text()


def test_the_context_is_folded_and_opens_by_keyboard(page: "Page") -> None:
    first = page.locator(".item").first
    assert first.locator(".context:visible").count() == 0

    first.get_by_role("button", name="Show context").focus()
    page.keyboard.press("Enter")
    assert first.locator(".context:visible").all_inner_texts() == [DOUBT]

    page.keyboard.press("Enter")
    assert first.locator(".context:visible").count() == 0


def test_only_web_addresses_are_linked(page: "Page") -> None:
    links = page.locator(".item a[rel]")

    assert [link.get_attribute("href") for link in links.all()] == ["https://n.example/1"]


def test_the_table_of_labels_sorts_by_mouse_and_keyboard(page: "Page") -> None:
    names = page.locator("#label-table tbody th")
    by_count = page.get_by_role("button", name="paragraphs", exact=True)
    assert names.all_inner_texts() == ["Insult", "Doubt", "Fear"]

    by_count.click()
    assert names.all_inner_texts() == ["Doubt", "Insult", "Fear"]
    assert page.locator("[aria-sort=descending]").inner_text().startswith("paragraphs")

    by_count.focus()
    page.keyboard.press("Enter")
    assert names.all_inner_texts() == ["Fear", "Insult", "Doubt"]


def test_the_map_is_read_and_opened_by_keyboard(chromium: "Browser", pairs: str) -> None:
    page = chromium.new_page()
    page.goto(pairs)
    page.locator("#map td[tabindex='0']").focus()

    page.keyboard.press("ArrowRight")
    assert page.locator("#map-cell").inner_text() == (
        "Insult with Doubt: 3 paragraphs; 2.5 expected by chance"
    )
    page.keyboard.press("Enter")
    wait_for_value(page, "with", "Doubt")
    assert texts(page) == ["ID", "DI", "IDF"]

    page.locator("#map td:focus, #map td[tabindex='0']").first.focus()
    page.keyboard.press("ArrowDown")  # onto the diagonal, which has nothing to open
    page.keyboard.press("ArrowDown")
    assert page.locator("#map-cell").inner_text().startswith("Fear with Doubt: 1 paragraph;")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_can_be_read_and_is_stronger_where_more_stand_together(
    chromium: "Browser", pairs: str, scheme: Literal["light", "dark"]
) -> None:
    page = chromium.new_page(color_scheme=scheme)
    page.goto(pairs)
    cells = page.locator("#map td.hot").all()

    drawn = sorted((int(cell.inner_text()), *cell.evaluate(DRAWN)) for cell in cells)

    assert [count for count, _, _ in drawn] == [1, 1, 2, 2, 3, 3]
    assert drawn[0][1] + 10 < drawn[-1][1]
    assert min(contrast for _, _, contrast in drawn) >= 4.5  # WCAG 2.2, level AA
    page.close()


def test_a_page_of_a_dataset_too_large_for_it_works_and_stays_below_5_mb(
    chromium: "Browser", tmp_path: Path
) -> None:
    done = show(write_large(tmp_path, 120, words=10_000), tmp_path / "page.html", seed=13)
    page = chromium.new_page()
    page.goto(done.page.as_uri())

    assert done.page.stat().st_size <= 5_000_000
    assert page.get_by_text(f"{done.shown} of 120 paragraphs shown").is_visible()
    page.locator("[name=technique]").select_option("Fear")
    assert [text[:12] for text in texts(page)] == ["Paragraph 7 "]
    page.get_by_role("button", name="Clear").click()
    assert page.locator(".item").count() == 20
    page.get_by_role("button", name="Show 20 more").click()
    assert page.locator(".item").count() == 40
    page.close()


@pytest.mark.parametrize("width", [400, 800, 1400])
def test_no_width_needs_scrolling_sideways(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_figures_stay_and_the_page_says_what_is_missing(
    chromium: "Browser", address: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)

    assert page.locator("#label-table tbody tr").count() == 3
    assert page.get_by_text("The paragraphs need JavaScript").is_visible()
    assert page.locator("#filters:visible").count() == 0
    context.close()
