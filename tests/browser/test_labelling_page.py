"""The labelling page as an annotator has it before him: what he does there is what a pull finds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from annotate.core.predictions import Prediction
from annotate.core.records import Paragraph, Status
from annotate.core.taxonomy import Taxonomy
from annotate.server.studio import OpenStudio
from annotate.sync.prelabels import send_predictions
from annotate.sync.upload import upload
from tests.browser.sheet import SUBMIT, TEXT_BOX, Sheet, open_stream, signed_in
from tests.studio.desk import Desk, new_desk, paragraphs, words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

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
OVERFLOWING = """() => [...document.querySelectorAll('*')]
    .filter(e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowY))
    .filter(e => e.scrollHeight > e.clientHeight)
    .map(e => `${e.tagName} ${e.className}`)"""
STILL = "() => document.getAnimations().every(a => a.playState !== 'running')"
ENCLOSING = """e => { const found = [];
    for (; e; e = e.parentElement)
        if (e.scrollHeight > e.clientHeight) found.push(`${e.tagName} ${e.className}`);
    return found; }"""


@dataclass(frozen=True, slots=True)
class Open(Sheet):
    """A sheet with the one paragraph of a project of its own."""

    desk: Desk
    paragraph: Paragraph


@pytest.fixture(scope="module")
def window(chromium: "Browser", opened: OpenStudio) -> Iterator["BrowserContext"]:
    with signed_in(chromium, opened, "dan") as context:
        yield context


@pytest.fixture
def sheet(window: "BrowserContext", opened: OpenStudio, taxonomy: Taxonomy) -> Iterator[Open]:
    desk = new_desk(opened, taxonomy)
    (plain,) = paragraphs(TEXT)
    paragraph = replace(plain, previous=CONTEXT, next=CONTEXT)
    store = desk.streams("dan")["dan"]
    upload([paragraph], store)
    page = open_stream(window, store)
    yield Open(page, taxonomy, desk, paragraph)
    page.close()


def test_what_a_model_says_is_ticked_for_nobody_who_opens_a_task_from_the_list(
    sheet: Open, window: "BrowserContext"
) -> None:
    """Label Studio would start an answer from a prediction there, whatever the settings say."""
    stream = sheet.desk.streams("dan")["dan"]
    ((task, _),) = stream.task_data()
    said = {sheet.paragraph.id: Prediction(sheet.paragraph.id, "model-a", 0.9)}
    assert send_predictions(said, {sheet.paragraph.id: task}, stream) == 1
    page = window.new_page()

    page.goto(stream.place(task))
    page.wait_for_selector(TEXT_BOX)

    page.get_by_text("model-a").first.wait_for()  # the tab with its score alone
    assert page.get_by_role("checkbox", checked=True).count() == 0
    page.close()


def test_everything_stands_on_one_page_without_scrolling(sheet: Open) -> None:
    page, taxonomy = sheet.page, sheet.taxonomy
    assert page.evaluate(OVERFLOWING) == []
    assert page.locator(TEXT_BOX).evaluate(ENCLOSING) == []
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


def test_a_small_screen_shows_everything_too(sheet: Open) -> None:
    page = sheet.page
    page.set_viewport_size({"width": 1280, "height": 720})
    try:
        bottom_bar = page.locator(SUBMIT).bounding_box()
        last = sheet.tick_box("Repetition").bounding_box()
        assert bottom_bar
        assert last
        # With a long paragraph and context on both sides one short scroll is left at most.
        assert last["y"] + last["height"] <= bottom_bar["y"] + 80
        assert page.locator(TEXT_BOX).bounding_box()["y"] > 0  # type: ignore[index]
    finally:
        page.set_viewport_size({"width": 1440, "height": 900})


def test_a_tick_boxs_tooltip_is_the_definition_and_the_guidelines_are_a_click_away(
    sheet: Open,
) -> None:
    page, doubt = sheet.page, next(t for t in sheet.taxonomy.techniques if t.id == "Doubt")

    page.get_by_text(doubt.name).first.hover()
    page.get_by_text(doubt.definition).first.wait_for()
    page.get_by_role("button", name="Instructions").click()
    page.locator(".rh-guide").get_by_text(doubt.near_miss.why).wait_for()
    page.keyboard.press("Escape")


def test_what_is_ticked_marked_and_typed_is_what_a_pull_finds(sheet: Open, tmp_path: Path) -> None:
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


ODD = (
    "👨‍👩‍👧‍👦 Traitors 🇫🇷 meet in the cafe\u0301 naïvely, 𝔣𝔬𝔬𝔩𝔰 👍🏽 and liars write नमस्ते "
    "and e\u0301cole, then 1️⃣ villain remains."
)
MARKED = ("Traitors", "cafe\u0301", "naïvely", "𝔣𝔬𝔬𝔩𝔰", "liars", "villain")


def test_the_page_counts_characters_as_python_does_after_any_sign(
    window: "BrowserContext", opened: OpenStudio, taxonomy: Taxonomy, tmp_path: Path
) -> None:
    desk, (paragraph,) = new_desk(opened, taxonomy), paragraphs(ODD)
    store = desk.streams("dan")["dan"]
    upload([paragraph], store)
    page = open_stream(window, store)
    sheet = Open(page, taxonomy, desk, paragraph)
    sheet.tick_box("Doubt").click()
    for word in MARKED:
        page.keyboard.press("Shift+1")
        sheet.mark(word)
        page.keyboard.press("Escape")
    page.keyboard.press("Shift+1")
    sheet.drag("Traitors", "liars")
    sheet.submit()

    (row,) = store.rows()
    stored = [i["value"] for a in row["annotations"] for i in a["result"] if i["type"] == "labels"]
    harvest = desk.gather(tmp_path)

    spans = {(ODD.index(word), ODD.index(word) + len(word)) for word in MARKED}
    spans.add((ODD.index("Traitors"), ODD.index("liars") + len("liars")))
    assert {(value["start"], value["end"]) for value in stored} == spans
    assert all(value["text"] == ODD[value["start"] : value["end"]] for value in stored)
    assert list(harvest.rejected) == []
    (found,) = harvest.annotations
    assert {(span.start, span.end) for span in found.spans} == spans
    page.close()


def test_hostile_text_is_shown_as_text_and_comes_back_as_it_was_typed(
    window: "BrowserContext", opened: OpenStudio, taxonomy: Taxonomy, tmp_path: Path
) -> None:
    script = "<script>window.owned=1</script><img src=x onerror='window.owned=2'>"
    hostile = f"=cmd|' /C calc'!A0 {script} \u202eexe.txt\u202c \x1b]0;owned\x07 {{{{1+1}}}}"
    desk = new_desk(opened, taxonomy)
    (plain,) = paragraphs(hostile)
    shown = ("title", "source", "previous", "next")
    paragraph = Paragraph.from_json(plain.to_json() | {key: f"{key} {hostile}" for key in shown})
    store = desk.streams("dan")["dan"]
    upload([paragraph], store)
    page = open_stream(window, store)
    sheet = Open(page, taxonomy, desk, paragraph)

    for key in ("title", "previous", "next"):
        page.get_by_text(f"{key} =cmd|' /C calc'!A0 {script}").first.wait_for()
    assert f"=cmd|' /C calc'!A0 {script}" in page.locator(TEXT_BOX).inner_text()
    sheet.tick_box("Slogans").click()
    comment = page.get_by_placeholder("Comment (optional)")
    comment.click()
    page.keyboard.type(script)
    sheet.submit()
    assert page.evaluate("window.owned") is None
    page.close()
    (found,) = desk.gather(tmp_path).annotations
    assert (found.labels, found.comment) == (("Slogans",), script)


def hotkey(sheet: Open, technique: str) -> str:
    return next(t.hotkey for t in sheet.taxonomy.techniques if t.id == technique)


def test_no_technique_is_one_key_and_an_answer(sheet: Open, tmp_path: Path) -> None:
    sheet.page.keyboard.press(sheet.taxonomy.none.hotkey)
    assert sheet.tick_box("none").is_checked()
    sheet.submit()

    (found,) = sheet.desk.gather(tmp_path).annotations

    assert (found.status, found.labels, found.spans) == (Status.NONE, (), ())


@pytest.mark.parametrize(
    ("ticked", "message"),
    [
        ((), "Tick a technique or “No technique” first."),
        (("none", "unusable"), "Tick either “No technique” or “Not a usable paragraph”."),
        (("none", "Slogans"), "A technique cannot stand beside “No technique”"),
        (("Doubt", "unusable"), "A technique cannot stand beside “No technique”"),
    ],
)
def test_an_answer_that_a_pull_would_set_aside_cannot_be_submitted(
    sheet: Open, ticked: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    page = sheet.page
    for answer in ticked:
        sheet.tick_box(answer).click()

    page.click(SUBMIT)
    page.get_by_text(message).first.wait_for()
    page.wait_for_function(STILL)  # a dialog that is closed while it opens can stay
    page.get_by_role("button", name="OK").click()
    page.locator(".ant-modal-wrap").first.wait_for(state="hidden")
    for answer in ticked:
        sheet.tick_box(answer).click()
    sheet.tick_box("Repetition").click()
    sheet.submit()

    (found,) = sheet.desk.gather(tmp_path).annotations
    assert (found.status, found.labels) == (Status.LABELLED, ("Repetition",))


def test_the_page_counts_the_annotators_paragraphs(
    window: "BrowserContext", opened: OpenStudio, taxonomy: Taxonomy
) -> None:
    desk = new_desk(opened, taxonomy)
    store = desk.streams("dan")["dan"]
    upload(paragraphs("One paragraph.", "Another paragraph.", "A third."), store)
    page = open_stream(window, store)
    sheet = Open(page, taxonomy, desk, paragraphs("One paragraph.")[0])

    page.get_by_text("1 of 3").wait_for()
    sheet.tick_box("none").click()
    sheet.submit()
    page.get_by_text("2 of 3").wait_for()
    page.close()

    again = open_stream(window, store)
    again.get_by_text("2 of 3").wait_for()
    again.close()


def test_context_that_is_cut_ends_in_an_ellipsis_and_can_be_scrolled_under_the_pointer(
    window: "BrowserContext", opened: OpenStudio, taxonomy: Taxonomy
) -> None:
    (plain,) = paragraphs(TEXT)
    desk = new_desk(opened, taxonomy)
    store = desk.streams("dan")["dan"]
    upload([replace(plain, previous=CONTEXT * 5, next="Short.")], store)
    page = open_stream(window, store)
    line = page.locator(".rh-context > *").first

    assert line.evaluate("e => getComputedStyle(e).webkitLineClamp") == "3"
    assert line.evaluate("e => getComputedStyle(e).overflowY") == "hidden"
    assert line.evaluate("e => e.scrollHeight > e.clientHeight")
    line.hover()
    line.evaluate("e => { e.scrollTop = 1000; }")
    assert line.evaluate("e => e.scrollTop") > 0
    page.close()


def test_a_telephone_reaches_submit_and_every_tick_box(sheet: Open) -> None:
    page = sheet.page
    page.set_viewport_size({"width": 400, "height": 800})
    try:
        submit = page.locator(SUBMIT).bounding_box()
        assert submit
        assert 0 <= submit["x"] < submit["x"] + submit["width"] <= 400
        for label in sheet.taxonomy.labels:
            sheet.tick_box(label).scroll_into_view_if_needed()
            box = sheet.tick_box(label).bounding_box()
            assert box
            assert 0 <= box["x"] < box["x"] + box["width"] <= 400
        sheet.tick_box("none").click()
        sheet.submit()
    finally:
        page.set_viewport_size({"width": 1440, "height": 900})


def test_what_is_left_unsubmitted_is_pulled_as_a_draft(sheet: Open, tmp_path: Path) -> None:
    with sheet.page.expect_response(lambda answer: "/drafts" in answer.url):
        sheet.tick_box("Slogans").click()

    (found,) = sheet.desk.gather(tmp_path).annotations

    assert (found.status, found.labels) == (Status.DRAFT, ("Slogans",))
