"""Two annotators label ten paragraphs each, one by mouse, one by keyboard; all of it is pulled."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from annotate.assignment.queues import AssignmentConfig
from annotate.core.dataset_folder import open_dataset
from annotate.core.records import Annotation, Paragraph, Status
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.annotator_projects import PageSettings
from annotate.server.studio import OpenStudio
from annotate.sync.push import PushRequest, plan_push, read_snapshot, send
from annotate.sync.upload import PushReport
from tests.browser.sheet import SUBMIT, TEXT_BOX, Sheet, open_stream, signed_in
from tests.studio.desk import new_desk, paragraphs, words

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.studio, pytest.mark.browser]

TEXTS = tuple(
    f"The {word} minister said on Monday that the harbour would be built whatever it may cost."
    for word in (
        *("crooked", "first", "second", "third", "fourth"),
        *("fifth", "sixth", "seventh", "eighth", "ninth"),
    )
)


@dataclass(frozen=True, slots=True)
class Said:
    """What an annotator is to say of a paragraph."""

    labels: tuple[str, ...] = ()
    status: Status = Status.LABELLED
    marked: str = ""
    comment: str = ""
    corrected: tuple[str, ...] = ()  # ticked afterwards, by going back


PLAN = (
    Said(("Name_Calling-Labeling",), marked="crooked", comment="Or doubt?"),
    Said(status=Status.NONE),
    Said(status=Status.SKIPPED),
    Said(status=Status.UNUSABLE),
    Said(("Slogans", "Appeal_to_Time")),
    Said(("Doubt",), corrected=("Loaded_Language",)),
    Said(("Repetition", "Straw_Man"), marked="harbour"),
    Said(status=Status.NONE, comment="Read twice."),
    Said(("False_Dilemma-No_Choice",)),
    Said(("Exaggeration-Minimisation", "Whataboutism", "Flag_Waving")),
)


@dataclass(frozen=True, slots=True)
class Mouse(Sheet):
    """Clicks; types nothing but comments."""

    def label(self, said: Said) -> None:
        if said.marked:
            group = self.taxonomy.group_of[said.labels[0]]
            name = next(g.name for g in self.taxonomy.groups if g.id == group)
            self.page.locator(".lsf-label").filter(has_text=name).first.click()
            self.mark(said.marked)
        for label in said.labels:
            self.tick_box(label).click()
        if said.status in (Status.NONE, Status.UNUSABLE):
            self.tick_box(said.status).click()
        if said.comment:
            self.page.get_by_placeholder("Comment (optional)").click()
            self.page.keyboard.type(said.comment)
        button = "skip" if said.status is Status.SKIPPED else "submit"
        self.sends(self.page.locator(f"[data-testid=bottombar-{button}-button]").click)

    def shows(self, row: Paragraph) -> None:
        self.page.locator(TEXT_BOX).get_by_text(row.text).wait_for()
        self.page.wait_for_timeout(300)  # the page takes keys a moment after it shows the text

    def correct(self, row: Paragraph, said: Said) -> None:
        self.page.get_by_role("button", name="Previous task").click()
        self.shows(row)
        for label in said.corrected:
            self.tick_box(label).click()
        self.sends(self.page.locator("[data-testid=bottombar-update-button]").click)
        self.page.get_by_role("button", name="Next task").click()

    def sends(self, act: Callable[[], None]) -> None:
        with self.page.expect_response(lambda answer: "/annotations" in answer.url):
            act()


@dataclass(frozen=True, slots=True)
class Keyboard(Mouse):
    """Presses keys alone. Words cannot be marked so: Label Studio has no keys for it."""

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def label(self, said: Said) -> None:
        key = {t.id: t.hotkey for t in self.taxonomy.techniques}
        key |= {"none": self.taxonomy.none.hotkey, "unusable": self.taxonomy.unusable.hotkey}
        self.press(*(key[label] for label in said.labels))
        if said.status in (Status.NONE, Status.UNUSABLE):
            self.press(key[said.status])
        if said.comment:
            self.tab_to("Comment (optional)")
            self.page.keyboard.type(said.comment)
            self.press("Enter")
        skips = said.status is Status.SKIPPED
        self.sends(lambda: self.press("Control+Space" if skips else "Control+Enter"))

    def correct(self, row: Paragraph, said: Said) -> None:
        self.tab_to("Previous task", "Shift+Tab")
        self.press("Space")
        self.shows(row)
        key = {t.id: t.hotkey for t in self.taxonomy.techniques}
        self.press(*(key[label] for label in said.corrected))
        self.sends(lambda: self.press("Control+Enter"))
        # A key goes past a button that is still disabled while the page saves; a click waits.
        self.page.locator("[aria-label='Next task']:enabled").wait_for()
        self.tab_to("Next task", "Shift+Tab")
        self.press("Space")

    def tab_to(self, name: str, key: str = "Tab") -> None:
        called = "['aria-label', 'placeholder'].map(a => document.activeElement.getAttribute(a))"
        for _ in range(60):
            self.press(key)
            if name in self.page.evaluate(called):
                return
        raise AssertionError(f"no way by {key} to {name!r}")


def work_through(sheet: Mouse, rows: list[Paragraph]) -> None:
    """The ten paragraphs in order, the correction where the plan has one."""
    for number, (row, said) in enumerate(zip(rows, PLAN, strict=True)):
        sheet.shows(row)
        sheet.label(said)
        if said.corrected:
            sheet.shows(rows[number + 1])
            sheet.correct(row, said)
    sheet.page.locator(SUBMIT).wait_for(state="detached")


def expected(row: Paragraph, said: Said, by_mouse: bool) -> tuple[object, ...]:
    labels = tuple(sorted((*said.labels, *said.corrected)))
    marked = said.marked and by_mouse
    spans = (words(row.text, said.marked, said.labels[0]),) if marked else ()
    return (said.status, labels, spans, said.comment)


def found(annotation: Annotation) -> tuple[object, ...]:
    labels = tuple(sorted(annotation.labels))
    return (annotation.status, labels, annotation.spans, annotation.comment)


@pytest.mark.slow
def test_what_two_annotators_say_is_in_the_dataset_as_they_said_it(
    chromium: "Browser", opened: OpenStudio, taxonomy: Taxonomy, tmp_path: Path
) -> None:
    desk, rows = new_desk(opened, taxonomy), paragraphs(*TEXTS, articles=1)
    request = PushRequest(
        desk.title, PageSettings(taxonomy), rows, ["dan", "eva"], AssignmentConfig(2, 13)
    )
    plan = plan_push(request, read_snapshot(desk.connection, request))
    assert send(plan)[0] == PushReport(20, 0, 0)
    streams = desk.streams()

    for name, kind in (("dan", Mouse), ("eva", Keyboard)):
        with signed_in(chromium, opened, name) as window:
            work_through(kind(open_stream(window, streams[name]), taxonomy), rows)

    report = desk.pull(tmp_path / "loop")
    names = desk.gather(tmp_path).names
    dataset = open_dataset(tmp_path / "loop")
    for name, by_mouse in (("dan", True), ("eva", False)):
        own = {a.paragraph_id: a for a in dataset.annotations() if a.annotator == names[name]}
        assert [found(own[row.id]) for row in rows] == [
            expected(row, said, by_mouse) for row, said in zip(rows, PLAN, strict=True)
        ]
        counts = report.ledger["annotators"][names[name]]
        assert {state: n for state, n in counts.items() if n} == {
            "tasks": 10,
            "labelled": 6,
            "none": 2,
            "unusable": 1,
            "skipped": 1,
        }
    assert report.set_aside == 0
