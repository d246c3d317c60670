"""The labelling page in a browser: who is logged in, what is clicked, what is pressed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.project import Project
from annotate.server.accounts import accounts
from annotate.server.studio import OpenStudio

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

SUBMIT = "[data-testid=bottombar-submit-button]"
TEXT_BOX = ".rh-text"
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


EDGES = """([box, first, last]) => {
    const walker = document.createTreeWalker(document.querySelector(box), NodeFilter.SHOW_TEXT);
    const range = document.createRange(), edges = [];
    for (const [part, edge] of [[first, 'left'], [last, 'right']]) {
        walker.currentNode = walker.root;
        for (let node; (node = walker.nextNode()); ) {
            const at = node.textContent.indexOf(part);
            if (at < 0) continue;
            range.setStart(node, at);
            range.setEnd(node, at + part.length);
            const place = range.getBoundingClientRect();
            const inward = edge === 'left' ? 1 : -1;
            edges.push([place[edge] + inward, place.top + place.height / 2]);
        }
    }
    return edges;
}"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The labelling page, open before an annotator, with a paragraph on it."""

    page: "Page"
    taxonomy: Taxonomy

    def tick_box(self, technique: str) -> "Locator":
        """The tick box of a technique, or of an answer about the whole paragraph."""
        names = {t.id: t.name for t in self.taxonomy.techniques}
        answers = {"none": self.taxonomy.none.name, "unusable": self.taxonomy.unusable.name}
        name = (names | answers)[technique]
        return self.page.get_by_role("checkbox", name=name).first

    def mark(self, word: str) -> None:
        """Double-click a word of the paragraph."""
        self.page.mouse.dblclick(*self.page.evaluate(PLACE, [TEXT_BOX, word]))

    def drag(self, first: str, last: str) -> None:
        """Mark from one part of the paragraph's words to another with the mouse."""
        start, end = self.page.evaluate(EDGES, [TEXT_BOX, first, last])
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=5)
        self.page.mouse.up()

    def submit(self) -> None:
        with self.page.expect_response(lambda answer: "/annotations" in answer.url):
            self.page.click(SUBMIT)


@contextmanager
def signed_in(chromium: "Browser", opened: OpenStudio, name: str) -> Iterator["BrowserContext"]:
    """A browser window in which this person has filled in the log-in form."""
    account = accounts(opened.studio.folder)[name]
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    try:
        page = context.new_page()
        page.goto(f"{opened.studio.url}/user/login/")
        page.fill("#email", account.email)
        page.fill("#password", account.password)
        page.click("button[type=submit]")
        # The page stays: one that is closed while it still loads was seen never to close.
        page.wait_for_url(lambda url: "/user/login" not in url, wait_until="commit")
        yield context
    finally:
        context.close()


def open_stream(context: "BrowserContext", stream: Project) -> "Page":
    """The labelling page of a stream, with its first paragraph on it."""
    page = context.new_page()
    page.goto(stream.labelling_url)
    page.wait_for_selector(SUBMIT)
    page.wait_for_selector(TEXT_BOX)
    return page
