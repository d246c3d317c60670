"""The labelling page as an annotator has it before him: what he does there is what a pull finds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from annotate.accounts import accounts
from annotate.core.records import Paragraph, Status
from annotate.core.taxonomy import Taxonomy
from annotate.push import push
from annotate.studio import OpenStudio
from tests.studio.desk import Desk, new_desk, paragraphs, words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

pytestmark = [pytest.mark.studio, pytest.mark.browser]

# Emoji stand before the words that are marked: the page must count characters as Python does.
TEXT = (
    "👩‍👩‍👧 Only a fool or a traitor would build that bridge 🚧, and our mayor, who has never been "
    "called a fool, knows it. For nine long years the council has promised the people of Brindle "
    "a crossing that would last, and for nine years it has bought them studies, models, coloured "
    "drawings and a dinner for the engineers of three countries. “We will not be hurried,” the "
    "mayor said on Monday, as if the river were the one in a hurry. Ask the ferrymen who profits "
    "from waiting. Then ask yourself why every honest question in this town is answered with a "
    "flag, a hymn and a photograph of somebody’s grandmother."
)
CONTEXT = (
    "The ferries have carried everything since the old bridge went down in the flood of 1987, "
    "and on foggy mornings the queue of carts reaches back to the market. The town has asked for "
    "a new one ever since; the council has met about it, by its own count, two hundred times."
)
SUBMIT = "[data-testid=bottombar-submit-button]"
OVERFLOWING = """() => [...document.querySelectorAll('*')]
    .filter(e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowY))
    .filter(e => e.scrollHeight > e.clientHeight)
    .map(e => `${e.tagName} ${e.className}`)"""
ENCLOSING = """e => { const found = [];
    for (; e; e = e.parentElement)
        if (e.scrollHeight > e.clientHeight) found.push(`${e.tagName} ${e.className}`);
    return found; }"""
PLACE = """([box, part]) => {
    const walker = document.createTreeWalker(document.querySelector(box), NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
        const at = node.textContent.indexOf(part);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + part.length);
        const place = range.getBoundingClientRect();
        return [place.x + place.width / 2, place.y + place.height / 2];
    }
}"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The labelling page, open before an annotator, with one paragraph on it."""

    page: "Page"
    desk: Desk
    paragraph: Paragraph

    def tick_box(self, technique: str) -> "Locator":
        """The tick box of a technique, or of an answer about the whole paragraph."""
        names = {t.id: t.name for t in self.desk.taxonomy.techniques}
        answers = {"none": self.desk.taxonomy.none.name}
        name = (names | answers)[technique]
        return self.page.get_by_role("checkbox", name=name).first

    def mark(self, word: str) -> None:
        """Double-click a word of the paragraph."""
        self.page.mouse.dblclick(*self.page.evaluate(PLACE, [".rh-text", word]))

    def submit(self) -> None:
        with self.page.expect_response(lambda answer: "/annotations" in answer.url):
            self.page.click(SUBMIT)


@pytest.fixture(scope="module")
def signed_in(chromium: "Browser", opened: OpenStudio) -> Iterator["BrowserContext"]:
    """A browser window in which Dan has filled in the log-in form."""
    dan = accounts(opened.studio.folder)["dan"]
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    try:
        page = context.new_page()
        page.goto(f"{opened.studio.url}/user/login/")
        page.fill("#email", dan.email)
        page.fill("#password", dan.password)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "/user/login" not in url, wait_until="commit")
        page.close()
        yield context
    finally:
        context.close()


@pytest.fixture
def sheet(signed_in: "BrowserContext", opened: OpenStudio, taxonomy: Taxonomy) -> Iterator[Sheet]:
    desk = new_desk(opened, taxonomy)
    (plain,) = paragraphs(TEXT)
    paragraph = replace(plain, previous=CONTEXT, next=CONTEXT)
    store = desk.streams("dan")["dan"]
    push([paragraph], store)
    page = signed_in.new_page()
    page.goto(store.labelling_url)
    page.wait_for_selector(SUBMIT)
    page.wait_for_selector(".rh-text")
    yield Sheet(page, desk, paragraph)
    page.close()


def test_everything_stands_on_one_page_without_scrolling(sheet: Sheet) -> None:
    page, taxonomy = sheet.page, sheet.desk.taxonomy
    assert page.evaluate(OVERFLOWING) == []
    assert page.locator(".rh-text").evaluate(ENCLOSING) == []
    comment = page.get_by_placeholder("Comment (optional)")
    bottom_bar = page.locator(SUBMIT).bounding_box()
    assert bottom_bar
    shown = [*(sheet.tick_box(label) for label in taxonomy.labels), sheet.tick_box("none"), comment]
    assert len(shown) == 25
    for element in shown:
        box = element.bounding_box()
        assert box
        assert 0 < box["y"] < box["y"] + box["height"] <= bottom_bar["y"]
        assert 0 < box["x"] < box["x"] + box["width"] <= 1440


def test_what_is_ticked_marked_and_typed_is_what_a_pull_finds(sheet: Sheet, tmp_path: Path) -> None:
    page = sheet.page
    sheet.tick_box("Slogans").click()
    page.keyboard.press(hotkey(sheet, "Doubt"))
    page.keyboard.press("Shift+1")
    sheet.mark("traitor")
    page.keyboard.press(hotkey(sheet, "Loaded_Language"))
    comment = page.get_by_placeholder("Comment (optional)")
    comment.click()
    page.keyboard.type("a 1 and 2 🙂")
    sheet.submit()

    harvest = sheet.desk.gather(tmp_path)

    assert list(harvest.rejected) == []
    (found,) = harvest.annotations
    assert found.status is Status.LABELLED
    assert found.labels == ("Doubt", "Slogans", "Loaded_Language")
    assert found.spans == (words(TEXT, "traitor", "Doubt"),)  # the only one of its group
    assert found.comment == "a 1 and 2 🙂"
    assert found.seconds > 0


def hotkey(sheet: Sheet, technique: str) -> str:
    return next(t.hotkey for t in sheet.desk.taxonomy.techniques if t.id == technique)


def test_no_technique_is_one_key_and_an_answer(sheet: Sheet, tmp_path: Path) -> None:
    sheet.page.keyboard.press(sheet.desk.taxonomy.none.hotkey)
    assert sheet.tick_box("none").is_checked()
    sheet.submit()

    (found,) = sheet.desk.gather(tmp_path).annotations

    assert (found.status, found.labels, found.spans) == (Status.NONE, (), ())


def test_what_is_left_unsubmitted_is_pulled_as_a_draft(sheet: Sheet, tmp_path: Path) -> None:
    with sheet.page.expect_response(lambda answer: "/drafts" in answer.url):
        sheet.tick_box("Slogans").click()

    (found,) = sheet.desk.gather(tmp_path).annotations

    assert (found.status, found.labels) == (Status.DRAFT, ("Slogans",))
